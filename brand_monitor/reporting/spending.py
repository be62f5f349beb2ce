"""What the day's answers cost per unit of what they were asked for.

Belongs here: wording rows of ``metrics/costs``. Not here: sums or prices. An unknown price is never a small
one: then what is known is worded as a lower bound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from brand_monitor.reporting.headline import BrandView
from brand_monitor.reporting.text import money, plural

BRANDS_SHOWN = 4
_BESIDE = {"canary": "fixed question", "judgement": "judgement"}


@dataclass(frozen=True, kw_only=True)
class CostRow:
    """One engine: money per unit; each cell is a price and a remark.

    Attributes:
        brands: One cell per own brand, per answer that names it.
        beside: Paid calls that are no answers: canaries and judgements.
    """

    engine_id: str
    total: tuple[str, str]
    answer: tuple[str, str]
    prompt: tuple[str, str]
    informative: tuple[str, str]
    brands: list[tuple[str, str]]
    beside: tuple[str, str]


def cost_rows(
    costs: pl.DataFrame | None, engine_ids: Sequence[str], brands: Sequence[BrandView]
) -> tuple[list[str], list[CostRow]]:
    """Return a heading per own brand and one row per engine, in order; none where nothing is stored.

    Args:
        costs: ``metrics/costs`` of the day, or None.
        engine_ids: Engines, in order.
        brands: Tracked brands.
    """
    if costs is None:
        return [], []
    own = [brand for brand in brands if brand.role == "own"][:BRANDS_SHOWN]
    found = [
        _row(engine_id, rows.to_dicts(), own)
        for engine_id in engine_ids
        if len(rows := costs.filter(pl.col("engine_id") == engine_id))
    ]
    return [f"Per answer that names {brand.name}" for brand in own], found


def _row(engine_id: str, rows: Sequence[Mapping[str, Any]], own: Sequence[BrandView]) -> CostRow:
    by_key = {(row["scope"], row["subject"]): row for row in rows}
    answer = by_key.get(("answer", engine_id))
    return CostRow(
        engine_id=engine_id,
        total=_total(answer),
        answer=_per_unit(answer, "usable answer"),
        prompt=_per_prompt([row for row in rows if row["scope"] == "prompt"]),
        informative=_per_unit(by_key.get(("informative_answer", engine_id)), "informative answer"),
        brands=[_per_unit(by_key.get(("brand", brand.brand_id)), "answer") for brand in own],
        beside=_beside(rows),
    )


def _beside(rows: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return what canaries and judgements cost together; a dash where there were none."""
    paid = [row for row in rows if row["scope"] in _BESIDE]
    if not paid:
        return "\N{EM DASH}", ""
    costs = [row["cost_usd"] for row in paid]
    known = [cost for cost in costs if cost is not None]
    said = [plural(row["calls"], _BESIDE[row["scope"]]) for row in paid]
    return money(sum(known) if len(known) == len(costs) else None), ", ".join(said)


def _total(row: Mapping[str, Any] | None) -> tuple[str, str]:
    if row is None:
        return money(None), ""
    remarks = [
        plural(row["calls"], "call"),
        f"{row['cached']:,} cached" if row["cached"] else "",
        f"{plural(row['possibly_paid'], 'attempt')} possibly charged" if row["possibly_paid"] else "",
    ]
    return _price(row, "cost_usd"), ", ".join(filter(None, remarks))


def _per_unit(row: Mapping[str, Any] | None, unit: str) -> tuple[str, str]:
    if row is None:
        return money(None), ""
    if row["reason"] == "no_units":
        return "\N{EM DASH}", f"{money(row['cost_usd'])} spent, no such {unit}"
    return _price(row, "cost_per_unit_usd"), plural(row["units"], unit)


def _price(row: Mapping[str, Any], column: str) -> str:
    """Return the price, or from where on it lies where some calls have none."""
    if row[column] is not None or not row["known_cost_usd"]:
        return money(row[column])
    return f"unknown; calls of known price: {money(row['known_cost_usd'])}"


def _per_prompt(rows: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return from what to what an entire prompt cost, all its repeats and variants together."""
    known = [row["cost_usd"] for row in rows if row["cost_usd"] is not None]
    if not known or len(known) < len(rows):
        return money(None), f"{len(rows) - len(known):,} of {plural(len(rows), 'prompt')} without a price"
    lowest, highest = money(min(known)), money(max(known))
    return lowest if lowest == highest else f"{lowest} to {highest}", plural(len(rows), "prompt")
