"""How an engine cites: whose pages and of what kind, how much they carry, and who is cited and not named.

Belongs here: counting citations by type, and looking up the figures that go with citing. Not here: single
pages and domains by how often they are cited (``sources``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from brand_monitor.reporting.figures import NON_BRANDED, Figure, Figures
from brand_monitor.reporting.headline import BrandView
from brand_monitor.reporting.sources import OWNERS

DOMAINS_SHOWN = 8
GHOSTS_SHOWN = 4
IMPRESSIONS = ("word_count_impression", "position_adjusted_impression")
_PAGES = {
    "listicle": "list of the best",
    "comparison": "comparison",
    "how_to": "how-to",
    "product": "product page",
    "forum": "forum",
    "home": "home page",
    "other": "other",
}
_NOT_TOLD = "not told"
_RELATIONS = ("cited", "retrieved", "linked")


@dataclass(frozen=True, kw_only=True)
class TypeRow:
    """One type of source or page: different pages, and pairs of an answer and a page by relation."""

    name: str
    pages: int
    cited: int
    retrieved: int
    linked: int


@dataclass(frozen=True, kw_only=True)
class GhostTable:
    """One brand, named beside cited: four figures that add up to 1, and the share of ghosts."""

    brand: str
    named_and_cited: Figure
    named_not_cited: Figure
    cited_not_named: Figure
    not_named_not_cited: Figure
    ghost_rate: Figure


@dataclass(frozen=True, kw_only=True)
class CitingView:
    """How one engine cites; ``impressions`` are of the domains that carry most of an answer."""

    types: list[TypeRow]
    pages: list[TypeRow]
    ghosts: list[GhostTable]
    impressions: list[tuple[str, Figure, Figure]]
    impressions_rest: int


def citing_view(
    citations: pl.DataFrame, figures: Figures, engine_id: str, brands: Sequence[BrandView]
) -> CitingView:
    """Return how an engine cites in its answers to non-branded prompts.

    Args:
        citations: ``core/citations`` of the day.
        figures: The figures of the day.
        engine_id: The engine.
        brands: Tracked brands; those of one's own are looked up beside their citations.
    """
    mine = citations.filter((pl.col("engine_id") == engine_id) & ~pl.col("is_branded"))
    carried = _impressions(figures, engine_id)
    return CitingView(
        types=_types(mine, "source_type", OWNERS),
        pages=_types(mine, "page_type", _PAGES) if mine["page_type"].count() else [],
        ghosts=[
            table
            for brand in [brand for brand in brands if brand.role == "own"][:GHOSTS_SHOWN]
            if (table := _ghosts(figures, engine_id, brand)).not_named_not_cited.value is not None
        ],
        impressions=carried[:DOMAINS_SHOWN],
        impressions_rest=max(0, len(carried) - DOMAINS_SHOWN),
    )


def _types(citations: pl.DataFrame, column: str, names: dict[str, str]) -> list[TypeRow]:
    """Return the types in the order of ``names``, those without a page left out, unknown ones last."""
    pairs = citations.select("answer_id", "url", "relation", type=column).unique()
    counts = pairs.group_by("type").agg(
        pl.col("url").n_unique().alias("pages"),
        *((pl.col("relation") == name).sum().alias(name) for name in _RELATIONS),
    )
    found = {row["type"]: row for row in counts.to_dicts()}
    return [
        TypeRow(
            name=names.get(key, _NOT_TOLD) if key else _NOT_TOLD,
            pages=found[key]["pages"],
            **{name: found[key][name] for name in _RELATIONS},
        )
        for key in [*names, None]
        if key in found
    ]


def _ghosts(figures: Figures, engine_id: str, brand: BrandView) -> GhostTable:
    names = ("named_and_cited", "named_not_cited", "cited_not_named", "not_named_not_cited", "ghost_rate")
    return GhostTable(
        brand=brand.name, **{name: figures.get(engine_id, brand.brand_id, name) for name in names}
    )


def _impressions(figures: Figures, engine_id: str) -> list[tuple[str, Figure, Figure]]:
    """Return domain, word count and position-adjusted impression, those that carry most first."""
    domains = {
        one.subject
        for one in figures.all()
        if one.metric == IMPRESSIONS[0] and (one.engine_id, one.segment) == (engine_id, NON_BRANDED)
    }
    words, placed = (
        {domain: figures.get(engine_id, domain, metric) for domain in domains} for metric in IMPRESSIONS
    )
    known = [(domain, words[domain], placed[domain]) for domain in domains if words[domain].value]
    return sorted(known, key=lambda one: (-(one[2].value or 0), one[0]))
