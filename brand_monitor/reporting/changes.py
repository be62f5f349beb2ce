"""What changed, and who is ahead: comparisons of the day with their tests, as rows to read.

Belongs here: choosing and wording rows of ``metrics/changes`` and ``metrics/brand_contrasts``. Not here: a
comparison or a verdict; nothing is called a change that its test does not call so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from brand_monitor.domain.comparisons.verdicts import REASON_TEXTS
from brand_monitor.domain.metrics.reasons import REASONS
from brand_monitor.domain.statistics.flags import MODEL_CHANGE_FORCED, SERVED_MODEL_UNKNOWN
from brand_monitor.reporting.figures import NON_BRANDED, definition_of
from brand_monitor.reporting.headline import BrandView
from brand_monitor.reporting.text import chance, label, percent, plural, points, points_range

RIVALS_IN_CHANGES = 3
RIVALS_IN_CONTRASTS = 6
OWN_SHOWN = 4
CHANGES_PER_ENGINE = 30
#: What a change is read of: brands that are not one's own only by the first.
METRICS = ("visibility", "share_of_voice")

_VERDICTS = {
    "moved": "moved",
    "within_noise": "within noise",
    "insufficient_data": "insufficient data",
    "model_changed": "model changed",
    "ahead": "ahead",
    "behind": "behind",
}
_FLAG_NOTES = {
    MODEL_CHANGE_FORCED: "compared across a change of the model, as somebody asked for",
    SERVED_MODEL_UNKNOWN: "one side does not name its model",
}
_MODELS_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """One figure of one brand, the window beside the one before it.

    Attributes:
        verdict: What the test says, in words; ``is_found`` where it found a difference.
        prompts: Prompts compared, as text.
        note: Why there is no verdict, or what to bear in mind.
    """

    brand: str
    role: str
    metric: str
    window: str
    before: str
    after: str
    difference: str
    interval: str
    q: str
    verdict: str
    is_found: bool
    prompts: str
    note: str


@dataclass(frozen=True, kw_only=True)
class ContrastRow:
    """One own brand beside one competitor in the same answers of the day."""

    brand: str
    rival: str
    rates: tuple[str, str]
    difference: str
    interval: str
    q: str
    verdict: str
    is_found: bool
    answers: str
    note: str


@dataclass(frozen=True, kw_only=True)
class ChangesView:
    """The comparisons of one engine; ``notes`` stand for windows that have nothing to compare."""

    changes: list[ChangeRow]
    notes: list[str]
    contrasts: list[ContrastRow]


def changes_view(
    changes: pl.DataFrame | None, contrasts: pl.DataFrame | None, engine_id: str, brands: Sequence[BrandView]
) -> ChangesView | None:
    """Return the comparisons of an engine over non-branded prompts, None where there is none.

    Args:
        changes: ``metrics/changes`` of the day, or None.
        contrasts: ``metrics/brand_contrasts`` of the day, or None.
        engine_id: The engine.
        brands: Tracked brands, own first, then competitors, those named most first.
    """
    own = [brand for brand in brands if brand.role == "own"][:OWN_SHOWN]
    rivals = [brand for brand in brands if brand.role == "competitor"]
    rows, notes = _changes(_of(changes, engine_id), [*own, *rivals[:RIVALS_IN_CHANGES]])
    pairs = _contrasts(_of(contrasts, engine_id), own, rivals[:RIVALS_IN_CONTRASTS])
    if not (rows or notes or pairs):
        return None
    return ChangesView(changes=rows, notes=notes, contrasts=pairs)


def _of(frame: pl.DataFrame | None, engine_id: str) -> list[dict[str, Any]]:
    if frame is None:
        return []
    mine = frame.filter((pl.col("engine_id") == engine_id) & (pl.col("segment") == NON_BRANDED))
    return mine.to_dicts()


def _changes(
    found: Sequence[Mapping[str, Any]], brands: Sequence[BrandView]
) -> tuple[list[ChangeRow], list[str]]:
    """Return rows in the order of brands, longer windows first, and a note per window without a pair."""
    place = {brand.brand_id: index for index, brand in enumerate(brands)}
    wanted = [
        row
        for row in found
        if row["brand_id"] in place
        and row["metric"] in METRICS
        and (brands[place[row["brand_id"]]].role == "own" or row["metric"] == METRICS[0])
    ]
    notes, kept = [], []
    for days in sorted({row["window_days"] for row in wanted}, reverse=True):
        rows = [row for row in wanted if row["window_days"] == days]
        if any(row["k"] for row in rows):
            kept += rows
        else:
            reasons = dict.fromkeys(_reason(row["reason"]) for row in rows if row["reason"])
            why = " ".join(reasons) or "No prompt could be compared."
            notes.append(f"{_window(days)}: insufficient data. {why}")
    kept.sort(key=lambda row: (place[row["brand_id"]], METRICS.index(row["metric"]), -row["window_days"]))
    return [_change(row, brands[place[row["brand_id"]]]) for row in kept[:CHANGES_PER_ENGINE]], notes


def _change(row: Mapping[str, Any], brand: BrandView) -> ChangeRow:
    known = definition_of(row["definition"])
    return ChangeRow(
        brand=brand.name,
        role=brand.role,
        metric=known.name if known else label(row["metric"].replace("_", " ")),
        window=_window(row["window_days"]),
        before=percent(row["before"]),
        after=percent(row["after"]),
        difference=points(row["difference"]),
        interval=points_range(row["lower"], row["upper"]),
        q=chance(row["q"]),
        verdict=_VERDICTS[row["verdict"]],
        is_found=row["verdict"] == "moved",
        prompts=f"{plural(row['k'], 'prompt')}, {row['changed_prompts']:,} differ",
        note="; ".join(filter(None, (_note(row), _models(row)))),
    )


def _contrasts(
    found: Sequence[Mapping[str, Any]], own: Sequence[BrandView], rivals: Sequence[BrandView]
) -> list[ContrastRow]:
    """Return the pairs of the day itself, the shortest window that there is."""
    shortest = min((row["window_days"] for row in found), default=0)
    by_pair = {
        (row["brand_id"], row["rival_id"]): row
        for row in found
        if row["window_days"] == shortest and row["metric"] == METRICS[0]
    }
    pairs = [(mine, rival, by_pair.get((mine.brand_id, rival.brand_id))) for mine in own for rival in rivals]
    return [_contrast(row, mine, rival) for mine, rival, row in pairs if row]


def _contrast(row: Mapping[str, Any], mine: BrandView, rival: BrandView) -> ContrastRow:
    return ContrastRow(
        brand=mine.name,
        rival=rival.name,
        rates=(percent(row["rate"]), percent(row["rival_rate"])),
        difference=points(row["difference"]),
        interval=points_range(row["lower"], row["upper"]),
        q=chance(row["q"]),
        verdict=_VERDICTS[row["verdict"]],
        is_found=row["verdict"] in ("ahead", "behind"),
        answers=f"{row['both']:,} both, {row['only_brand']:,} only {mine.name}, "
        f"{row['only_rival']:,} only {rival.name}, {row['neither']:,} neither",
        note=_note(row),
    )


def _window(days: int) -> str:
    return "day before" if days == 1 else f"{plural(days, 'day')} before"


def _note(row: Mapping[str, Any]) -> str:
    flags = [_FLAG_NOTES[flag] for flag in row["flags"] or () if flag in _FLAG_NOTES]
    return "; ".join([*([_reason(row["reason"])] if row["reason"] else []), *flags])


def _reason(reason: str) -> str:
    return REASON_TEXTS.get(reason) or REASONS.get(reason) or label(reason)


def _models(row: Mapping[str, Any]) -> str:
    """Return which models answered before and after, where they differ."""
    if row["verdict"] != "model_changed" and not row["is_forced"]:
        return ""
    sides = [
        ", ".join(label(name, 40) for name in (row[side] or ["not told"])[:_MODELS_SHOWN])
        for side in ("models_before", "models_after")
    ]
    return f"before: {sides[0]}; then: {sides[1]}"
