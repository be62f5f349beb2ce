"""Dagster's storage in PostgreSQL through a pooler, for ``dagster.yaml``.

Belongs here: leading the one address of the Secret to the pooler. Not here: the storage itself, which is
Dagster's.

Address, user and password are in one variable that an operator keeps; only a class can take it apart, since
``dagster.yaml`` takes a variable as it is.
"""

from typing import Any, Self

from dagster import StringSource
from dagster._config.config_schema import UserConfigSchema
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage

from brand_monitor.instance import storage_url


class PooledPostgresStorage(DagsterPostgresStorage):
    """``postgres_url`` names the server, ``pooler`` (``host:port``) who stands before it."""

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """Return the two."""
        return {"postgres_url": StringSource, "pooler": StringSource}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Self:
        """Return the storage."""
        url = storage_url(config_value["postgres_url"], config_value["pooler"])
        return cls(url, inst_data=inst_data)
