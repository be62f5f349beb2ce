"""Kills a run of 200 paid calls at random moments, resumes it, and counts what the provider received.

    python tools/kill_drill.py [--kills 25] [--calls 200] [--seed 7]

Each row of the table is one drill: a fresh journal, a run that is ended by SIGKILL at a random moment, then
the same run again to its end. A stub of OpenAI counts every request. It must hold that each call is received
exactly once by the journal, that no answered call is asked again, and that the stub counted at most one
request more for each call that was in the air. Exit code 1 if it does not.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from simulation_load import DAY, stores_of  # noqa: E402 - found by the line above

from brand_monitor.backends.tables.entries import RECEIVED, SENT  # noqa: E402
from brand_monitor.backends.tables.journal import Shelf  # noqa: E402
from brand_monitor_tests.provider_stubs.process import StubProcess, running_stub  # noqa: E402

CONCURRENCY = 20
LATENCY_MS = 60.0
SHELF = Shelf(DAY, "openai", "load")


@dataclass(frozen=True)
class Drill:
    """What became of one kill; ``requests`` is how often each question reached the provider."""

    killed_after: float
    answered_before: int
    in_air: int
    received: int
    requests: Counter[str]
    possibly_paid: int
    asked_again: int

    @property
    def extra(self) -> int:
        """Requests beyond one a call."""
        return self.requests.total() - len(self.requests)

    def faults(self, calls: int) -> list[str]:
        """What is wrong, in words."""
        return [
            said
            for wrong, said in (
                (self.received != calls, f"{calls - self.received} calls were not received"),
                (len(self.requests) != calls, "a call never reached the provider"),
                (max(self.requests.values()) > 2, "a call was sent more than twice"),
                (self.extra > self.in_air, f"{self.extra} extra requests for {self.in_air} calls in the air"),
                (self.asked_again > 0, f"{self.asked_again} answered calls were asked again"),
                (self.possibly_paid < self.extra, "a call that may be paid twice is not counted so"),
            )
            if wrong
        ]


def drill(stub: StubProcess, calls: int, seconds: float | None) -> Drill:
    """Run, kill after so many seconds from its first request (never, if None), resume, and look."""
    stub.reset()
    with tempfile.TemporaryDirectory(prefix="kill-drill-") as folder:
        home = Path(folder)
        command = [sys.executable, str(ROOT / "benchmarks" / "simulation_load.py")]
        arguments = [str(home), stub.base_url, str(calls), str(CONCURRENCY)]
        if seconds is not None:
            _run_and_kill([*command, *arguments], stub, seconds)
        before = _states(home, stub)
        subprocess.run([*command, *arguments], check=True, stdout=subprocess.DEVNULL)
        after = {entry.call_id: entry for entry in stores_of(home, stub.base_url).journal.entries(SHELF)}
    answered = {call for call, (state, _) in before.items() if state == RECEIVED}
    return Drill(
        killed_after=seconds or 0.0,
        answered_before=len(answered),
        in_air=sum(state == SENT for state, _ in before.values()),
        received=sum(entry.state == RECEIVED for entry in after.values()),
        requests=Counter(stub.told()["counts"]),
        possibly_paid=sum(entry.possibly_paid for entry in after.values()),
        asked_again=sum(after[call].attempts != before[call][1] for call in answered),
    )


def _run_and_kill(command: list[str], stub: StubProcess, seconds: float) -> None:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while stub.told()["total"] == 0 and process.poll() is None:
            time.sleep(0.01)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)


def _states(home: Path, stub: StubProcess) -> dict[str, tuple[str, int]]:
    entries = stores_of(home, stub.base_url).journal.entries(SHELF)
    return {entry.call_id: (entry.state, entry.attempts) for entry in entries}


def main() -> int:
    """Print the table; 0 if every drill held."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()
    draw = random.Random(told.seed)  # noqa: S311 - moments, not secrets
    longest = told.calls / CONCURRENCY * LATENCY_MS / 1_000 * 1.2
    failed = False
    print("| kill after s | answered before | in the air | received | requests | extra | possibly paid | |")
    print("|---:|---:|---:|---:|---:|---:|---:|---|")
    with running_stub("openai", latency_ms=LATENCY_MS) as stub:
        for _ in range(told.kills):
            done = drill(stub, told.calls, draw.uniform(0.0, longest))
            faults = done.faults(told.calls)
            failed = failed or bool(faults)
            verdict = "; ".join(faults) or "holds"
            print(
                f"| {done.killed_after:.3f} | {done.answered_before} | {done.in_air} | {done.received} "
                f"| {done.requests.total()} | {done.extra} | {done.possibly_paid} | {verdict} |",
                flush=True,
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
