"""Dagster resource of the warehouse."""

from pathlib import Path

import dagster as dg

from brand_monitor.backends.tables.resource import open_database
from brand_monitor.backends.warehouse.interface import Warehouse
from brand_monitor.deployment import Settings, current_settings


class Warehouses(dg.ConfigurableResource[Warehouse]):
    """The warehouse of the installation in ``home``: the PostgreSQL of DATABASE_URL, else none."""

    home: str
    #: Whether tables are made or extended when it is opened.
    migrates: bool = True

    def create_resource(self, context: dg.InitResourceContext) -> Warehouse:  # noqa: ARG002 - Dagster's signature
        """Return the warehouse.

        Raises:
            SetupError: its tables are not of this version, or the server refuses the user.
            StorageError: the server cannot be reached.
        """
        return open_warehouse(current_settings(Path(self.home)), migrates=self.migrates)


def open_warehouse(settings: Settings, *, migrates: bool) -> Warehouse:
    """Return the warehouse of an installation; see ``Warehouses.create_resource`` for what it raises."""
    if settings.database_url is None:
        from brand_monitor.backends.warehouse.embedded import NoWarehouse

        return NoWarehouse()
    from brand_monitor.backends.warehouse.postgresql import PostgresWarehouse

    return PostgresWarehouse(open_database(settings, migrates=migrates), migrates=migrates)
