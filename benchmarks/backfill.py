"""P13, backfill: a month of captured answers derived again as one run, as runs of a week, as a run a day.

Job `rederive` on one engine family, in this process, on an instance in a folder (SQLite), like that of
`brand-monitor run --rederive --since`; nothing is asked, marts and reports are left as they are. A run that
the daemon launches is a process of its own besides: the start-up section says what each costs. Peak memory is
that of the process so far, so the smallest runs come first.

    python benchmarks/backfill.py --days 30 --answers 60 --sizes 1 7 31
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from brand_monitor.backends.llm.importing import import_answers
from brand_monitor.backends.objects.opening import open_objects
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.build import build_defs
from brand_monitor.defs.jobs import ASKING
from brand_monitor.defs.ranges import range_tags
from brand_monitor.deployment import Settings
from brand_monitor.instance import open_instance
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import day_engine_key, today
from brand_monitor.rederiving import rederive_days

PROMPTS, FAMILY = 20, "import"
BRANDS = ("Breville", "Gaggia", "Lelit", "Rancilio", "Ascaso")
MONITOR: dict[str, Any] = {
    "version": 1,
    "id": "kitchen",
    "market": "Espresso machines",
    "brands": [
        {"id": name.lower(), "name": name, "role": "own" if name == BRANDS[0] else "competitor"}
        for name in BRANDS
    ]
    + [{"id": "ctrl", "name": "Ombrevale", "role": "control"}],
    "prompts": [{"id": f"q{at}", "text": f"Which espresso machine, question {at}?"} for at in range(PROMPTS)],
    "engines": [{"id": "chatgpt", "family": FAMILY, "model": "ChatGPT"}],
}


def rows(days: list[date], answers: int) -> Iterator[dict[str, Any]]:
    """Yield captured answers: lists of brands, each day a little different."""
    for day in days:
        for at in range(answers):
            first = (at * 7 + at // PROMPTS + day.toordinal()) % len(BRANDS)
            named = [BRANDS[(first + step) % len(BRANDS)] for step in range(1 + (at + at // PROMPTS) % 4)]
            lines = [f"{place}. **{name}** makes good machines." for place, name in enumerate(named, 1)]
            yield {
                "question": MONITOR["prompts"][at % PROMPTS]["text"],
                "answer": "\n".join(lines),
                "engine": "ChatGPT",
                "run": 1 + at // PROMPTS,
                "asked_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC).isoformat(),
                "sources": [{"url": f"https://example.com/{at % 9}"}],
            }


def imported(settings: Settings, days: list[date], answers: int) -> None:
    """Write the monitor into the home, and the answers into the journal that the settings name."""
    settings.monitors_dir.mkdir(parents=True)
    (settings.monitors_dir / "kitchen.yaml").write_text(yaml.safe_dump(MONITOR))
    file = settings.home / "captured.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows(days, answers)))
    import_answers(
        file,
        Monitor.model_validate(MONITOR),
        journal=Journal(open_engine(settings.journal_url)),
        payloads=PayloadStore(open_objects(settings)),
        run_id=None,
    )


def filled(home: Path, days: list[date], answers: int) -> Settings:
    """Return an installation whose journal holds the answers and whose tables hold them once."""
    settings = Settings(home)
    imported(settings, days, answers)
    config: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    config |= {"ops": {name: {"config": {"ask": False}} for name in ASKING}}
    keys = (str(day_engine_key(day, FAMILY)) for day in (days[0], days[-1]))
    with open_instance(settings) as instance:
        job = build_defs("local", settings=settings).resolve_job_def("rederive")
        job.execute_in_process(run_config=config, instance=instance, tags=range_tags(*keys))
    return settings


def events_of(instance: dg.DagsterInstance, runs: list[str]) -> int:
    return sum(len(instance.all_logs(run)) for run in runs)


def row(settings: Settings, days: list[date], size: int) -> str:
    wall, cpu = time.perf_counter(), time.process_time()
    summary = rederive_days(settings, "local", days[0], days[-1], publish=False, days_per_run=size)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if not summary.ok:
        raise SystemExit(f"a run failed: {summary.results}")
    runs = [result.run_id for result in summary.results]
    with open_instance(settings) as instance:
        events = events_of(instance, runs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cells = [str(size), str(len(runs)), f"{wall:.1f}", f"{cpu:.1f}", f"{cpu / len(days):.2f}"]
    return f"| {' | '.join(cells)} | {events:,} | {peak:,.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=int, default=30, help="how many days hold answers")
    parser.add_argument("--answers", type=int, default=60, help="answers a day")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 7, 31], help="most days in one run")
    options = parser.parse_args()

    days = [today() - timedelta(days=back) for back in range(options.days, 0, -1)]
    print("| days in a run | runs | wall s | CPU s | CPU s a day | events | peak MB |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="brand-monitor-") as home:
        settings = filled(Path(home), days, options.answers)
        for size in options.sizes:
            print(row(settings, days, size), flush=True)


if __name__ == "__main__":
    main()
