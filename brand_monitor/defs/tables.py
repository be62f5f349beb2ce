"""What all table assets share: key, group, owners, IO manager, and the previews a person looks at.

Belongs here: the decorator and metadata helpers. Not here: any one asset.
"""

from collections.abc import Callable, Sequence
from typing import Any

import dagster as dg
import polars as pl

from brand_monitor.defs.ranges import once_per_partition
from brand_monitor.defs.retries import retried_by_type
from brand_monitor.io_managers.dagster_io import MISSING, column_schema
from brand_monitor.labels import OWNERS, PROJECTED
from brand_monitor.partitions import ONE_RUN_PER_PARTITION, RANGE_RUNS

_CELL = 120


def table_asset(
    table: str,
    *,
    kinds: set[str],
    code_version: str = "1",
    **options: Any,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Return ``dg.asset`` for a table of the registry: key, group, owners and IO manager are set.

    Args:
        table: registry key, ``<layer>/<plural noun>``; the layer is the group.
        kinds: tools that the UI shows as icons.
        code_version: raised when the meaning of the rows changes.
        options: passed to ``dg.asset`` (partitions_def, pool, deps, ...).
    """
    layer = table.split("/", maxsplit=1)[0]
    policy = options.pop("backfill_policy", ONE_RUN_PER_PARTITION if layer in PROJECTED else RANGE_RUNS)
    decorate: Callable[[Callable[..., Any]], dg.AssetsDefinition] = dg.asset(
        key=dg.AssetKey(table.split("/")),
        group_name=layer,
        kinds=kinds,
        owners=OWNERS,
        code_version=code_version,
        io_manager_key="lake_io",
        backfill_policy=policy if "partitions_def" in options else None,
        metadata={"dagster/column_schema": column_schema(table)},
        **options,
    )
    return lambda derive: decorate(retried_by_type(once_per_partition(derive)))


def keys_of(*tables: str) -> list[dg.AssetKey]:
    """Return the keys of tables that an asset reads itself: of days that its partition does not name."""
    return [dg.AssetKey(table.split("/")) for table in tables]


def table_in(table: str, missing: str | None = None) -> dg.AssetIn:
    """Return the input of an asset that reads a table; ``missing`` is SKIP or EMPTY of ``dagster_io``."""
    return dg.AssetIn(key=dg.AssetKey(table.split("/")), metadata={MISSING: missing} if missing else None)


def preview(frame: pl.DataFrame, columns: Sequence[str], rows: int = 10) -> dg.TableMetadataValue:
    """Return the first rows as a metadata table; cells are plain text and capped."""
    shown = frame.select(columns).head(rows)
    records = [
        dg.TableRecord({name: _cell(value) for name, value in row.items()})
        for row in shown.iter_rows(named=True)
    ]
    schema = dg.TableSchema(columns=[dg.TableColumn(name=name, type="string") for name in columns])
    return dg.MetadataValue.table(records=records, schema=schema)


def counts(frame: pl.DataFrame, column: str) -> dict[str, int]:
    """Return how often each value of a column occurs, most frequent first."""
    tallies = frame.group_by(column).len().sort(["len", column], descending=[True, False])
    return {str(value): count for value, count in tallies.iter_rows()}


def _cell(value: Any) -> str:
    text = "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"
