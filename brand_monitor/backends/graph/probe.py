"""A look at Neo4j for ``doctor``: writes one node in a transaction that is undone."""

from typing import TYPE_CHECKING

from brand_monitor.backends.graph.neo4j_connection import Neo4jServer, connect
from brand_monitor.backends.graph.neo4j_errors import explained
from brand_monitor.backends.graph.neo4j_migrations import MIGRATIONS, schema_version
from brand_monitor.backends.probing import Probe

if TYPE_CHECKING:
    from neo4j import Session

LEAST_VERSION = (5,)
_COMPONENTS = "CALL dbms.components() YIELD name, versions, edition WHERE name = 'Neo4j Kernel' RETURN *"
_CLOCK = "RETURN timestamp() / 1000.0 AS seconds"
_WRITE = "CREATE (n:BrandMonitorDoctor) RETURN n"


def look_at_neo4j(server: Neo4jServer) -> Probe:
    """Return what a look at the server found.

    Raises:
        SetupError: wrong user, password, address, certificate or database.
        TransientFailure: it cannot be reached.
        PermanentFailure: the user may not read or write.
    """
    probe = Probe(server.where)
    with explained(server.where, "looking at it"), connect(server, retry_seconds=0) as driver:
        driver.verify_connectivity()
        with driver.session(database=server.database) as session:
            _see_server(probe, session)
            _see_schema(probe, session)
    return probe


def _see_server(probe: Probe, session: "Session") -> None:
    kernel = session.run(_COMPONENTS).single(strict=True)
    probe.see_version("Neo4j", kernel["versions"][0], least=LEAST_VERSION)
    probe.facts.append(f"{kernel['edition']} edition")
    probe.see_clock(lambda: float(session.run(_CLOCK).single(strict=True)["seconds"]))
    with session.begin_transaction() as transaction:
        transaction.run(_WRITE).consume()
        transaction.rollback()
    probe.facts.append("may be written")


def _see_schema(probe: Probe, session: "Session") -> None:
    version, head = schema_version(session), MIGRATIONS[-1].number
    if version == head:
        probe.facts.append(f"schema {version}")
    else:
        state = f"schema {version}" if version else "no schema"
        probe.facts.append(f"{state} yet, the next write brings it to {head}")
