"""Which sources go with a brand being named: frequencies over observed answers.

Belongs here: observational influence, the frame of ``metrics/source_influence``. Not here: walks on the
graph (``pageranks.py``), and experiments that remove a source and ask again. Nothing computed here says
that a source *makes* a model name a brand.
"""

import polars as pl

from brand_monitor.domain.influence.lift_intervals import PAIR, lift_intervals
from brand_monitor.domain.metrics.populations import SCOPE, counted_on_pages, named_brands, population

SOURCE = [*SCOPE, "url"]
INFLUENCE_COLUMNS = [
    *SOURCE,
    "domain",
    "title",
    "brand_id",
    "page_names_brand",
    "answers",
    "answers_with_source",
    "answers_citing",
    "prompts_with_source",
    "mention_rate_with",
    "mention_rate_without",
    "lift",
    "lift_lower",
    "lift_upper",
    "flags",
    "reason",
]


def source_influence(
    answers: pl.DataFrame,
    mentions: pl.DataFrame,
    citations: pl.DataFrame,
    *,
    brands: pl.DataFrame,
    documents: pl.DataFrame,
    page_mentions: pl.DataFrame,
) -> pl.DataFrame:
    """Return the frame of ``metrics/source_influence``: every source beside every brand.

    Over the usable answers to non-branded prompts of one engine; an answer has a source when it retrieved
    or cites it (``source_association@1``). A source that all answers have gives no contrast, and a brand
    that none names no ratio: those figures are null, with the reason. The interval of a lift is a bootstrap
    over prompts (``lift_intervals``): it says how steady a frequency is, not that it is a cause. Time and
    memory grow with answers x (sources per answer) x (brands named per answer), plus one row per source and
    brand.

    Args:
        answers: ``raw/answers``.
        mentions: ``core/answer_mentions``.
        citations: ``core/citations``.
        brands: ``seed/brands``.
        documents: ``core/documents``: which pages we hold.
        page_mentions: ``core/page_mentions``: which of these name a brand.
    """
    usable = population(answers).answers.filter(pl.col("segment") == "non_branded").drop("segment")
    present = _present(usable, citations)
    named = named_brands(usable, mentions).select(*SCOPE, "answer_id", "brand_id")
    rows = _pairs(usable, present, named, _sources(present, documents), brands)
    figures = _with_page_knowledge(rows, documents, page_mentions).with_columns(**_association())
    grain = [*SCOPE, *PAIR]
    pairs = figures.filter(pl.col("lift").is_not_null()).select(grain).sort(grain)
    return (
        figures.join(lift_intervals(pairs, usable, present, named), on=grain, how="left")
        .select(INFLUENCE_COLUMNS)
        .sort(*SOURCE, "brand_id")
    )


def _pairs(
    usable: pl.DataFrame,
    present: pl.DataFrame,
    named: pl.DataFrame,
    sources: pl.DataFrame,
    brands: pl.DataFrame,
) -> pl.DataFrame:
    """Return one row per source and brand, with the answers that name it, with and without the source."""
    answers = usable.group_by(SCOPE).agg(answers=pl.len().cast(pl.Int64))
    naming = named.group_by(*SCOPE, "brand_id").agg(naming=pl.len().cast(pl.Int64))
    both = present.join(named, on=[*SCOPE, "answer_id"]).group_by(*SOURCE, "brand_id").agg(both=pl.len())
    return (
        sources.join(answers, on=SCOPE)
        .join(brands.select("monitor_id", "brand_id"), on="monitor_id")
        .join(naming, on=[*SCOPE, "brand_id"], how="left")
        .join(both, on=[*SOURCE, "brand_id"], how="left")
        .with_columns(pl.col("naming", "both").fill_null(0).cast(pl.Int64))
    )


def _present(usable: pl.DataFrame, citations: pl.DataFrame) -> pl.DataFrame:
    """Return one row per answer and source that it retrieved or cites."""
    had = citations.filter(pl.col("relation").is_in(["retrieved", "cited"]))
    per_answer = had.group_by("answer_id", "url").agg(
        domain=pl.col("domain").min(),
        title=pl.col("title").min(),
        document_id=pl.col("document_id").max(),
        is_cited=(pl.col("relation") == "cited").any(),
    )
    return usable.join(per_answer, on="answer_id")


def _sources(present: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Return one row per engine and source: its counts, its title, and our snapshot of it, if any."""
    ours = documents.group_by("monitor_id", "url").agg(
        own_title=pl.col("title").min(), own_id=pl.col("document_id").max()
    )
    return (
        present.group_by(SOURCE)
        .agg(
            pl.col("domain").min(),
            pl.col("title").min(),
            pl.col("document_id").max(),
            answers_with_source=pl.len().cast(pl.Int64),
            answers_citing=pl.col("is_cited").sum().cast(pl.Int64),
            prompts_with_source=pl.col("prompt_family").n_unique().cast(pl.Int64),
        )
        .join(ours, on=["monitor_id", "url"], how="left")
        .with_columns(
            title=pl.coalesce("own_title", "title"), document_id=pl.coalesce("document_id", "own_id")
        )
    )


def _with_page_knowledge(
    rows: pl.DataFrame, documents: pl.DataFrame, page_mentions: pl.DataFrame
) -> pl.DataFrame:
    """Add whether our snapshot names the brand; null where we hold no snapshot."""
    page = ["monitor_id", "document_id"]
    held = documents.select(page).unique().with_columns(is_held=pl.lit(value=True))
    naming = (
        page_mentions.filter(counted_on_pages())
        .select(*page, "brand_id")
        .unique()
        .with_columns(is_named=pl.lit(value=True))
    )
    return (
        rows.join(held, on=page, how="left")
        .join(naming, on=[*page, "brand_id"], how="left")
        .with_columns(page_names_brand=pl.when("is_held").then(pl.col("is_named").fill_null(value=False)))
    )


def _association() -> dict[str, pl.Expr]:
    """Return the rates with and without the source, the lift, and why one of them is null."""
    n, with_source, naming, both = (
        pl.col(name) for name in ("answers", "answers_with_source", "naming", "both")
    )
    contrast, named = with_source < n, naming > 0
    rate_with = both / with_source
    return {
        "mention_rate_with": rate_with,
        "mention_rate_without": pl.when(contrast).then((naming - both) / (n - with_source)),
        "lift": pl.when(contrast & named).then(rate_with / (naming / n)),
        "reason": pl.when(~contrast)
        .then(pl.lit("no_contrast"))
        .when(~named)
        .then(pl.lit("brand_never_named")),
    }
