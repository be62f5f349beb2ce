"""Names beside the figures: those that nobody tracks, and those that were found and not counted.

Belongs here: choosing rows of ``core/brand_candidates`` and the mentions that no figure holds, each with one
sentence and its reason. Not here: finding names or deciding what counts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from brand_monitor.reporting.evidence import answer_link, cut_around
from brand_monitor.reporting.headline import BrandView
from brand_monitor.reporting.text import label, number

CANDIDATES_SHOWN = 10
PRODUCTS_SHOWN = 3
UNCOUNTED_SHOWN = 30

_WHY = {
    "uncertain": "may be the everyday word",
    "absent": "the answer says that it is not there, or not known",
    "asked": "an echo of the question",
    "seller": "only the shop that sells something",
}


@dataclass(frozen=True, kw_only=True)
class Quoted:
    """A sentence around a name; ``link`` is the anchor of the full answer, None if that is not shown."""

    before: str
    hit: str
    after: str
    link: str | None


@dataclass(frozen=True, kw_only=True)
class CandidateRow:
    """One unknown name in one engine."""

    name: str
    engine_id: str
    answers: int
    listed: int
    sightings: int
    prompts: int
    products: str
    quote: Quoted


@dataclass(frozen=True, kw_only=True)
class UncountedRow:
    """The mentions of one brand that one cause kept out of the figures, with one of them."""

    brand: str
    role: str
    kind: str
    why: str
    mentions: int
    answers: int
    engine_id: str
    rule: str
    quote: Quoted


def candidate_rows(candidates: pl.DataFrame | None, shown: Collection[str]) -> tuple[list[CandidateRow], int]:
    """Return the unknown names that most answers list, best first, and how many are left out.

    Args:
        candidates: ``core/brand_candidates`` of the day, or None.
        shown: Ids of the answers that the report holds in full.
    """
    if candidates is None:
        return [], 0
    order = ["score", "answers", "candidate_key", "engine_id"]
    ordered = candidates.sort(order, descending=[True, True, False, False])
    rows = [_candidate(row, shown) for row in ordered.head(CANDIDATES_SHOWN).iter_rows(named=True)]
    return rows, len(ordered) - len(rows)


def _candidate(row: Mapping[str, Any], shown: Collection[str]) -> CandidateRow:
    start, length = row["name_start"] - row["sentence_start"], row["name_end"] - row["name_start"]
    written = row["sentence"][start : start + length] if start >= 0 else ""
    return CandidateRow(
        name=label(row["candidate"]),
        engine_id=row["engine_id"],
        answers=row["answers"],
        listed=row["listed_answers"],
        sightings=row["sightings"],
        prompts=len(row["prompt_ids"] or ()),
        products=", ".join(label(name, 40) for name in (row["products"] or ())[:PRODUCTS_SHOWN]),
        quote=_quoted(row, start, written or row["candidate"], shown),
    )


def uncounted_rows(
    mentions: pl.DataFrame, brands: Sequence[BrandView], shown: Collection[str]
) -> tuple[list[UncountedRow], int]:
    """Return per brand and cause what was found and not counted, brands in order, and how many are left out.

    Days that an older version derived do not say which mentions are uncertain: they show the kinds only.

    Args:
        mentions: ``core/answer_mentions`` of the day.
        brands: Tracked brands, in order.
        shown: Ids of the answers that the report holds in full.
    """
    names = {brand.brand_id: (index, brand) for index, brand in enumerate(brands)}
    unsure = pl.col("is_uncertain") if "is_uncertain" in mentions.columns else pl.lit(value=False)
    causes = (
        mentions.filter(pl.col("brand_id").is_in(list(names)))
        .with_columns(_unsure=unsure.fill_null(value=False))
        .filter(~pl.col("is_counted") | pl.col("_unsure"))
        .with_columns(
            _cause=pl.when("_unsure").then(pl.lit("uncertain")).otherwise("kind"),
            _is_shown=pl.col("answer_id").is_in(list(shown)),
        )
        .sort("_is_shown", "answer_id", "start", descending=[True, False, False])
        .group_by("brand_id", "_cause", maintain_order=True)
        .agg(pl.all().first(), _mentions=pl.len(), _answers=pl.col("answer_id").n_unique())
    )
    rows = sorted(
        causes.iter_rows(named=True),
        key=lambda row: (names[row["brand_id"]][0], -row["_mentions"], row["_cause"]),
    )
    kept = rows[:UNCOUNTED_SHOWN]
    return [_uncounted(row, names[row["brand_id"]][1], shown) for row in kept], len(rows) - len(kept)


def _uncounted(row: Mapping[str, Any], brand: BrandView, shown: Collection[str]) -> UncountedRow:
    cause = row["_cause"]
    return UncountedRow(
        brand=brand.name,
        role=brand.role,
        kind=label(cause.replace("_", " ")),
        why=_WHY.get(cause, ""),
        mentions=row["_mentions"],
        answers=row["_answers"],
        engine_id=row["engine_id"],
        rule=_rule(row),
        quote=_quoted(row, row["start"] - row["sentence_start"], row["surface"], shown),
    )


def _rule(row: Mapping[str, Any]) -> str:
    """Return what decided: the rule of the kind, or how sure the name is and by which signs."""
    signs = row.get("evidence")
    shown = ", ".join(signs) if isinstance(signs, list) else signs
    confidence = row.get("confidence")
    if row["_cause"] == "uncertain":
        sure = "" if confidence is None else f"confidence {number(confidence, 2)}"
        return label("; ".join(filter(None, (sure, shown or row["reason"]))), 160)
    return label(row["reason"], 160)


def _quoted(row: Mapping[str, Any], start: int, surface: str, shown: Collection[str]) -> Quoted:
    before, hit, after = cut_around(row["sentence"], start, surface)
    return Quoted(
        before=before,
        hit=hit,
        after=after,
        link=answer_link(row["answer_id"]) if row["answer_id"] in shown else None,
    )
