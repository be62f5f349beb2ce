"""Scanning Parquet files of an object store with polars, and what its errors mean.

Belongs here: the one call of polars that reads the lake. Not here: which files (``lake``).
"""

from collections.abc import Sequence

import polars as pl

from brand_monitor.backends.objects.interface import ObjectNotFoundError, ObjectStore
from brand_monitor.failures import CorruptPayloadError, SetupError, StorageError


def collect(
    store: ObjectStore,
    keys: Sequence[str],
    schema: pl.Schema,
    columns: Sequence[str] | None,
    where: pl.Expr | None,
) -> pl.DataFrame:
    """Return the rows of Parquet files under one schema; only the needed columns and pages are fetched.

    Args:
        store: where the files are.
        keys: at least one.
        schema: of the table; a column that an earlier version did not write is null.
        columns: which ones to return, all if None.
        where: which rows to return, all if None.

    Raises:
        ObjectNotFoundError: a file is gone.
        CorruptPayloadError: a file is no Parquet.
        StorageError: the store does not serve just now.
        SetupError: the store refuses.
    """
    frame = pl.scan_parquet(
        [store.uri(key) for key in keys],
        schema=schema,
        missing_columns="insert",
        extra_columns="ignore",
        hive_partitioning=False,
        glob=False,
        **store.scan_options,
    )
    if where is not None:
        frame = frame.filter(where)
    if columns is not None:
        frame = frame.select(columns)
    where_from = f"{keys[0]} and {len(keys) - 1} more" if len(keys) > 1 else keys[0]
    try:
        return frame.collect()
    except FileNotFoundError as error:
        raise ObjectNotFoundError(f"a file of {where_from} is gone: {_first_line(error)}") from None
    except PermissionError as error:
        raise SetupError(f"reading {where_from} is refused: {_first_line(error)}") from None
    except OSError as error:
        raise StorageError(f"{where_from} cannot be read just now: {_first_line(error)}") from None
    except pl.exceptions.ComputeError as error:
        if not str(error).startswith("parquet:"):
            raise
        raise CorruptPayloadError(f"{where_from}: {_first_line(error)}; restore it from a backup") from None


def _first_line(error: Exception) -> str:
    """Return what polars says, without the server's XML."""
    return str(error).partition("\n")[0].partition(": <")[0]
