"""Two versions of the mentions of the same answers: which figures differ, and by which mentions.

Belongs here: the comparison that a person wants to see before a changed alias, exclusion or rule rewrites the
past. Not here: deriving a day again, which is a run like any other (``--rederive``).
"""

from typing import NamedTuple

import polars as pl

from brand_monitor.domain.metrics.brand_metrics import brand_metrics
from brand_monitor.schemas.registry import empty_frame

_FIGURE = ["date", "monitor_id", "engine", "engine_id", "segment", "subject", "metric"]
_MENTION = ["answer_id", "brand_id", "start", "end"]


class Version(NamedTuple):
    """What one version of names and rules says.

    Attributes:
        mentions: Rows of ``core/answer_mentions``, stored or derived anew.
        brands: Rows of ``seed/brands`` that they were derived with.
    """

    mentions: pl.DataFrame
    brands: pl.DataFrame


class VersionDifference(NamedTuple):
    """What changes from one version to another.

    Attributes:
        figures: One row per figure of a brand or engine that differs: its keys, ``old``, ``new``,
            ``difference`` (null where a side has no value) and both definitions.
        mentions: One row per mention that differs: ``answer_id``, ``brand_id``, ``start``, ``end``,
            ``surface``, ``old_kind``, ``new_kind`` and ``change``: added, removed or other_kind.
    """

    figures: pl.DataFrame
    mentions: pl.DataFrame


def version_difference(answers: pl.DataFrame, old: Version, new: Version) -> VersionDifference:
    """Return what differs between two versions, both counted by this code.

    Args:
        answers: ``raw/answers`` that both versions speak of.
        old: The earlier version, such as the stored mentions.
        new: The later one, such as ``answer_mentions(answers, brands)`` with other names.
    """
    nothing_cited = empty_frame("core/citations")
    before, after = (
        brand_metrics(answers, one.mentions, nothing_cited, one.brands)
        .filter(pl.col("subject_kind") != "domain")
        .select(*_FIGURE, "definition", "value")
        for one in (old, new)
    )
    figures = (
        before.rename({"value": "old", "definition": "old_definition"})
        .join(
            after.rename({"value": "new", "definition": "new_definition"}),
            on=_FIGURE,
            how="full",
            coalesce=True,
        )
        .filter(pl.col("old").ne_missing(pl.col("new")))
        .with_columns(difference=pl.col("new") - pl.col("old"))
        .sort(_FIGURE)
    )
    return VersionDifference(figures, _changed_mentions(old.mentions, new.mentions))


def _changed_mentions(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return the mentions that came, went or changed their kind."""
    kept = [*_MENTION, "surface", "kind"]
    both = (
        old.select(kept)
        .rename({"kind": "old_kind"})
        .join(
            new.select(kept).rename({"kind": "new_kind"}),
            on=[*_MENTION, "surface"],
            how="full",
            coalesce=True,
        )
    )
    change = (
        pl.when(pl.col("old_kind").is_null())
        .then(pl.lit("added"))
        .when(pl.col("new_kind").is_null())
        .then(pl.lit("removed"))
        .otherwise(pl.lit("other_kind"))
    )
    differs = pl.col("old_kind").ne_missing(pl.col("new_kind"))
    return both.filter(differs).with_columns(change=change).sort(_MENTION)
