"""Brings a file of captured answers in, in this process: journal its rows, then derive the days it speaks of.

Belongs here: the order of the steps and what came of them. Not here: reading rows (``backends.llm``), the job
(``defs.imports``), what a terminal shows (``cli``). The import sensor does the same for files in the inbox.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import dagster as dg

from brand_monitor.build import build_defs
from brand_monitor.defs.imports import DAYS_TAG, SUMMARY, ImportConfig
from brand_monitor.deployment import Deployment, Settings
from brand_monitor.instance import open_instance
from brand_monitor.monitor.loader import load_monitors
from brand_monitor.monitor.selection import select_monitors
from brand_monitor.runner import run_day
from brand_monitor.stages import RunSummary, Stage

FAMILY = "import"


@dataclass(frozen=True)
class ImportSummary:
    """What became of a file: how many rows went in, and the days that were derived from them."""

    text: str
    days: tuple[RunSummary, ...]

    @property
    def ok(self) -> bool:
        """Whether every day was derived."""
        return all(day.ok for day in self.days)


def import_captured(
    settings: Settings,
    deployment: Deployment,
    file: Path,
    monitor: str,
    *,
    on_stage: Callable[[Stage], None] = lambda _stage: None,
) -> ImportSummary:
    """Import the file for one monitor and derive every day that its new rows speak of.

    Args:
        settings: where files live.
        deployment: which backends to use.
        file: JSON Lines or CSV.
        monitor: id of the monitor whose prompts were asked.
        on_stage: called before each run that derives a day starts.

    Raises:
        UnknownNameError: no monitor has that id.
        ImportFileError: the file cannot be read at all; a single bad row is a reject instead.
    """
    select_monitors(load_monitors(settings.monitors_dir), [monitor])
    text, days = _journal(settings, deployment, file, monitor)
    derived = [
        run_day(
            settings,
            deployment,
            day,
            monitors=[monitor],
            engines=[FAMILY],
            ask=False,
            on_stage=on_stage,
        )
        for day in days
    ]
    return ImportSummary(text, tuple(derived))


def _journal(settings: Settings, deployment: Deployment, file: Path, monitor: str) -> tuple[str, list[date]]:
    """Run the import job on the file; return what it says and the days of its rows."""
    job = build_defs(deployment, settings=settings).resolve_job_def("import_captured")
    config = dg.RunConfig(
        ops={"import_file": ImportConfig(path=str(file.absolute()), monitor_id=monitor)},
        loggers={"console": {"config": {"log_level": "CRITICAL"}}},
    )
    with open_instance(settings) as instance:
        try:
            result = job.execute_in_process(run_config=config, instance=instance)
        except dg.DagsterExecutionInterruptedError:
            raise KeyboardInterrupt from None
        run = instance.get_run_by_id(result.run_id)
    days = (run.tags.get(DAYS_TAG, "") if run else "").split(",")
    return _summary(result), [date.fromisoformat(day) for day in days if day]


def _summary(result: dg.ExecuteInProcessResult) -> str:
    """Return what the op says about the rows of the file."""
    outputs = [event.step_output_data.metadata for event in result.all_events if event.is_successful_output]
    return str(outputs[-1][SUMMARY].value)
