"""Dagster resource of the journal."""

import dagster as dg

from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal


class SqlJournal(dg.ConfigurableResource[Journal]):
    """The journal in the relational store at ``url`` (SQLAlchemy)."""

    url: str

    def create_resource(self, context: dg.InitResourceContext) -> Journal:  # noqa: ARG002 - Dagster's signature
        """Return the journal; its tables are made when absent."""
        return Journal(open_engine(self.url))
