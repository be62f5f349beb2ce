"""Figures of cited domains, for the frame of ``metrics/brand_metrics``.

Belongs here: citation rate, citation share, citation given retrieval, and what an engine lets us say of its
sources. Not here: which sources go with which brand (``influence.py``).
"""

import polars as pl

from brand_monitor.domain.metrics.figures import rate_figures, share_figures
from brand_monitor.domain.metrics.populations import GROUP, SCOPE, Population


def source_metrics(
    answers: pl.DataFrame, people: Population, citations: pl.DataFrame, brands: pl.DataFrame
) -> list[tuple[str, pl.DataFrame]]:
    """Return (metric, figures) of every domain that an engine shows and every domain that a brand owns.

    An engine that shows no citations has no citation rate: null, with the reason. An engine that puts
    numbered sources before the model can be cited from, so there no citation at all is a rate of 0.

    Args:
        answers: ``raw/answers``, for the surface.
        people: The population of these answers.
        citations: ``core/citations``.
        brands: ``seed/brands``, for the domains they own.
    """
    sources = answer_sources(people, citations)
    wanted = wanted_domains(sources, people, brands).join(
        citing_reasons(answers, sources), on=SCOPE, how="left"
    )
    cited, retrieved = sources.filter("is_cited"), sources.filter("is_retrieved")
    to_cite = wanted.with_columns(blocked=pl.coalesce("blocked", "no_citing"))
    to_retrieve = wanted.with_columns(blocked=pl.coalesce("blocked", "no_retrieving", "no_citing"))
    own_trials = retrieved.group_by(*GROUP, "subject", "prompt_family").agg(n=pl.len().cast(pl.Int64))
    return [
        ("citation_rate", rate_figures(to_cite, people.trials, cited)),
        ("citation_share", share_figures(to_cite, people.trials, cited, nothing="no_citations")),
        (
            "citation_given_retrieval",
            rate_figures(to_retrieve, own_trials, retrieved.filter("is_cited"), nothing="not_retrieved"),
        ),
    ]


def answer_sources(people: Population, citations: pl.DataFrame) -> pl.DataFrame:
    """Return one row per usable answer and domain, with how the answer relates to it."""
    relation = pl.col("relation")
    per_answer = citations.group_by("answer_id", subject="domain").agg(
        is_cited=(relation == "cited").any(),
        is_retrieved=(relation == "retrieved").any(),
        is_linked=(relation == "linked").any(),
    )
    return people.answers.join(per_answer, on="answer_id")


def wanted_domains(sources: pl.DataFrame, people: Population, brands: pl.DataFrame) -> pl.DataFrame:
    """Return one row per engine, segment and domain: shown in either segment, or owned by a brand."""
    owned = brands.select("monitor_id", subject="domains").explode("subject").drop_nulls()
    scopes = people.groups.select(SCOPE).unique()
    domains = pl.concat(
        [sources.select(*SCOPE, "subject"), scopes.join(owned, on="monitor_id").select(*SCOPE, "subject")]
    ).unique()
    wanted = people.groups.select(*GROUP, "blocked").join(domains, on=SCOPE)
    return wanted.sort(*GROUP, "subject")


def citing_reasons(answers: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Return, per engine, why it tells nothing of citing or of retrieving, or null where it does."""
    shows = sources.group_by(SCOPE).agg(pl.col("is_cited", "is_retrieved", "is_linked").any())
    grounded = answers.group_by(SCOPE).agg(is_grounded=(pl.col("surface") == "grounded").any())
    flags = pl.col("is_cited", "is_retrieved", "is_linked")
    can_cite = pl.col("is_cited") | (pl.col("is_grounded") & pl.col("is_retrieved"))
    return (
        grounded.join(shows, on=SCOPE, how="left")
        .with_columns(flags.fill_null(value=False))
        .select(
            *SCOPE,
            no_citing=pl.when(can_cite)
            .then(None)
            .when("is_retrieved")
            .then(pl.lit("only_retrieved"))
            .when("is_linked")
            .then(pl.lit("only_linked"))
            .otherwise(pl.lit("no_citations")),
            no_retrieving=pl.when(~pl.col("is_retrieved")).then(pl.lit("no_retrieval")),
        )
    )
