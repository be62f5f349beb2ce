"""Dagster's own instance: where runs and logs are kept, as the settings say.

Belongs here: the file ``dagster.yaml`` of the home, and opening what it describes. Not here: running anything
(``runner``), or the limits that the file repeats (``dagster.yaml`` of this repository).

The file names the variable of the password and never holds it. Dagster and its child processes read the
variable from their environment, so a value of the secrets file is put there when the instance is opened; who
starts ``dagster-webserver`` or ``dagster-daemon`` directly sets it in their environment.
"""

import os
from pathlib import Path
from typing import Any

import dagster as dg
import yaml
from sqlalchemy import make_url

from brand_monitor.backends.objects.compute_logs import compute_logs
from brand_monitor.backends.tables.faults import named_failures
from brand_monitor.backends.tables.pooler import through
from brand_monitor.backends.tables.postgresql import unpooled_engine_of
from brand_monitor.deployment import Settings
from brand_monitor.failures import SetupError

TEMPLATE = Path(__file__).parents[1] / "dagster.yaml"
STORAGE_VARIABLE = "DAGSTER_DATABASE_URL"
_HEAD = (
    "# Written from the settings of brand-monitor, again when they change. Without this line it is yours.\n"
)
#: Of each of Dagster's many short connections.
_OPTIONS = {"connect_timeout": "10", "application_name": "brand-monitor-dagster"}
#: Of the connections that a run keeps.
_STATEMENT_MILLISECONDS, _RECYCLE_SECONDS, _MOST_CONNECTIONS = 120_000, 1_800, 20


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """Return the Dagster instance of this installation; its file is written when absent or out of date.

    Raises:
        SetupError: the server of DAGSTER_DATABASE_URL refuses the user, or the file is a person's own and
            contradicts the settings.
        StorageError: the server cannot be reached.
    """
    write_instance_file(settings)
    if settings.dagster_database_url is not None:
        url = storage_url(settings.dagster_database_url.get_secret_value(), settings.database_pooler)
        engine = unpooled_engine_of(url)
        with named_failures(engine, "opening Dagster's storage"), engine.connect():
            pass  # Dagster would try again and again, and then say less
        os.environ[STORAGE_VARIABLE] = url
    instance = dg.DagsterInstance.from_config(str(settings.dagster_home))
    if settings.dagster_database_url is not None:
        _keep_connections(instance)
    return instance


def write_instance_file(settings: Settings) -> Path:
    """Write ``dagster.yaml`` as the settings say, unless it is a person's own; return where it lies.

    Raises:
        SetupError: it is a person's own, and keeps runs elsewhere than DAGSTER_DATABASE_URL says.
    """
    target = settings.dagster_home / "dagster.yaml"
    template = TEMPLATE.read_text(encoding="utf-8")
    blocks = _blocks(settings)
    wanted = template if not blocks else f"{_HEAD}{template}\n{yaml.safe_dump(blocks, sort_keys=False)}"
    found = target.read_text(encoding="utf-8") if target.exists() else None
    if found is None or found == template or found.startswith(_HEAD):
        if found != wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(wanted, encoding="utf-8")
    elif "storage" in blocks and "storage" not in (yaml.safe_load(found) or {}):
        raise SetupError(
            f"{target} is your own and keeps runs in this folder, but {STORAGE_VARIABLE} names a server: add "
            f"the block below to it, or remove the file.\n{yaml.safe_dump({'storage': blocks['storage']})}"
        )
    return target


def storage_url(url: str, pooler: str | None = None) -> str:
    """Return the address for Dagster's driver; ``postgresql://`` would be another one for SQLAlchemy 2.1.

    Args:
        url: of the server, with or without a driver.
        pooler: ``host:port`` of what stands before it.
    """
    address = make_url(through(url.replace("postgres://", "postgresql://", 1), pooler))
    missing = {name: value for name, value in _OPTIONS.items() if name not in address.query}
    address = address.set(drivername="postgresql+psycopg2").update_query_dict(missing)
    return address.render_as_string(hide_password=False)


def _keep_connections(instance: dg.DagsterInstance) -> None:
    """Let each storage keep a connection: by default Dagster opens one per statement, 2,700 for a small day.

    A kept connection is looked at before it is used, since the server may have been restarted meanwhile.
    """
    instance.optimize_for_webserver(
        statement_timeout=_STATEMENT_MILLISECONDS,
        pool_recycle=_RECYCLE_SECONDS,
        max_overflow=_MOST_CONNECTIONS,
    )
    for storage in (instance.run_storage, instance.event_log_storage, instance.schedule_storage):
        storage._engine.pool._pre_ping = True  # type: ignore[union-attr]  # noqa: SLF001 - there is no option


def _blocks(settings: Settings) -> dict[str, Any]:
    blocks: dict[str, Any] = {}
    if settings.dagster_database_url is not None:
        blocks["storage"] = {"postgres": {"postgres_url": {"env": STORAGE_VARIABLE}}}
    if (logs := compute_logs(settings)) is not None:
        blocks["compute_logs"] = logs
    return blocks
