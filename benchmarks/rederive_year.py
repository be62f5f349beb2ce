"""P13, re-derivation of a year: every day of captured answers derived again, in runs of a month.

What `brand-monitor run --rederive --no-publish --since` does, on an instance in a folder (SQLite), in this
process; nobody is asked. Only the answers are in the lake before, so a run also reads what the runs before it
wrote: windows of up to four weeks. A flat column `CPU s a day` says that a year costs twelve months, no more.

    python benchmarks/rederive_year.py --days 365 --answers 6
"""

import argparse
import json
import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import yaml
from backfill import FAMILY, MONITOR, rows

from brand_monitor.backends.llm.importing import import_answers
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.build import build_defs
from brand_monitor.defs.ranges import range_tags
from brand_monitor.deployment import Settings
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import day_engine_key, today
from brand_monitor.rederiving import rederive_days
from brand_monitor.stages import Stage


class Meter:
    """Prints a line of the table for each run, as soon as the next one begins."""

    def __init__(self, days: int, days_per_run: int) -> None:
        self._left, self._per_run, self._run = days, days_per_run, 0
        self._wall = self._cpu = 0.0

    def next_run(self, _stage: Stage | None = None) -> None:
        """End the run before, if there is one, and begin the next."""
        wall, cpu = time.perf_counter(), time.process_time()
        if self._run:
            days, spent = min(self._per_run, self._left), cpu - self._cpu
            self._left -= days
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            cells = [str(self._run), str(days), f"{wall - self._wall:.0f}", f"{spent:.0f}"]
            print(f"| {' | '.join(cells)} | {spent / days:.2f} | {peak:,.0f} |", flush=True)
        self._run, self._wall, self._cpu = self._run + 1, wall, cpu


def answered(home: Path, days: list[date], answers: int) -> Settings:
    """Return an installation whose lake holds the answers of the days, and nothing derived of them."""
    settings = Settings(home)
    settings.monitors_dir.mkdir(parents=True)
    (settings.monitors_dir / "kitchen.yaml").write_text(yaml.safe_dump(MONITOR))
    file = home / "captured.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows(days, answers)))
    import_answers(
        file,
        Monitor.model_validate(MONITOR),
        journal=Journal(open_engine(settings.journal_url)),
        payloads=PayloadStore(FolderStore(settings.lake_dir)),
        run_id=None,
    )
    keys = (str(day_engine_key(day, FAMILY)) for day in (days[0], days[-1]))
    with dg.DagsterInstance.ephemeral() as instance:
        build_defs("local", settings=settings).resolve_job_def("rederive").execute_in_process(
            run_config={
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                "ops": {"raw__answers": {"config": {"ask": False}}},
            },
            asset_selection=[dg.AssetKey(["raw", "answers"])],
            instance=instance,
            tags=range_tags(*keys),
        )
    return settings


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=int, default=365, help="how many days hold answers")
    parser.add_argument("--answers", type=int, default=6, help="answers a day")
    parser.add_argument("--days-per-run", type=int, default=31, help="most days in one run")
    options = parser.parse_args()

    days = [today() - timedelta(days=back) for back in range(options.days, 0, -1)]
    meter = Meter(options.days, options.days_per_run)
    with tempfile.TemporaryDirectory(prefix="brand-monitor-") as home:
        settings = answered(Path(home), days, options.answers)
        print("| run | days | wall s | CPU s | CPU s a day | peak MB |")
        print("|---:|---:|---:|---:|---:|---:|", flush=True)
        summary = rederive_days(
            settings,
            "local",
            days[0],
            days[-1],
            publish=False,
            days_per_run=options.days_per_run,
            on_stage=meter.next_run,
        )
        meter.next_run()
        if not summary.ok:
            raise SystemExit(f"a run failed: {summary.results}")


if __name__ == "__main__":
    main()
