"""The frame of ``metrics/brand_metrics``: what the answers of a day say of each brand, with intervals.

Belongs here: figures of brands and of the engine, and the one frame that holds all. Not here: figures of
cited domains (``source_metrics.py``), and how counts become a figure (``figures.py``).
"""

import polars as pl

from brand_monitor.domain.citations.citing_metrics import citing_metrics
from brand_monitor.domain.citations.source_metrics import source_metrics
from brand_monitor.domain.definitions import current
from brand_monitor.domain.metrics.figures import FIGURE, descriptive_figures, rate_figures, share_figures
from brand_monitor.domain.metrics.populations import FRAME_ROLES, GROUP, Population, named_brands, population
from brand_monitor.domain.statistics.flags import ONE_ANSWER_PER_PROMPT
from brand_monitor.domain.statistics.stability import is_uninformative

METRIC_COLUMNS = [
    *GROUP,
    "subject",
    "subject_kind",
    "metric",
    "definition",
    *(name for name in FIGURE if name != "flags"),
    "failed",
    "refused",
    "not_asked",
    "reason",
    "flags",
]


def brand_metrics(
    answers: pl.DataFrame, mentions: pl.DataFrame, citations: pl.DataFrame, brands: pl.DataFrame
) -> pl.DataFrame:
    """Return one row per engine, segment, subject and metric, also where there is nothing to count.

    Figures are computed per ``date``, monitor and ``engine_id``: never over engines, never over branded and
    other prompts together. For a window of days give all its answers the date of its last day, since the
    figures of a period come from its answers and not from daily figures. Time and memory are linear in the
    rows of the frames plus O((brands + domains) x prompts) per engine.

    Args:
        answers: ``raw/answers``, one row per planned call.
        mentions: ``core/answer_mentions`` of these answers.
        citations: ``core/citations`` of these answers.
        brands: ``seed/brands``.
    """
    people = population(answers)
    named = named_brands(people.answers, mentions, brands).rename({"brand_id": "subject"})
    wanted = people.groups.select(*GROUP, "blocked").join(
        brands.select("monitor_id", "role", subject="brand_id"), on="monitor_id"
    )
    voiced = _only_frame(wanted)
    figures = [
        ("brand", "visibility", rate_figures(wanted, people.trials, named)),
        ("brand", "recommendation_rate", rate_figures(wanted, people.trials, named.filter("is_recommended"))),
        ("brand", "brand_coverage", _coverage(wanted, people, named)),
        ("brand", "share_of_voice", share_figures(voiced, people.trials, named, nothing="no_frame_mentions")),
        ("brand", "share_of_voice_occurrences", _occurrences(voiced, people, named)),
        *(("brand", metric, ranks) for metric, ranks in _ranks(wanted, named).items()),
        ("engine", "informative_rate", _informative_rate(people, named, brands)),
        *(("domain", metric, part) for metric, part in source_metrics(answers, people, citations, brands)),
        *citing_metrics(answers, people, named, citations=citations, brands=brands),
    ]
    return _assembled(figures, people)


def _assembled(figures: list[tuple[str, str, pl.DataFrame]], people: Population) -> pl.DataFrame:
    """Return all figures as one frame, in an order that does not depend on the order of the input."""
    labelled = [
        part.with_columns(
            subject_kind=pl.lit(kind), metric=pl.lit(metric), definition=pl.lit(current(metric).key)
        )
        for kind, metric, part in figures
    ]
    return (
        pl.concat(labelled)
        .join(people.groups.select(*GROUP, "failed", "refused", "not_asked"), on=GROUP)
        .with_columns(
            flags=pl.when(pl.col("not_asked") > 0)
            .then(pl.col("flags").list.concat(pl.lit(["incomplete"])))
            .otherwise("flags")
        )
        .select(METRIC_COLUMNS)
        .sort(*GROUP, "subject_kind", "subject", "metric")
    )


def _coverage(wanted: pl.DataFrame, people: Population, named: pl.DataFrame) -> pl.DataFrame:
    """Return the share of prompts that name the brand in any variant: one trial per family."""
    prompts = people.trials.with_columns(n=pl.lit(1, dtype=pl.Int64))
    once = named.unique([*GROUP, "subject", "prompt_family"])
    answers = people.groups.select(*GROUP, answers="n")
    return (
        rate_figures(wanted, prompts, once)
        .join(answers, on=GROUP, how="left", maintain_order="left")
        .with_columns(
            n="answers",
            # Both speak of answers, and the trials here are prompts.
            naive_lower=pl.lit(None, dtype=pl.Float64),
            naive_upper=pl.lit(None, dtype=pl.Float64),
            flags=pl.col("flags").list.filter(pl.element() != ONE_ANSWER_PER_PROMPT),
        )
        .drop("answers")
    )


def _only_frame(wanted: pl.DataFrame) -> pl.DataFrame:
    """Return the figures with those blocked whose brand shares no voice."""
    rivals = (pl.col("role") == "competitor").sum().over(GROUP)
    outside = (
        pl.when(~pl.col("role").is_in(FRAME_ROLES))
        .then(pl.lit("not_in_frame"))
        .when(rivals == 0)
        .then(pl.lit("no_competitor_frame"))
    )
    return wanted.with_columns(blocked=pl.coalesce(outside, "blocked"))


def _occurrences(voiced: pl.DataFrame, people: Population, named: pl.DataFrame) -> pl.DataFrame:
    """Return the share of all counted mentions of the frame."""
    counts = named.group_by(*GROUP, "subject").agg(numerator=pl.col("occurrences").sum())
    in_frame = pl.when(pl.col("blocked").is_null()).then("numerator")
    figures = (
        voiced.join(counts, on=[*GROUP, "subject"], how="left", maintain_order="left")
        .join(people.groups.select(*GROUP, "n", "k"), on=GROUP, how="left", maintain_order="left")
        .with_columns(pl.col("numerator").fill_null(0))
        .with_columns(denominator=in_frame.sum().over(GROUP))
        .with_columns(
            value=pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator"))
        )
    )
    return descriptive_figures(figures, nothing="no_frame_mentions")


def _ranks(wanted: pl.DataFrame, named: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return mean rank and mean reciprocal rank over the answers that name the brand."""
    ranked = named.drop_nulls("entity_rank")
    rank = pl.col("entity_rank")
    return {
        metric: descriptive_figures(
            wanted.join(
                ranked.group_by(*GROUP, "subject").agg(
                    value=term.mean(),
                    numerator=term.sum(),
                    denominator=pl.len(),
                    n=pl.len(),
                    k=pl.col("prompt_family").n_unique(),
                ),
                on=[*GROUP, "subject"],
                how="left",
                maintain_order="left",
            ),
            nothing="no_mentions",
        )
        for metric, term in (("entity_rank", rank), ("mean_reciprocal_rank", 1 / rank.sort()))
    }


def _informative_rate(people: Population, named: pl.DataFrame, brands: pl.DataFrame) -> pl.DataFrame:
    """Return the share of answers that name any brand of the frame, flagged where it is low."""
    frame = brands.filter(pl.col("role").is_in(FRAME_ROLES)).select("monitor_id", subject="brand_id")
    naming = (
        named.join(frame, on=["monitor_id", "subject"], how="semi")
        .unique("answer_id")
        .with_columns(subject="engine_id")
    )
    wanted = people.groups.select(*GROUP, "blocked", subject="engine_id")
    figures = rate_figures(wanted, people.trials, naming)
    is_low = pl.Series([is_uninformative(upper) for upper in figures["upper"]], dtype=pl.Boolean)
    return figures.with_columns(
        flags=pl.when(is_low)
        .then(pl.col("flags").list.concat(pl.lit(["uninformative_prompts"])))
        .otherwise("flags")
    )
