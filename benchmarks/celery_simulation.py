"""The same calls as a queue of prefork workers makes them, for comparison: one task a call, LiteLLM inside.

A benchmark extra: Celery is no dependency. ``simulate`` installs it into an environment of its own and starts
this module as the worker's application and as the client.

    python benchmarks/celery_simulation.py CALLS    (environment: BROKER, STUB)
"""

import json
import os
import resource
import sys
import time

from celery import Celery

app = Celery("celery_simulation", broker=os.environ["BROKER"], backend=os.environ["BROKER"])
app.conf.update(worker_prefetch_multiplier=1, task_acks_late=True, result_expires=600)


@app.task
def ask(number: int) -> int:
    """Ask one question and return the length of the reply."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")
    import litellm

    litellm.suppress_debug_info = True
    reply = litellm.responses(
        model="openai/gpt-5-mini",
        input=f"Which tea is best for day {number}?",
        api_base=os.environ["STUB"],
        api_key="sk-load",
    )
    return len(str(reply))


@app.task
def used() -> tuple[int, float]:
    """Return the worker process and the CPU seconds that it has used."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    time.sleep(0.05)  # so that every worker of the pool takes one
    return os.getpid(), usage.ru_utime + usage.ru_stime


def main() -> None:
    """Queue the calls, wait for all results, print what it took as JSON."""
    from celery import group

    calls = int(sys.argv[1])
    workers = int(os.environ["WORKERS"])
    group(ask.s(-n) for n in range(4 * workers))().get(timeout=600)  # each worker imports LiteLLM once
    before = dict(group(used.s() for _ in range(40 * workers))().get(timeout=600))
    mine = time.process_time()
    started = time.perf_counter()
    group(ask.s(n) for n in range(calls))().get(timeout=1_800)
    wall = time.perf_counter() - started
    after = dict(group(used.s() for _ in range(40 * workers))().get(timeout=600))
    cpu = sum(after[pid] - before.get(pid, 0.0) for pid in after) + time.process_time() - mine
    print(json.dumps({"wall": wall, "cpu": cpu, "workers": len(after)}))


if __name__ == "__main__":
    main()
