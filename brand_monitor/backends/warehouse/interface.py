"""What publishing the marts for SQL readers means, whatever database holds them.

Belongs here: the interface. Not here: how a mart is built (``backends.marts``), or any SQL.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import polars as pl

#: A frame by registry key, such as ``marts/daily_brand_metrics``.
Marts = Mapping[str, pl.DataFrame]
#: The tables that are published, by registry key.
PUBLISHED = ("marts/daily_brand_metrics", "marts/window_brand_metrics")


class Warehouse(ABC):
    """The published marts. Each method that writes is one transaction: a reader sees all of it or nothing."""

    @property
    @abstractmethod
    def tables(self) -> tuple[str, ...]:
        """Registry keys of the marts that are published here; none where nobody reads SQL."""

    @abstractmethod
    def replace_day(self, day: date, monitors: Sequence[str], marts: Marts) -> None:
        """Put the marts of a day in the place of those that are there. Idempotent.

        Args:
            day: of all rows.
            monitors: whose rows are replaced; a monitor without rows in the frames has none afterwards.
            marts: of every table; rows of that day and of these monitors only.

        Raises:
            StorageError: the database cannot be reached or written; the rows before stay.
            SetupError: a person has to change something, such as rights.
        """

    @abstractmethod
    def replace_all(self, read: Callable[[], Iterable[tuple[date, Marts]]]) -> dict[str, int]:
        """Put all days in the place of all that is there, and return the rows of each mart.

        Readers see what was there until everything is written and equals what was read.

        Args:
            read: yields the days, each once; called again when the transaction has to be done again.

        Raises:
            DamagedProjectionError: the database does not hold what it was given; what was there stays.
            StorageError: the database cannot be reached or written; what was there stays.
        """

    @abstractmethod
    def day(self, table: str, day: date, monitors: Sequence[str]) -> pl.DataFrame:
        """Return the published rows of a day, for comparison with the lake."""
