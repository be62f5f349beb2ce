"""Who is counted: usable answers, their prompts, and the brands that each of them names.

Belongs here: the selections that every figure starts from, so that all figures share one denominator.
Not here: any figure.

The unit of every interval is the prompt with all its variants, ``prompt_family``: paraphrases, personas and
translations of one prompt ask for the same thing, so their answers go together, and to count each variant as
a prompt of its own would make every interval too narrow.
"""

from dataclasses import dataclass

import polars as pl

SCOPE = ["date", "monitor_id", "engine", "engine_id"]
GROUP = [*SCOPE, "segment"]
SEGMENTS = ["non_branded", "branded"]
FRAME_ROLES = ["own", "competitor"]

# "No mention of X" and "what about X?" name a brand without making it visible.
UNCOUNTED_KINDS = ["absent", "asked", "seller"]


@dataclass(frozen=True, slots=True)
class Population:
    """The answers that figures rest on.

    Attributes:
        answers: One row per usable answer: GROUP, ``answer_id``, ``prompt_family``.
        groups: One row per engine and segment, also where nothing was answered: GROUP, ``n``, ``k``,
            ``fewest``, ``most`` (answers per family), ``failed``, ``refused``, ``not_asked`` and
            ``blocked``, the reason why no figure can be given, or null.
        trials: One row per group and answered family of prompts: GROUP, ``prompt_family``, ``n``.
    """

    answers: pl.DataFrame
    groups: pl.DataFrame
    trials: pl.DataFrame


def population(answers: pl.DataFrame) -> Population:
    """Return who is counted among ``answers`` (``raw/answers``, one row per planned call).

    Failed, empty and refused answers leave the denominator and are counted apart, like calls that were
    planned and never asked. Every engine gets both
    segments.
    """
    planned = answers.with_columns(segment=_segment())
    usable = planned.filter(pl.col("status") == "ok").select(
        *GROUP, "answer_id", prompt_family=_family(answers)
    )
    trials = usable.group_by(*GROUP, "prompt_family").agg(n=pl.len().cast(pl.Int64))
    return Population(usable, _groups(planned, trials), trials)


def named_brands(
    answers: pl.DataFrame, mentions: pl.DataFrame, brands: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return one row per answer and brand that it names, of the answers given.

    Args:
        answers: One row per answer; all its columns are kept.
        mentions: ``core/answer_mentions``.
        brands: ``seed/brands``; mentions of a brand that is not tracked (any more) are dropped.

    Returns:
        The columns of ``answers`` and ``brand_id``, ``occurrences`` (counted mentions), ``entity_rank``
        (null where no rank is known) and ``is_recommended``.
    """
    counted = mentions.filter("is_counted")
    if brands is not None:
        counted = counted.join(brands, on=["monitor_id", "brand_id"], how="semi")
    per_answer = counted.group_by("answer_id", "brand_id").agg(
        occurrences=pl.len().cast(pl.Int64),
        entity_rank=pl.col("entity_rank").min(),
        is_recommended=(pl.col("kind") == "recommended").any(),
    )
    return answers.join(per_answer, on="answer_id")


def counted_on_pages() -> pl.Expr:
    """Return which mentions of pages count; rows from before mentions had a confidence go by their kind."""
    return pl.col("is_counted").fill_null(~pl.col("kind").is_in(UNCOUNTED_KINDS))


def _family(answers: pl.DataFrame) -> pl.Expr:
    """Return the cluster of an answer; one from before prompts had variants is its prompt's own."""
    return pl.coalesce(name for name in ("prompt_family", "prompt_id") if name in answers.columns)


def _segment() -> pl.Expr:
    """Return the segment of an answer, from what its prompt names."""
    return pl.when("is_branded").then(pl.lit("branded")).otherwise(pl.lit("non_branded"))


def _groups(planned: pl.DataFrame, trials: pl.DataFrame) -> pl.DataFrame:
    """Return one row per engine and segment with its sizes and what was left out."""
    calls = planned.group_by(GROUP).agg(
        planned=pl.len(),
        failed=pl.col("status").is_in(["failed", "empty"]).sum().cast(pl.Int64),
        refused=(pl.col("status") == "refused").sum().cast(pl.Int64),
        not_asked=(pl.col("status") == "not_asked").sum().cast(pl.Int64),
    )
    sizes = trials.group_by(GROUP).agg(
        n=pl.col("n").sum(),
        k=pl.len().cast(pl.Int64),
        fewest=pl.col("n").min(),
        most=pl.col("n").max(),
    )
    return (
        planned.select(SCOPE)
        .unique()
        .join(pl.DataFrame({"segment": SEGMENTS}), how="cross")
        .join(calls, on=GROUP, how="left")
        .join(sizes, on=GROUP, how="left")
        .with_columns(pl.col("planned", "failed", "refused", "not_asked", "n", "k").fill_null(0))
        .with_columns(
            blocked=pl.when(pl.col("n") > 0)
            .then(pl.lit(None, dtype=pl.String))
            .when(pl.col("planned") == 0)
            .then(pl.lit("no_prompts"))
            .when(pl.col("not_asked") == pl.col("planned"))
            .then(pl.lit("not_asked"))
            .otherwise(pl.lit("no_answers"))
        )
        .drop("planned")
    )
