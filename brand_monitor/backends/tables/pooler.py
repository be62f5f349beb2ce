"""PostgreSQL behind PgBouncer, or a pooler like it, in transaction mode.

Belongs here: noticing that a connection has no session of its own, and what is done instead. Not here: where
the pooler is (``server_settings``).

In transaction mode the server's session is another one in every transaction. What a session would keep has to
go along with each transaction: settings. What a session would find again must not be used: prepared
statements. Nothing in this package holds a session lock, listens, or makes temporary tables.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event, make_url

if TYPE_CHECKING:
    import psycopg

#: Set with the session's own settings when a connection is opened: who does not find it has no session.
MARK = {"brand_monitor.session": "own"}
_READ_MARK = b"SELECT current_setting('brand_monitor.session', true)"
_BY_TRANSACTION = "settings go with each transaction"
#: PgBouncer refuses the session's settings, unless it was told to ignore them.
_REFUSED = "unsupported startup parameter"
#: Of the socket between pooler and server: the pooler's own business.
_OF_THE_SOCKET = "tcp_"
#: Between us and the pooler these would be wrong: it has another name, another certificate, or none.
_OF_THE_SERVER = (
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslcrl",
    "channel_binding",
    "hostaddr",
    "options",
)


def through(url: str, pooler: str | None) -> str:
    """Return the address of the same database, by the same user, through a pooler; None changes nothing.

    Args:
        url: SQLAlchemy URL, password included.
        pooler: ``host:port``. TLS settings of the URL are between pooler and server and left out.
    """
    if pooler is None:
        return url
    host, _, port = pooler.rpartition(":")
    address = make_url(url).set(host=host, port=int(port)).difference_update_query(_OF_THE_SERVER)
    return address.render_as_string(hide_password=False)


def is_behind_one(connection: Connection) -> bool:
    """Tell whether a connection has no session of its own."""
    return bool(connection.info.get(_BY_TRANSACTION))


def connect(dialect: Any, arguments: Any, parameters: dict[str, Any]) -> Any:
    """Return a new connection; without the session's settings where a pooler refuses them."""
    try:
        return dialect.connect(*arguments, **parameters)
    except dialect.loaded_dbapi.OperationalError as error:
        if _REFUSED not in str(error) or "options" not in parameters:
            raise
        del parameters["options"]  # of all connections to come, too
        return dialect.connect(*arguments, **parameters)


def settle(engine: Engine, session: Mapping[str, str]) -> None:
    """Let connections of an engine that have no session send its settings with each transaction.

    Args:
        engine: of psycopg.
        session: settings by name.
    """
    settings = {name: value for name, value in session.items() if not name.startswith(_OF_THE_SOCKET)}
    calls = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())

    @event.listens_for(engine, "connect")
    def look(raw: "psycopg.Connection[Any]", record: Any) -> None:
        if not _has_session(raw):
            raw.prepare_threshold = None
            record.info[_BY_TRANSACTION] = True

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if is_behind_one(connection):
            connection.exec_driver_sql(f"SELECT {calls}")


def _has_session(raw: "psycopg.Connection[Any]") -> bool:
    row = raw.execute(_READ_MARK, prepare=False).fetchone()
    raw.rollback()
    return row is not None and row[0] == MARK["brand_monitor.session"]
