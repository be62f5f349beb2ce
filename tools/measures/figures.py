"""What a measure returns: figures with their counts, interval and meaning.

Belongs here: the record and the way from counts per prompt to a figure. Not here: any measure.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from brand_monitor.domain.statistics import rate_interval


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: What was measured.
        value: The figure.
        lower: Lower end of the 95 % interval, or None.
        upper: Upper end.
        counts: What it was counted from, such as ``783 of 790``.
        clusters: Prompts (with their variants) or texts behind it, or None.
        note: How to read it.
        is_share: Whether the value is a share of 1.
    """

    name: str
    value: float
    lower: float | None
    upper: float | None
    counts: str
    clusters: int | None
    note: str = ""
    is_share: bool = True

    @property
    def cells(self) -> tuple[str, ...]:
        """Value, interval, counts, clusters and note as text."""
        scale, digits = (100, 1) if self.is_share else (1, 2)
        unit = " %" if self.is_share else ""
        interval = ""
        if self.lower is not None and self.upper is not None:
            interval = f"{scale * self.lower:.{digits}f} to {scale * self.upper:.{digits}f}"
        clusters = "" if self.clusters is None else f"{self.clusters:,}"
        return (f"{scale * self.value:.{digits}f}{unit}", interval, self.counts, clusters, self.note)


def share(name: str, outcomes: Iterable[tuple[str, bool]], note: str = "") -> Figure:
    """Return the share of true outcomes, each with the prompt that it belongs to.

    The value is pooled, so that it is the quotient of the counts; the interval is the product's own, cluster-
    robust Wilson over prompts, widened to hold the value.

    Raises:
        ValueError: No outcome at all.
    """
    rows = list(outcomes)
    if not rows:
        raise ValueError(f"{name}: there is nothing to count")
    sizes = Counter(prompt for prompt, _ in rows)
    hits = Counter(prompt for prompt, is_hit in rows if is_hit)
    value = sum(hits.values()) / len(rows)
    found = rate_interval([hits[prompt] for prompt in sizes], list(sizes.values()))
    lower = None if found is None or found.lower is None else min(found.lower, value)
    upper = None if found is None or found.upper is None else max(found.upper, value)
    counts = f"{sum(hits.values()):,} of {len(rows):,}"
    return Figure(name, value, lower, upper, counts, len(sizes), note)
