"""Figures of how answers cite: impressions of domains, brands named beside brands cited, concentration.

Belongs here: what goes into these figures. Not here: how often a domain is cited (``source_metrics``), how
counts become a figure (``figures``, ``mean_figures``), impressions of one answer (``impressions``).

Named beside cited, for brands that own a domain: an answer that cites the brand's own pages and does not name
it is a ghost citation.
"""

import polars as pl

from brand_monitor.domain.citations.impressions import impressions
from brand_monitor.domain.citations.source_metrics import answer_sources, citing_reasons, wanted_domains
from brand_monitor.domain.metrics.figures import rate_figures
from brand_monitor.domain.metrics.mean_figures import concentration_figures, mean_figures
from brand_monitor.domain.metrics.populations import GROUP, SCOPE, Population

Figures = list[tuple[str, str, pl.DataFrame]]


def citing_metrics(
    answers: pl.DataFrame,
    people: Population,
    named: pl.DataFrame,
    *,
    citations: pl.DataFrame,
    brands: pl.DataFrame,
) -> Figures:
    """Return (subject kind, metric, figures), for the frame of ``metrics/brand_metrics``.

    Args:
        answers: ``raw/answers``, for the surface.
        people: The population of these answers.
        named: One row per usable answer and brand that it names: GROUP, ``answer_id``, ``subject``.
        citations: ``core/citations``.
        brands: ``seed/brands``, for the domains they own.
    """
    sources = answer_sources(people, citations)
    reasons = citing_reasons(answers, sources)
    domains = wanted_domains(sources, people, brands).join(reasons, on=SCOPE, how="left")
    return [
        *_impression_figures(people, citations, domains),
        *_named_beside_cited(people, named, citations, _wanted_brands(people, brands, reasons)),
        ("engine", "concentration", _concentration(people, sources, reasons)),
    ]


def _impression_figures(people: Population, citations: pl.DataFrame, domains: pl.DataFrame) -> Figures:
    """Return the mean impression of each domain over the answers that show where they cite."""
    shares = ["word_count_impression", "position_adjusted_impression"]
    # A page of the domain whose place is unknown makes the sum unknown.
    sums = [pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name) for name in shares]
    carried = impressions(citations).group_by("answer_id", subject="domain").agg(sums)
    placed = carried.drop_nulls(shares).select("answer_id").unique()
    eligible = people.answers.join(placed, on="answer_id", how="semi")
    values = eligible.join(carried, on="answer_id")
    wanted = domains.select(*GROUP, "subject", blocked=pl.coalesce("blocked", "no_citing"))
    return [
        ("domain", name, mean_figures(wanted, eligible, values.with_columns(value=name), nothing="no_place"))
        for name in shares
    ]


def _named_beside_cited(
    people: Population, named: pl.DataFrame, citations: pl.DataFrame, wanted: pl.DataFrame
) -> Figures:
    """Return the table of named and cited as four rates that add up to 1, and the ghost rate."""
    pair = ["answer_id", "subject"]
    owned = citations.filter(pl.col("relation") == "cited").select("answer_id", subject="brand_id")
    cited = people.answers.join(owned.drop_nulls().unique(), on="answer_id")
    ghosts = cited.join(named, on=pair, how="anti")
    cells = {
        "named_and_cited": cited.join(named, on=pair, how="semi"),
        "cited_not_named": ghosts,
        "named_not_cited": named.join(cited, on=pair, how="anti"),
        "not_named_not_cited": people.answers.join(
            wanted.filter(pl.col("blocked").is_null()).select(*GROUP, "subject"), on=GROUP
        )
        .join(named, on=pair, how="anti")
        .join(cited, on=pair, how="anti"),
    }
    trials = cited.group_by(*GROUP, "subject", "prompt_family").agg(n=pl.len().cast(pl.Int64))
    return [
        *(("brand", name, rate_figures(wanted, people.trials, hits)) for name, hits in cells.items()),
        ("brand", "ghost_rate", rate_figures(wanted, trials, ghosts, nothing="not_cited")),
    ]


def _wanted_brands(people: Population, brands: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Return one row per engine, segment and brand; one without a domain of its own cannot be cited."""
    owning = brands.select(
        "monitor_id",
        subject="brand_id",
        no_domain=pl.when(pl.col("domains").list.len() == 0).then(pl.lit("no_domains")),
    )
    return (
        people.groups.select(*GROUP, "blocked")
        .join(owning, on="monitor_id")
        .join(reasons, on=SCOPE, how="left")
        .select(*GROUP, "subject", blocked=pl.coalesce("blocked", "no_domain", "no_citing"))
        .sort(*GROUP, "subject")
    )


def _concentration(people: Population, sources: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Return how far the citations of an engine go to few domains."""
    wanted = (
        people.groups.join(reasons, on=SCOPE, how="left")
        .select(*GROUP, subject="engine_id", blocked=pl.coalesce("blocked", "no_citing"))
        .sort(GROUP)
    )
    cited = sources.filter("is_cited")
    return concentration_figures(wanted, people.answers, cited, nothing="no_citations")
