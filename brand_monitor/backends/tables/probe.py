"""A look at PostgreSQL for ``doctor``: reads what the user may do, writes nothing."""

from typing import Any

from sqlalchemy import Connection, text

from brand_monitor.backends.probing import Probe
from brand_monitor.backends.tables.faults import named_failures, place_of
from brand_monitor.backends.tables.migrating import HEAD, VERSION_TABLE, revision_of
from brand_monitor.backends.tables.pooler import is_behind_one
from brand_monitor.backends.tables.postgresql import SCHEMA, unpooled_engine_of
from brand_monitor.backends.warehouse.definitions import SCHEMA as MARTS
from brand_monitor.backends.warehouse.definitions import missing

LEAST_VERSION = (13,)
#: Share of all connections above which the next run may find none.
MOST_USED = 0.9

_SERVER = text("""
    SELECT current_setting('server_version') AS version,
           pg_is_in_recovery() OR current_setting('transaction_read_only')::bool AS is_read_only,
           current_setting('max_connections')::int AS most_connections,
           (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
           (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS is_encrypted,
           (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS is_superuser,
           pg_database_size(current_database()) AS size_bytes
""")
_CLOCK = text("SELECT extract(epoch FROM clock_timestamp())::float8")
_MAY_CREATE = text("SELECT has_database_privilege(current_database(), 'CREATE')")
_MISSING_RIGHTS = text("""
    SELECT c.relname || ' (' || string_agg(lower(p.privilege), ', ' ORDER BY p.privilege) || ')'
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
         unnest(CAST(:privileges AS text[])) AS p (privilege)
    WHERE n.nspname = :schema AND c.relkind = 'r' AND c.relname <> :versions
      AND NOT has_table_privilege(c.oid, p.privilege)
    GROUP BY c.relname ORDER BY c.relname
""")
#: What a run does with the tables of each schema; a call that was paid for is never deleted.
_RIGHTS = {SCHEMA: ["SELECT", "INSERT", "UPDATE"], MARTS: ["SELECT", "INSERT", "DELETE"]}


def look_at_postgres(url: str, *, holds_journal: bool) -> Probe:
    """Return what a look at a database found.

    Args:
        url: SQLAlchemy URL, password included.
        holds_journal: our tables are there, and looked at as well; False for Dagster's own database.

    Raises:
        SetupError: the server refuses the user, or there is no such database.
        StorageError: it cannot be reached.
    """
    engine = unpooled_engine_of(url)
    probe = Probe(place_of(engine))
    with named_failures(engine, "looking at it"), engine.connect() as connection:
        _see_server(probe, connection)
        if holds_journal:
            _see_tables(probe, connection)
    return probe


def _see_server(probe: Probe, connection: Connection) -> None:
    told = connection.execute(_SERVER).one()
    probe.see_version("PostgreSQL", told.version.split()[0], least=LEAST_VERSION)
    probe.see_clock(lambda: float(connection.execute(_CLOCK).scalar_one()))
    probe.facts.append(f"{told.size_bytes / 1e6:,.0f} MB used")
    if is_behind_one(connection):
        probe.facts.append("behind a pooler: settings go with each transaction")
    if told.is_read_only:
        probe.complain("it is read-only", "name the primary server in the variable")
    if told.connections > MOST_USED * told.most_connections:
        what = f"{told.connections} of {told.most_connections} connections are in use"
        probe.complain(what, "lower DATABASE_POOL_SIZE or raise max_connections", is_grave=False)
    if not told.is_encrypted and not _is_near(connection):
        what = "the connection is not encrypted"
        probe.complain(what, "add ?sslmode=verify-full&sslrootcert=... to the address", is_grave=False)
    if told.is_superuser and not _is_near(connection):
        what = "its user is a superuser"
        probe.complain(what, "use a role of its own, see docs/backends/postgresql.md", is_grave=False)


def _is_near(connection: Connection) -> bool:
    """Tell whether the server is on this machine: then nobody listens, and it is for trying out."""
    return connection.engine.url.host in {None, "127.0.0.1", "::1", "localhost"}


def _see_tables(probe: Probe, connection: Connection) -> None:
    revision = revision_of(connection)
    if revision is None:
        if connection.execute(_MAY_CREATE).scalar_one():
            probe.facts.append("no tables yet, the first run makes them")
        else:
            what = "there are no tables, and this user may not make them"
            probe.complain(what, "run `brand-monitor db upgrade` as the user that owns the database")
        return
    probe.facts.append(f"tables at revision {revision}")
    if revision < HEAD:
        what = f"its tables have revision {revision}, this version needs {HEAD}"
        probe.complain(what, "run `brand-monitor db upgrade`")
    if missing(connection):
        what = "the tables of the marts are not of this version"
        probe.complain(what, "run `brand-monitor db upgrade`", is_grave=False)
    if lacking := _lacking(connection):
        advice = "grant them as docs/backends/postgresql.md says"
        probe.complain(f"rights are missing on {', '.join(lacking)}", advice)


def _lacking(connection: Connection) -> list[Any]:
    found: list[Any] = []
    for schema, privileges in _RIGHTS.items():
        wanted = {"schema": schema, "privileges": privileges, "versions": VERSION_TABLE}
        found += connection.execute(_MISSING_RIGHTS, wanted).scalars()
    return found
