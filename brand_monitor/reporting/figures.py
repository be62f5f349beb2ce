"""Published figures as the report shows them: value, interval, counts and, where null, the reason.

Belongs here: looking a figure up and writing it out. Not here: computing one; a figure that is not in the
frame is shown as not computed, never made up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from brand_monitor.domain.definitions import DEFINITIONS, Definition
from brand_monitor.domain.metrics.reasons import FLAGS, REASONS
from brand_monitor.domain.statistics.flags import COUNTS_ONLY, NO_INTERVAL
from brand_monitor.reporting import text

NON_BRANDED = "non_branded"
BRANDED = "branded"

NOT_COMPUTED = "This figure was not computed."

_DEFINITIONS = {one.key: one for one in DEFINITIONS}
_COLUMNS = [
    "engine_id", "segment", "subject", "subject_kind", "metric", "definition", "value", "lower", "upper",
    "naive_lower", "naive_upper", "numerator", "denominator", "n", "k", "failed", "refused", "not_asked",
    "reason", "flags",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One published number; the fields are the columns of ``metrics/brand_metrics``."""

    engine_id: str
    segment: str
    subject: str
    metric: str
    subject_kind: str = "brand"
    definition: str = ""
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    naive_lower: float | None = None
    naive_upper: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    n: int = 0
    k: int = 0
    failed: int = 0
    refused: int = 0
    not_asked: int = 0
    reason: str | None = NOT_COMPUTED
    flags: tuple[str, ...] = ()

    @property
    def is_share(self) -> bool:
        """Whether the value is a share of 1, shown in percent."""
        known = definition_of(self.definition)
        return known is None or known.unit.startswith("share")

    @property
    def shown(self) -> str:
        """The value as text: a dash where it is null, counts where too few prompts bear a percentage."""
        if self.counts and {COUNTS_ONLY, NO_INTERVAL} & set(self.flags):
            return self.counts
        if self.is_share:
            return text.percent(self.value)
        known = definition_of(self.definition)
        return text.number(self.value, digits=1 if known and known.unit.startswith("rank") else 2)

    @property
    def interval(self) -> str:
        """The interval as text, empty where there is none; a one-sided bound is worded as one."""
        if self.value is None or self.lower is None or self.upper is None:
            return ""
        if self.value == 0:
            return f"at most {text.percent(self.upper)}"
        return (
            f"at least {text.percent(self.lower)}"
            if self.value == 1
            else text.percent_range(self.lower, self.upper)
        )

    @property
    def counts(self) -> str:
        """The counts behind the value, such as ``14 of 36``; empty where there are none."""
        if self.numerator is None or not self.is_share:
            return ""
        return text.count_of(self.numerator, self.denominator)

    @property
    def naive(self) -> str:
        """The interval that takes answers for independent, for comparison: it is too narrow."""
        return text.percent_range(self.naive_lower, self.naive_upper)

    @property
    def left_out(self) -> str:
        """The answers that are in no denominator, as text; empty where there are none."""
        counts = (
            (self.failed, "failed or empty"),
            (self.refused, "refused"),
            (self.not_asked, "not asked"),
        )
        return ", ".join(f"{count:,} {name}" for count, name in counts if count)

    @property
    def remarks(self) -> list[str]:
        """The ids of its reason and flags, the reason first, each once."""
        return list(dict.fromkeys([*([self.reason] if self.reason else []), *self.flags]))

    @property
    def cautions(self) -> list[str]:
        """What to bear in mind, as sentences."""
        return [FLAGS.get(flag, flag) for flag in self.flags]

    @property
    def missing(self) -> str:
        """Why the value or its interval is missing, as a sentence; empty where nothing is.

        That a descriptive figure has no interval is said by its definition and not repeated at each value.
        """
        if self.value is not None and (self.lower is not None or self.reason == "descriptive"):
            return ""
        return REASONS.get(self.reason or "", self.reason or "No reason was recorded.")


def definition_of(key: str) -> Definition | None:
    """Return the definition with this ``id@version``, None if this version of the code does not know it."""
    return _DEFINITIONS.get(key)


class Figures:
    """The figures of a day, found by engine, segment, subject and metric in constant time."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._by_key = {
            (figure.engine_id, figure.segment, figure.subject, figure.metric): figure
            for figure in _read(frame)
        }

    def get(self, engine_id: str, subject: str, metric: str, segment: str = NON_BRANDED) -> Figure:
        """Return the figure, or one that says ``not computed``."""
        found = self._by_key.get((engine_id, segment, subject, metric))
        return found or Figure(engine_id=engine_id, segment=segment, subject=subject, metric=metric)

    def all(self) -> list[Figure]:
        """Return every figure, in stored order."""
        return list(self._by_key.values())

    def metrics_of(self, subject_kind: str) -> list[str]:
        """Return the metric ids that any subject of the kind has, in the order of their definitions."""
        found = {figure.metric for figure in self._by_key.values() if figure.subject_kind == subject_kind}
        order = {one.id: place for place, one in enumerate(DEFINITIONS)}
        return sorted(found, key=lambda metric: (order.get(metric, len(order)), metric))

    def definitions(self) -> list[str]:
        """Return every definition id and version in use, sorted."""
        return sorted({figure.definition for figure in self._by_key.values() if figure.definition})


def remark_texts(figures: Iterable[Figure]) -> list[tuple[str, str]]:
    """Return (id, meaning) of every reason and flag that the figures carry, sorted."""
    used = sorted({remark for figure in figures for remark in figure.remarks})
    return [
        (remark, FLAGS.get(remark) or REASONS.get(remark) or "No text is known for this id.")
        for remark in used
    ]


def _read(frame: pl.DataFrame) -> Iterator[Figure]:
    for row in frame.select(_COLUMNS).iter_rows(named=True):
        yield Figure(**{**row, "flags": tuple(row["flags"] or ())})
