"""What a report is made from: frames of one monitor and day, and where they came from.

Belongs here: the inputs and nothing derived from them. Frames carry the columns of the schema registry.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from brand_monitor.schemas.registry import empty_frame

#: Tables that a day may lack: one that holds no rows has no part in the report.
OPTIONAL_TABLES = (
    "metrics/changes",
    "metrics/brand_contrasts",
    "metrics/brand_sentiments",
    "core/answer_sentiments",
    "core/brand_candidates",
    "metrics/costs",
    "metrics/stabilities",
    "metrics/drifts",
    "metrics/corrected_rates",
    "metrics/variance_components",
    "experiments/source_effects",
)


def _none_of(table: str) -> Callable[[], pl.DataFrame]:
    """Return a factory of an empty frame of ``table``, the default of an optional input."""
    return lambda: empty_frame(table)


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where the numbers came from. Nothing here is read from a clock: the same inputs give the same file.

    Attributes:
        code_version: Version of this product that computed the day.
        run_ids: Dagster runs that computed it.
        versions: Name to version of what else shaped the numbers, such as the model file or the extractor.
        model_seconds: Wall-clock seconds during which at least one model call was open; None if not measured.
    """

    code_version: str
    run_ids: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    model_seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class ReportInputs:
    """Everything that the report of one monitor and day shows.

    Attributes:
        monitor_id: Monitor of the report.
        market: What is bought there, in a few words.
        day: UTC day of the report.
        brands: ``seed/brands``, in the order of the monitor file.
        prompts: ``seed/prompts``.
        answers: ``raw/answers`` of the day, all engines.
        brand_metrics: ``metrics/brand_metrics`` of the day, all engines.
        answer_mentions: ``core/answer_mentions`` of the day.
        citations: ``core/citations`` of the day.
        window_brand_metrics: ``marts/window_brand_metrics`` of the day.
        source_influence: ``metrics/source_influence`` of the day.
        brand_pageranks: ``graph/brand_pageranks`` of the day.
        page_snapshots: ``raw/page_snapshots`` of the day.
        documents: ``core/documents`` of the day.
        history: ``marts/daily_brand_metrics`` of earlier days (the day itself may be among them).
        provenance: Where the numbers came from.
        optional: Name of a table of ``OPTIONAL_TABLES`` -> its rows of the day; experiments: of the last
            seven days.
    """

    monitor_id: str
    market: str
    day: date
    brands: pl.DataFrame
    prompts: pl.DataFrame
    answers: pl.DataFrame
    brand_metrics: pl.DataFrame
    answer_mentions: pl.DataFrame = field(default_factory=_none_of("core/answer_mentions"))
    citations: pl.DataFrame = field(default_factory=_none_of("core/citations"))
    window_brand_metrics: pl.DataFrame = field(default_factory=_none_of("marts/window_brand_metrics"))
    source_influence: pl.DataFrame = field(default_factory=_none_of("metrics/source_influence"))
    brand_pageranks: pl.DataFrame = field(default_factory=_none_of("graph/brand_pageranks"))
    page_snapshots: pl.DataFrame = field(default_factory=_none_of("raw/page_snapshots"))
    documents: pl.DataFrame = field(default_factory=_none_of("core/documents"))
    history: pl.DataFrame = field(default_factory=_none_of("marts/daily_brand_metrics"))
    provenance: Provenance
    optional: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def rows_of(self, table: str) -> pl.DataFrame | None:
        """Return the rows of an optional table, None where it has none or is not there at all."""
        rows = self.optional.get(table)
        return None if rows is None or rows.is_empty() else rows
