"""The bridge between Dagster and the lake: an asset's frame is published, an input is read back.

Belongs here: partition keys to lake partitions and back. Not here: how the lake stores anything.
"""

from collections.abc import Sequence

import dagster as dg
import polars as pl

from brand_monitor.backends.objects.parallel import at_once
from brand_monitor.failures import MissingPartitionError
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.partitions import split_key
from brand_monitor.schemas.registry import REGISTRY, empty_frame

#: Input metadata: what to do about partitions that were never published.
MISSING = "missing"
#: Read those that exist, one at least: an engine that nobody configured has no partition.
SKIP = "skip"
#: Read those that exist, or no row at all: a day of captured answers may have no scraped pages.
EMPTY = "empty"


#: Output metadata that the UI shows and plots as the rows of an asset.
ROW_COUNT = "dagster/row_count"


class LakeIOManager(dg.IOManager):
    """Publishes frames for the selected monitors and reads them back."""

    def __init__(self, lake: Lake, monitors: Sequence[str]) -> None:
        self._lake = lake
        self._monitors = list(monitors)

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame) -> None:
        """Check and publish ``obj``, one file per partition and selected monitor."""
        table = "/".join(context.asset_key.path)
        keys: list[str | None] = (
            list(context.asset_partition_keys) if context.has_asset_partitions else [None]
        )
        for key in keys:
            self._lake.publish(
                table,
                obj if key is None or len(keys) == 1 else rows_of(obj, key),
                partition=_partition(key),
                monitors=self._monitors,
                metadata={"dagster_run_id": context.run_id},
            )
        context.add_output_metadata(
            {
                ROW_COUNT: obj.height,
                "dagster/column_schema": column_schema(table),
            }
        )

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """Return the rows of the input's partitions, for the selected monitors.

        Raises:
            MissingPartitionError: a partition was never published; the message names it.
        """
        table = "/".join(context.asset_key.path)
        partitions = [Partition()]
        if context.has_asset_partitions:
            partitions = [_partition(key) for key in context.asset_partition_keys]
        policy = context.definition_metadata.get(MISSING)
        if policy is not None:
            found = at_once(self._lake.store, lambda one: self._exists(table, one), partitions)
            partitions = [one for one, is_there in zip(partitions, found, strict=True) if is_there]
        if policy == EMPTY and not partitions:
            return empty_frame(table)
        if not partitions:
            raise MissingPartitionError(
                f"{table}: nothing published in {_names(context)}; run an engine first."
            )
        return self._lake.read(table, partitions, monitors=self._monitors)

    def _exists(self, table: str, partition: Partition) -> bool:
        return any(self._lake.published(table, partition, monitor) for monitor in self._monitors)


def rows_of(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return the rows of a frame that belong to a partition.

    A frame without the column of an axis belongs to every partition of that axis.
    """
    day, engine = split_key(key)
    if "date" in frame.columns:
        frame = frame.filter(pl.col("date") == day)
    if engine is not None and "engine" in frame.columns:
        frame = frame.filter(pl.col("engine") == engine)
    return frame


def _names(context: dg.InputContext) -> str:
    return ", ".join(context.asset_partition_keys) if context.has_asset_partitions else "the lake"


def _partition(key: str | None) -> Partition:
    """Return the lake partition of a Dagster partition key (None: unpartitioned)."""
    return Partition() if key is None else Partition(*split_key(key))


def column_schema(table: str) -> dg.TableSchema:
    """Return the columns of a table, with descriptions, for the Dagster UI."""
    columns = REGISTRY[table].to_schema().columns
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=name,
                type=str(column.dtype),
                description=column.description,
                constraints=dg.TableColumnConstraints(
                    nullable=bool(column.nullable), unique=bool(column.unique)
                ),
            )
            for name, column in columns.items()
        ]
    )
