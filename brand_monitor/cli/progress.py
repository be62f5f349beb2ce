"""How a run shows itself in a terminal: a line per stage, and a bar per engine that says how far it is.

Belongs here: drawing. Not here: the words (``reporting.progress``), what runs. Only commands that run
something import this module: it needs Dagster, which costs a second.
"""

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import date
from pathlib import Path

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from brand_monitor.backends.llm.progress import Progress as Asked
from brand_monitor.backends.llm.progress import Report
from brand_monitor.defs.runtime import ProgressSink
from brand_monitor.deployment import Settings, current_deployment
from brand_monitor.experimenter import run_experiments
from brand_monitor.importer import ImportSummary, import_captured
from brand_monitor.monitor.models import Monitor
from brand_monitor.rederiving import rederive_days
from brand_monitor.reporting.progress import line_of, state_of
from brand_monitor.runner import run_day
from brand_monitor.stages import RunSummary, Stage

_STDERR = 2  # the descriptor: Dagster may have replaced sys.stderr


def run_shown(
    settings: Settings,
    day: date,
    *,
    monitors: Sequence[str] = (),
    engines: Sequence[str] = (),
    allow_reask: bool = False,
    ask: bool = True,
) -> RunSummary:
    """Run a day (see ``runner.run_day``) and show how far it is."""
    with _console() as console, _bars(console) as bars, _without_chatter():
        return run_day(
            settings,
            current_deployment(),
            day,
            monitors=monitors,
            engines=engines,
            allow_reask=allow_reask,
            ask=ask,
            progress=Bars(bars),
            on_stage=lambda stage: _announce(console, stage),
        )


def rederive_shown(
    settings: Settings,
    first: date,
    last: date,
    *,
    monitors: Sequence[str],
    engines: Sequence[str],
    publish: bool,
) -> RunSummary:
    """Derive days again (see ``rederiving.rederive_days``) and show how far it is."""
    with _console() as console, _without_chatter():
        return rederive_days(
            settings,
            current_deployment(),
            first,
            last,
            monitors=monitors,
            engines=engines,
            publish=publish,
            on_stage=lambda stage: _announce(console, stage),
        )


def import_shown(settings: Settings, file: Path, monitor: str) -> ImportSummary:
    """Import a file (see ``importer.import_captured``) and show how far it is."""
    with _console() as console, _without_chatter():
        return import_captured(
            settings,
            current_deployment(),
            file,
            monitor,
            on_stage=lambda stage: _announce(console, stage),
        )


def experiment_shown(
    settings: Settings,
    monitor: Monitor,
    day: date,
    experiments: Sequence[str],
    engines: Sequence[str],
    *,
    allow_reask: bool,
    scrape: bool,
) -> RunSummary:
    """Run experiments (see ``experimenter.run_experiments``) and show how far they are."""
    with _console() as console, _bars(console) as bars, _without_chatter():
        return run_experiments(
            settings,
            current_deployment(),
            monitor,
            day,
            experiments=experiments,
            engines=engines,
            allow_reask=allow_reask,
            scrape=scrape,
            progress=Bars(bars),
            on_stage=lambda stage: _announce(console, stage),
        )


def _without_chatter() -> redirect_stdout[io.StringIO]:
    """Return a block in which nothing is printed: dbt reports to standard output, which is for results."""
    return redirect_stdout(io.StringIO())


@contextmanager
def _console() -> Iterator[Console]:
    """Yield a console on a copy of stderr: Dagster captures the original while a step runs."""
    with os.fdopen(os.dup(_STDERR), "w", encoding="utf-8", errors="replace") as stream:
        yield Console(file=stream)


def _bars(console: Console) -> Progress:
    columns = (
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}", markup=False),  # holds words of providers
    )
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _announce(console: Console, stage: Stage) -> None:
    console.print(Text(f"> {stage.label}"))


class Bars(ProgressSink):
    """A bar per engine on a terminal; where there is none, a line now and then."""

    def __init__(self, bars: Progress) -> None:
        self.bars = bars

    def start(self, log: dg.DagsterLogManager, label: str) -> Report:  # noqa: ARG002 - the interface's
        """Return the report that moves the bar of one engine of one monitor."""
        task = self.bars.add_task(label, total=None, note="")

        def report(asked: Asked) -> None:
            self.bars.update(task, total=asked.planned, completed=asked.done, note=state_of(asked))
            if self.bars.disable and self.is_due(asked):
                self.bars.console.print(Text(f"  {label}: {line_of(asked)}"), soft_wrap=True)

        return report
