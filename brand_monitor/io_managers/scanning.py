"""Scanning Parquet files of an object store with polars, and what its errors mean.

Belongs here: the one call of polars that reads the lake. Not here: which files (``lake``, ``packs``).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import polars as pl

from brand_monitor.backends.objects.interface import ObjectNotFoundError, ObjectStore
from brand_monitor.failures import CorruptPayloadError, SetupError, StorageError


def scan(
    store: ObjectStore, keys: Sequence[str], schema: pl.Schema, *, path_column: str | None = None
) -> pl.LazyFrame:
    """Return the rows of Parquet files under one schema, unread, in the order of the files.

    Args:
        store: where the files are.
        keys: at least one.
        schema: of the table; a column that an earlier version did not write is null.
        path_column: name of a column more, the address of the file of each row.
    """
    return pl.scan_parquet(
        [store.uri(key) for key in keys],
        schema=schema,
        missing_columns="insert",
        extra_columns="ignore",
        hive_partitioning=False,
        glob=False,
        include_file_paths=path_column,
        **store.scan_options,
    )


def selected(frame: pl.LazyFrame, columns: Sequence[str] | None, where: pl.Expr | None) -> pl.LazyFrame:
    """Return the wanted rows and columns (None: all); only their pages are fetched."""
    if where is not None:
        frame = frame.filter(where)
    return frame if columns is None else frame.select(columns)


@contextmanager
def named_failures(keys: Sequence[str]) -> Iterator[None]:
    """Turn what polars raises while it reads files into our failures.

    Raises:
        ObjectNotFoundError: a file is gone.
        CorruptPayloadError: a file is no Parquet.
        StorageError: the store does not serve just now.
        SetupError: the store refuses.
    """
    where_from = f"{keys[0]} and {len(keys) - 1} more" if len(keys) > 1 else keys[0]
    try:
        yield
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
