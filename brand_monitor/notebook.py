"""The public Python API: open an installation, load tables as polars, trace a number to its sentences.

    from brand_monitor.notebook import open_installation

    home = open_installation("var")
    home.metrics(monitor="demo", metric="visibility")
    home.trace(monitor="demo", day="2026-11-24", engine_id="smollm2", brand_id="nike").mentions

Belongs here: reading. Nothing in this module writes, asks a model, or starts a run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from brand_monitor.backends.objects.opening import open_objects
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.deployment import Settings, current_settings
from brand_monitor.domain.definitions import Definition, definition_of
from brand_monitor.failures import MissingPartitionError, UnknownNameError
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.monitor.loader import load_monitors
from brand_monitor.monitor.models import Monitor

Day = date | str


@dataclass(frozen=True)
class Trace:
    """Where one figure comes from.

    Attributes:
        figure: the row of ``metrics/brand_metrics``: value, interval, n, k, reason, flags.
        definition: what the figure means.
        answers: rows of ``raw/answers`` in its denominator, with ``mentions_subject`` and
            ``payload_hash``.
        mentions: rows of ``core/answer_mentions`` behind its numerator, each in its sentence.
        computed_by: id of the Dagster run that computed the figure.
        asked_by: ids of the Dagster runs that asked the answers.
    """

    figure: dict[str, Any]
    definition: Definition
    answers: pl.DataFrame
    mentions: pl.DataFrame
    computed_by: str
    asked_by: list[str]


class Installation:
    """A folder of monitors with its lake, opened for reading."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        store = open_objects(settings)
        self.lake = Lake(store)
        self.payloads = PayloadStore(store)

    @property
    def monitors(self) -> dict[str, Monitor]:
        """The monitors of the installation, by id.

        Raises:
            MonitorFileError: a file is wrong.
        """
        return load_monitors(self.settings.monitors_dir)

    def days(self, table: str = "metrics/brand_metrics") -> list[date]:
        """Return the days that hold anything of a table, oldest first."""
        return self.lake.days(table)

    def load(
        self,
        table: str,
        start: Day | None = None,
        end: Day | None = None,
        *,
        monitor: str | None = None,
        engines: Sequence[str] | None = None,
    ) -> pl.DataFrame:
        """Return the rows of a table from ``start`` to ``end``, both inclusive.

        Args:
            table: registry key, such as ``core/answer_mentions``.
            start: first day; the latest day that holds anything if omitted.
            end: last day; ``start`` if omitted.
            monitor: restrict to one monitor.
            engines: restrict to engine families.

        Raises:
            UnknownNameError: no table has that name.
            MissingPartitionError: an unpartitioned table was never published.
        """
        monitors = None if monitor is None else [monitor]
        if table.startswith("seed/"):
            return self.lake.read(table, [Partition()], monitors=monitors)
        first = _day(start) or self._latest(table)
        last = _day(end) or first
        return self.lake.read_window(table, first, last, engines=engines, monitors=monitors)

    def metrics(
        self,
        start: Day | None = None,
        end: Day | None = None,
        *,
        monitor: str | None = None,
        metric: str | None = None,
        segment: str = "non_branded",
    ) -> pl.DataFrame:
        """Return figures with interval, n, k, reason and definition, headline segment by default."""
        frame = self.load("metrics/brand_metrics", start, end, monitor=monitor)
        wanted = pl.col("segment") == segment
        return frame.filter(wanted if metric is None else wanted & (pl.col("metric") == metric))

    def trace(
        self,
        *,
        monitor: str,
        engine_id: str,
        brand_id: str,
        day: Day | None = None,
        metric: str = "visibility",
        segment: str = "non_branded",
    ) -> Trace:
        """Return the definition, answers, sentences, payload hashes and runs behind one figure.

        Raises:
            UnknownNameError: there is no such figure; the message lists what there is.
        """
        on = _day(day) or self._latest("metrics/brand_metrics")
        figures = self.metrics(on, monitor=monitor, metric=metric, segment=segment)
        row = figures.filter(pl.col("engine_id") == engine_id, pl.col("subject") == brand_id)
        if row.height != 1:
            known = sorted(f"{e}/{s}" for e, s in figures.select("engine_id", "subject").iter_rows())
            raise UnknownNameError(
                f"no {metric} of {engine_id}/{brand_id} on {on} for {monitor}; there is: {', '.join(known)}"
            )
        figure = row.to_dicts()[0]
        return self._trace(figure, Partition(on, figure["engine"]), monitor)

    def ask_graph(self, cypher: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Ask the configured influence graph in Cypher; docs/graph-queries.md has questions.

        Raises:
            GraphQueryError: the question is wrong, would write, or ran for too long.
        """
        from brand_monitor.backends.bundles import resources_for
        from brand_monitor.deployment import current_deployment

        with resources_for(current_deployment(), self.settings)["graph"].open() as graph:
            rows: list[dict[str, Any]] = graph.query(cypher, parameters)
            return rows

    def payload(self, digest: str) -> dict[str, Any]:
        """Return a stored raw payload, checked against its hash."""
        return self.payloads.get(digest)

    def _trace(self, figure: dict[str, Any], partition: Partition, monitor: str) -> Trace:
        branded = figure["segment"] == "branded"
        scope = (pl.col("engine_id") == figure["engine_id"]) & (pl.col("is_branded") == branded)
        read = {
            table: self.lake.read(table, [partition], monitors=[monitor]).filter(scope)
            for table in ("raw/answers", "core/answer_mentions")
        }
        mentions = read["core/answer_mentions"].filter(
            pl.col("brand_id") == figure["subject"], pl.col("is_counted")
        )
        answers = read["raw/answers"].with_columns(
            mentions_subject=pl.col("answer_id").is_in(mentions["answer_id"].unique().to_list())
        )
        footer = self.lake.footer("metrics/brand_metrics", partition, monitor)
        return Trace(
            figure=figure,
            definition=definition_of(figure["definition"]),
            answers=answers,
            mentions=mentions,
            computed_by=footer["dagster_run_id"],
            asked_by=sorted(answers["run_id"].drop_nulls().unique().to_list()),
        )

    def _latest(self, table: str) -> date:
        days = self.days(table)
        if not days:
            raise MissingPartitionError(
                f"{self.settings.home} holds nothing of {table} yet; start with `brand-monitor run`"
            )
        return days[-1]


def open_installation(home: str | Path | None = None) -> Installation:
    """Open the installation in ``home`` (default: ``BRAND_MONITOR_HOME``, else ``./var``)."""
    return Installation(current_settings(None if home is None else Path(home)))


def _day(value: Day | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
