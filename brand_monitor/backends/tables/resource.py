"""Dagster resource of the journal."""

from pathlib import Path

import dagster as dg
from sqlalchemy import Engine

from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.postgresql import Pool
from brand_monitor.deployment import Settings, current_settings


class SqlJournal(dg.ConfigurableResource[Journal]):
    """The journal of the installation in ``home``: on the PostgreSQL of DATABASE_URL, else SQLite.

    Its configuration shows in the UI, so the address with its password is read when it is opened.
    """

    home: str
    #: Whether the tables of a PostgreSQL are brought up to date when opened; see ``open_engine``.
    migrates: bool = True

    def create_resource(self, context: dg.InitResourceContext) -> Journal:  # noqa: ARG002 - Dagster's signature
        """Return the journal.

        Raises:
            SetupError: the tables are not of this version, or the server refuses the user.
            StorageError: the server cannot be reached.
        """
        return open_journal(current_settings(Path(self.home)), migrates=self.migrates)


def open_journal(settings: Settings, *, migrates: bool) -> Journal:
    """Return the journal of an installation; see ``open_engine`` for what it raises."""
    return Journal(open_database(settings, migrates=migrates))


def open_database(settings: Settings, *, migrates: bool) -> Engine:
    """Return the database of an installation, a renewed password looked up; see ``open_engine``."""
    return open_engine(
        settings.journal_url,
        pool=Pool(settings.database_pool_size, settings.database_max_overflow),
        migrates=migrates,
        renew_url=lambda: current_settings(settings.home).journal_url,
    )
