"""The sources: what was cited, what goes along with a brand, and what became of the pages.

Belongs here: choosing and naming rows of the source tables. Everything here is observational and worded so:
that a page is present and a brand is named says how often, not why.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from brand_monitor.domain.metrics.reasons import REASONS
from brand_monitor.reporting.figures import Figure, Figures
from brand_monitor.reporting.text import label, number, plain

DOMAINS_PER_ENGINE = 15
SOURCES_PER_ENGINE = 10
PAGES_SHOWN = 60
PAGERANKS_SHOWN = 8

_RELATIONS = ("cited", "retrieved", "linked")
#: Whose page a source is, in words; every type of ``core/citations`` has its own.
OWNERS = {
    "own": "own brand",
    "competitor": "competitor",
    "editorial": "editorial",
    "reference": "reference work",
    "institutional": "institution",
    "community": "community",
    "retailer": "retailer",
    "other": "other",
}
_NAMES_BRAND = {True: "yes", False: "no", None: "not scraped"}


@dataclass(frozen=True, kw_only=True)
class DomainView:
    """One domain in one engine, over non-branded prompts: its figures, and answers by relation."""

    domain: str
    owner: str
    rate: Figure
    share: Figure
    retrieved: int
    cited: int
    linked: int


@dataclass(frozen=True, kw_only=True)
class SourceView:
    """One page and one brand in one engine: how often both come together."""

    url: str
    name: str
    page_names_brand: str
    answers: int
    answers_with: int
    answers_citing: int
    prompts: int
    rate_with: float | None
    rate_without: float | None
    lift: str
    missing: str


@dataclass(frozen=True, kw_only=True)
class PageView:
    """What became of one page."""

    url: str
    outcome: str
    reason: str
    status: str
    size: str
    words: str


def domain_views(citations: pl.DataFrame, figures: Figures, engine_id: str) -> tuple[list[DomainView], int]:
    """Return the domains of an engine's non-branded answers, most cited first, and how many are left out."""
    mine = citations.filter((pl.col("engine_id") == engine_id) & ~pl.col("is_branded"))
    counts = mine.group_by("domain").agg(
        pl.col("source_type").first(),
        *(
            pl.col("answer_id").filter(pl.col("relation") == name).n_unique().alias(name)
            for name in _RELATIONS
        ),
    )
    ordered = counts.sort(["cited", "retrieved", "linked", "domain"], descending=[True, True, True, False])
    rows = ordered.head(DOMAINS_PER_ENGINE).iter_rows(named=True)
    return [_domain(row["domain"], row, figures, engine_id) for row in rows], max(
        0, len(ordered) - DOMAINS_PER_ENGINE
    )


def _domain(domain: str, row: Mapping[str, Any], figures: Figures, engine_id: str) -> DomainView:
    return DomainView(
        domain=label(domain),
        owner=OWNERS[row["source_type"]],
        rate=figures.get(engine_id, domain, "citation_rate"),
        share=figures.get(engine_id, domain, "citation_share"),
        **{name: row[name] for name in _RELATIONS},
    )


def source_views(influence: pl.DataFrame, engine_id: str, brand_id: str) -> tuple[list[SourceView], int]:
    """Return the sources of an engine for one brand, most frequent first, and how many are left out."""
    mine = influence.filter((pl.col("engine_id") == engine_id) & (pl.col("brand_id") == brand_id)).sort(
        ["answers_with_source", "lift", "url"], descending=[True, True, False], nulls_last=True
    )
    shown = [_source(row) for row in mine.head(SOURCES_PER_ENGINE).iter_rows(named=True)]
    return shown, len(mine) - len(shown)


def _source(row: Mapping[str, Any]) -> SourceView:
    lift, spread = row["lift"], _spread(row.get("lift_lower"), row.get("lift_upper"), 2)
    return SourceView(
        url=row["url"],
        name=label(row["url"].partition("://")[2] or row["url"], 48),
        page_names_brand=_NAMES_BRAND[row["page_names_brand"]],
        answers=row["answers"],
        answers_with=row["answers_with_source"],
        answers_citing=row["answers_citing"],
        prompts=row["prompts_with_source"],
        rate_with=row["mention_rate_with"],
        rate_without=row["mention_rate_without"],
        lift="" if lift is None else f"{number(lift, 2)}\N{MULTIPLICATION SIGN}",
        missing=REASONS.get(row["reason"], row["reason"]) if row["reason"] else spread,
    )


def pagerank_views(pageranks: pl.DataFrame, brand_id: str) -> list[tuple[str, str, str, str]]:
    """Return label, kind, score and interval, if any, of the sources nearest to a brand, highest first."""
    mine = pageranks.filter(pl.col("brand_id") == brand_id).sort(["score", "label"], descending=[True, False])
    rows = mine.head(PAGERANKS_SHOWN).iter_rows(named=True)
    return [
        (
            label(row["label"], 80),
            row["kind"],
            number(row["score"], 3),
            _spread(row.get("lower"), row.get("upper"), 3),
        )
        for row in rows
    ]


def _spread(lower: float | None, upper: float | None, digits: int) -> str:
    """Return an interval of plain numbers, empty where there is none."""
    return "" if lower is None or upper is None else f"{number(lower, digits)} to {number(upper, digits)}"


def page_views(snapshots: pl.DataFrame, documents: pl.DataFrame) -> tuple[list[PageView], dict[str, int]]:
    """Return the pages of the day, those that failed first, and the number of pages by outcome."""
    outcomes = dict(Counter(snapshots["outcome"].to_list()).most_common())
    words = documents.select(final_url="url", words="word_count").unique("final_url")
    ordered = snapshots.join(words, on="final_url", how="left").sort(
        pl.col("outcome").is_in(["ok", "not_modified"]), "outcome", "url"
    )
    return [_page(row) for row in ordered.head(PAGES_SHOWN).iter_rows(named=True)], outcomes


def _page(row: Mapping[str, Any]) -> PageView:
    moved = f"redirected to {row['final_url']}" if row["redirects"] else ""
    return PageView(
        url=row["url"],
        outcome=row["outcome"].replace("_", " "),
        reason=plain("; ".join(part for part in (row["reason"], moved) if part), 200),
        status=str(row["status"] or ""),
        size=f"{row['size_bytes'] / 1_000:,.0f} kB" if row["size_bytes"] else "",
        words="" if row["words"] is None else f"{row['words']:,}",
    )
