"""One definition of a metric, and the words for the intervals that definitions share."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["rate", "share", "descriptive", "test"]
Subject = Literal["brand", "domain", "engine", "source"]
Direction = Literal["higher_is_better", "lower_is_better", "neither"]

CRW = "cluster-robust Wilson over prompts, 95 %"
SHARE_INTERVAL = "cluster-robust Wilson for a ratio over prompts, 95 %"
NO_INTERVAL = "none: descriptive"
MEAN_INTERVAL = "Wilson on the spread between prompts, t quantile, 95 %"
SHIFTED_BOOTSTRAP = "bootstrap over prompts less twice its bias, 95 %"
BOOTSTRAP = "percentile bootstrap over prompts, 95 %, approximate under 30 prompts"
EFFECT_INTERVAL = "t over arms, never under the noise of replicates, 95 %; pooled: t over prompts"


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one metric.

    Attributes:
        id: Name of the metric, as in the column ``metric``.
        version: 1, 2, ...; raised when the formula changes.
        name: What a person reads.
        subject: What the figure speaks of.
        formula: The formula in words and symbols (notation: docs/metrics.md).
        unit: Unit and range of the value.
        kind: ``rate`` and ``share`` carry an interval, ``descriptive`` does not, ``test`` gives a verdict.
        direction: Which way is good for the subject.
        interval: How the interval is computed.
        note: What to bear in mind.
    """

    id: str
    version: int
    name: str
    subject: Subject
    formula: str
    unit: str
    kind: Kind
    direction: Direction
    interval: str
    note: str

    @property
    def key(self) -> str:
        """Id and version, ``visibility@1``, as in the column ``definition``."""
        return f"{self.id}@{self.version}"
