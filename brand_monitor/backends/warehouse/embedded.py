"""The warehouse of an installation without a database server: none. There, SQL reads the lake (DuckDB)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import polars as pl

from brand_monitor.backends.warehouse.interface import Marts, Warehouse
from brand_monitor.schemas.registry import empty_frame


class NoWarehouse(Warehouse):
    """Publishes nothing: the files of the lake are there to be read."""

    @property
    def tables(self) -> tuple[str, ...]:
        """None."""
        return ()

    def replace_day(self, day: date, monitors: Sequence[str], marts: Marts) -> None:
        """Do nothing."""

    def replace_all(self, read: Callable[[], Iterable[tuple[date, Marts]]]) -> dict[str, int]:  # noqa: ARG002 - the interface's
        """Do nothing."""
        return {}

    def day(self, table: str, day: date, monitors: Sequence[str]) -> pl.DataFrame:  # noqa: ARG002 - the interface's
        """Return no row."""
        return empty_frame(table)
