"""The headline figures of a day as a table: brands down, engines across, every value with its interval.

Belongs here: choosing rows and drawing them. Not here: any figure; all were computed before.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from brand_monitor.domain.definitions import current
from brand_monitor.notebook import Installation
from brand_monitor.reporting.engines import EMBEDDED_LABEL, is_embedded
from brand_monitor.reporting.text import NO_VALUE, label, percent, percent_range

METRIC = "visibility"
MOST_BRANDS = 12

_ROLE_ORDER = {"own": 0, "competitor": 1, "control": 2}


def print_headline(installation: Installation, monitor: str, day: date) -> None:
    """Print visibility per brand and engine with its 95 % interval, non-branded prompts only."""
    figures = installation.metrics(day, monitor=monitor, metric=METRIC)
    if figures.is_empty():
        return
    brands = installation.load("seed/brands", monitor=monitor).select("brand_id", "brand", "role")
    joined = figures.join(brands, left_on="subject", right_on="brand_id")
    console = Console(highlight=False)
    console.print(_table(joined, monitor, day))
    engines = installation.load("raw/answers", day, monitor=monitor).partition_by("engine_id", as_dict=True)
    embedded = sorted(str(engine_id) for (engine_id,), rows in engines.items() if is_embedded(rows))
    for note in _notes(joined, embedded):
        console.print(Text(note), soft_wrap=True)


def _table(figures: pl.DataFrame, monitor: str, day: date) -> Table:
    engines = figures.select("engine_id", "engine").unique(maintain_order=True).sort("engine_id").rows()
    table = Table(title=Text(f"{current(METRIC).name}: {monitor}, {day}"), box=box.SIMPLE_HEAD)
    table.add_column("brand")
    for engine_id, _ in engines:
        of_engine = figures.filter(pl.col("engine_id") == engine_id)
        n, k = of_engine.select(pl.col("n", "k").max()).row(0)
        table.add_column(Text(f"{engine_id}\nn {n:,}, k {k:,}"), justify="right")
    for brand_id in _shown(figures):
        rows = figures.filter(pl.col("subject") == brand_id)
        brand, role = rows.select("brand", "role").row(0)
        cells = {row["engine_id"]: _cell(row) for row in rows.to_dicts()}
        style = "bold" if role == "own" else "dim" if role == "control" else ""
        name = label(brand) if role == "competitor" else f"{label(brand)} ({role})"
        table.add_row(
            Text(name), *(Text(cells.get(engine_id, NO_VALUE)) for engine_id, _ in engines), style=style
        )
    return table


def _shown(figures: pl.DataFrame) -> Sequence[str]:
    """Return brand ids to show: own brands, the most visible competitors, the control."""
    ranked = (
        figures.with_columns(order=pl.col("role").replace_strict(_ROLE_ORDER, return_dtype=pl.Int64))
        .group_by("subject", maintain_order=True)
        .agg(pl.col("order").first(), pl.col("role").first(), pl.col("value").mean())
        .sort("order", "value", "subject", descending=[False, True, False], nulls_last=True)
    )
    others = ranked.filter(pl.col("role") == "competitor").head(MOST_BRANDS)["subject"]
    return ranked.filter((pl.col("role") != "competitor") | pl.col("subject").is_in(others.to_list()))[
        "subject"
    ].to_list()


def _cell(row: dict[str, Any]) -> str:
    """Return a value with its interval, or why there is none."""
    if row["value"] is None:
        return f"{NO_VALUE} {(row['reason'] or '').replace('_', ' ')}".rstrip()
    interval = percent_range(row["lower"], row["upper"])
    return f"{percent(row['value'])} ({interval})" if interval else percent(row["value"])


def _notes(figures: pl.DataFrame, embedded: Sequence[str]) -> list[str]:
    """Return what must be read with the table."""
    definition = current(METRIC)
    notes = [
        f"{definition.key}, non-branded prompts, {definition.interval}; n answers, k prompts.",
    ]
    if embedded:
        notes.append(f"{', '.join(embedded)}: {EMBEDDED_LABEL}.")
    left_out = figures["subject"].n_unique() - len(_shown(figures))
    if left_out:
        notes.append(f"{left_out} less visible brands are in the report.")
    failed = (
        figures.group_by("engine_id").agg(pl.col("failed", "refused", "not_asked").max()).sort("engine_id")
    )
    notes += [
        f"{engine_id}: {failures} failed and {refusals} refused answers are in no denominator."
        for engine_id, failures, refusals, _ in failed.rows()
        if failures or refusals
    ]
    notes += [
        f"{engine_id}: incomplete, {left} planned calls were not asked."
        for engine_id, *_, left in failed.rows()
        if left
    ]
    return notes
