"""docs/tables.md: every table of the registry, its grain, partitions, inputs and columns."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from brand_monitor.partitions import DAILY, DAILY_BY_ENGINE
from brand_monitor.schemas.registry import REGISTRY
from tools.pages.definitions import asset_specs, upstream
from tools.pages.markdown import generated_from, table

INTRODUCTION = """\
# Tables

Every table is a Dagster asset of the same name and lies in the lake as Parquet: under `lake/<table>/`, then
`date=<day>/` and `engine=<family>/` where it has those partitions, then `monitor=<monitor id>/manifest.json`,
which names the Parquet files of its rows below `data/` (ADR 16).
`open_installation(home).load(table, start, end)` of `brand_monitor.notebook` reads it as a polars frame.

The types, ranges and unique ids below are enforced when a partition is written, and checked again by the
blocking check `follows_schema`. Times are UTC. A column that may be null says so; null is never 0.
"""

PARTITIONS = {None: "none: one state, replaced", DAILY: "`date`", DAILY_BY_ENGINE: "`date` x `engine`"}


def render() -> str:
    """Return the text of docs/tables.md."""
    contents = "".join(f"- [{name}](#{_anchor(name)}): {_grain(name)}\n" for name in REGISTRY)
    sections = [_section(name) for name in REGISTRY]
    return "\n".join([generated_from("brand_monitor/schemas/"), INTRODUCTION, contents, *sections])


def _section(name: str) -> str:
    spec = asset_specs()[name]
    reads = ", ".join(f"[{one}](#{_anchor(one)})" for one in upstream(spec)) or "no table"
    facts = f"{_grain(name)}\n\nPartitions: {PARTITIONS[_partitions(spec)]}. Reads: {reads}.\n"
    return f"## {name}\n\n{facts}\n" + table(["column", "type", "null", "meaning"], _columns(name))


def _columns(name: str) -> Iterator[list[str]]:
    for column, rules in REGISTRY[name].to_schema().columns.items():
        meaning = f"{rules.description}{_allowed(rules.checks)}{'; unique' if rules.unique else ''}"
        yield [f"`{column}`", _type(rules.dtype.type), "yes" if rules.nullable else "", meaning]


def _allowed(checks: list[Any]) -> str:
    """Return the closed list of values of a column, if it has one."""
    lists = (check.statistics.get("allowed_values") for check in checks)
    return "".join(f". One of `{'`, `'.join(map(str, values))}`" for values in lists if values)


def _type(dtype: pl.DataType) -> str:
    """Return a polars type in a few words."""
    if isinstance(dtype, pl.List):
        return f"list of {_type(dtype.inner)}"
    if isinstance(dtype, pl.Struct):
        return f"struct ({', '.join(f'{field.name} {_type(field.dtype)}' for field in dtype.fields)})"
    return str(dtype).lower().partition("(")[0]


def _grain(name: str) -> str:
    return " ".join((REGISTRY[name].__doc__ or "").partition("\n\n")[0].split())


def _partitions(spec: dg.AssetSpec) -> dg.PartitionsDefinition[str] | None:
    return spec.partitions_def


def _anchor(name: str) -> str:
    """Return the fragment that GitHub makes of a heading."""
    return name.lower().replace("/", "")
