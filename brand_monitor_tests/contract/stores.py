"""The relational stores that a contract is run against: SQLite in a folder, PostgreSQL, the same by PgBouncer."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from brand_monitor.backends.tables.postgresql import SCHEMA, close_engines
from brand_monitor.deployment import Settings
from tools.servers.postgres import Postgres

KINDS = ["sqlite", "postgresql", "pgbouncer"]


@contextmanager
def settings_of(kind: str, request: pytest.FixtureRequest, home: Path) -> Iterator[Settings]:
    """Yield the settings of an installation whose journal is an empty store of this kind."""
    if kind == "sqlite":
        yield Settings(home)
        return
    pooler = (
        request.getfixturevalue("pgbouncer").variables()["DATABASE_POOLER"] if kind == "pgbouncer" else None
    )
    with empty_database(request.getfixturevalue("postgres")) as url:
        yield Settings(home, database_url=SecretStr(url), database_pooler=pooler)


@contextmanager
def empty_database(server: Postgres, name: str = "journal_contract") -> Iterator[str]:
    """Yield the URL of a database in which none of our tables lies."""
    server.ensure_databases(name)
    url = server.url_of(name)
    forget(url)
    yield url
    close_engines()


def forget(url: str) -> None:
    """Drop our schemas."""
    close_engines()
    with psycopg.connect(url, autocommit=True) as connection:
        for schema in (SCHEMA, "marts"):
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE".encode())
