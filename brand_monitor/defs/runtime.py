"""Resources that are glue of this asset graph: monitors, lake, progress.

Belongs here: what assets receive besides the clients of outside systems. Not here: those clients
(``backends``) and the choice between them (``backends.bundles``).
"""

from pathlib import Path

import dagster as dg
from pydantic import Field

from brand_monitor.backends.llm.progress import Progress, Report
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.defs.ranges import heed_range
from brand_monitor.io_managers.dagster_io import LakeIOManager
from brand_monitor.io_managers.lake import Lake
from brand_monitor.monitor.loader import load_monitors
from brand_monitor.monitor.models import Monitor
from brand_monitor.monitor.selection import select_monitors
from brand_monitor.reporting.progress import line_of


class Monitors(dg.ConfigurableResource[dict[str, Monitor]]):
    """The monitors of a folder; ``only`` restricts a run to some of them (run config)."""

    folder: str
    only: list[str] = Field(default_factory=list)

    def create_resource(self, context: dg.InitResourceContext) -> dict[str, Monitor]:  # noqa: ARG002 - Dagster's signature
        """Load and check the files; a wrong file stops the run before anything is asked."""
        return select_monitors(load_monitors(Path(self.folder)), self.only)


class LakeResource(dg.ConfigurableResource[Lake]):
    """The lake over the object store."""

    objects: dg.ResourceDependency[ObjectStore]

    def create_resource(self, context: dg.InitResourceContext) -> Lake:  # noqa: ARG002 - Dagster's signature
        """Return the lake."""
        return Lake(self.objects)


class LakeIO(dg.ConfigurableIOManagerFactory[LakeIOManager]):
    """IO manager that publishes frames for the selected monitors."""

    lake: dg.ResourceDependency[Lake]
    monitors: dg.ResourceDependency[dict[str, Monitor]]

    def create_io_manager(self, context: dg.InitResourceContext) -> LakeIOManager:
        """Return the IO manager; it is made before the first step, so here a run of a range learns that."""
        if context.run is not None:
            heed_range(context.run)
        return LakeIOManager(self.lake, list(self.monitors))


class ProgressSink:
    """Where the progress of asking goes; this one writes a log line now and then."""

    every = 10

    def is_due(self, progress: Progress) -> bool:
        """Whether it is time for a line: every few answers, at the end, and when nothing more is asked."""
        done = progress.done
        return done % self.every == 0 or done == progress.planned or progress.stopped is not None

    def start(self, log: dg.DagsterLogManager, label: str) -> Report:
        """Return the report for one engine of one monitor."""

        def report(progress: Progress) -> None:
            if self.is_due(progress):
                log.info(f"{label}: {line_of(progress)}")

        return report
