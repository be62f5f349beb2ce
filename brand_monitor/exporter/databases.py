"""Connections of the exporter: they read, take a few seconds at most, and are one per database.

Belongs here: how a database is opened, and what is read from which. Not here: statements.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr
from sqlalchemy import Engine, make_url

from brand_monitor.backends.tables.postgresql import SCHEMA, Pool, engine_of
from brand_monitor.deployment import Settings, current_settings
from brand_monitor.exporter import assets, automation, budgets, calls, publications, relations, runs
from brand_monitor.exporter.families import Subject
from brand_monitor.exporter.monitors import MonitorFiles
from brand_monitor.failures import SetupError

APPLICATION = "brand-monitor-exporter"
#: What the URL says of its own options comes before: it cannot take a limit away.
_LIMITS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "5s",
    "lock_timeout": "1s",
    # Compiling a statement of milliseconds, or calling other processes for it, costs more than it saves.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}


@dataclass(frozen=True)
class Source:
    """A database, and the subjects that are read there."""

    engine: Engine
    subjects: tuple[Subject, ...]


def subjects_of_dagster() -> tuple[Subject, ...]:
    """Return what Dagster's own tables say."""
    return (runs.SUBJECT, automation.SUBJECT, assets.SUBJECT, relations.OF_DAGSTER)


def subjects_of_ours(monitors: MonitorFiles) -> tuple[Subject, ...]:
    """Return what journal and published marts say."""
    return (calls.SUBJECT, budgets.subject(monitors), publications.subject(monitors), relations.OF_OURS)


def open_sources(settings: Settings) -> list[Source]:
    """Return the databases of an installation. None is connected to yet.

    Raises:
        SetupError: there is no DAGSTER_DATABASE_URL.
    """
    if settings.dagster_database_url is None:
        raise SetupError(
            "the exporter reads PostgreSQL, and DAGSTER_DATABASE_URL names none (in SQLite a run is a file "
            "of its own): set it (docs/backends/postgresql.md), and DATABASE_URL for money and answers"
        )
    sources = [
        Source(
            reading_engine(
                settings.dagster_database_url,
                lambda: current_settings(settings.home).dagster_database_url,
                schema="public",
            ),
            subjects_of_dagster(),
        )
    ]
    if settings.database_url is not None:
        sources.append(
            Source(
                reading_engine(
                    settings.database_url,
                    lambda: current_settings(settings.home).database_url,
                    schema=SCHEMA,
                ),
                subjects_of_ours(MonitorFiles(settings.monitors_dir)),
            )
        )
    return sources


def reading_engine(url: SecretStr, renew: Callable[[], SecretStr | None], *, schema: str) -> Engine:
    """Return an engine whose connection cannot write and whose statements end after five seconds.

    Args:
        url: of the server itself: behind a pooler the limits do not hold.
        renew: returns the address of now, asked when a password is refused.
        schema: where the tables lie, unless the options of the URL say otherwise.
    """
    return engine_of(
        _bounded(url.get_secret_value(), schema),
        Pool(size=1, max_overflow=0),
        lambda: _bounded((renew() or url).get_secret_value(), schema),
    )


def _bounded(url: str, schema: str) -> str:
    address = make_url(url.replace("postgres://", "postgresql://", 1))
    given = address.query.get("options", "")
    own = given if isinstance(given, str) else " ".join(given)
    options = " ".join([*_flags({"search_path": schema}), own, *_flags(_LIMITS)])
    address = address.set(drivername="postgresql+psycopg").update_query_dict(
        {"options": options, "application_name": APPLICATION}
    )
    return address.render_as_string(hide_password=False)


def _flags(settings: dict[str, str]) -> list[str]:
    return [f"-c {name}={value}" for name, value in settings.items()]
