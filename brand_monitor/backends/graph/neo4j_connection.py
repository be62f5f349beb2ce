"""How the Neo4j server is reached: address, rights, TLS, waiting times.

Belongs here: settings in, a driver out. Not here: what is asked or written.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from brand_monitor.failures import SetupError

if TYPE_CHECKING:
    from neo4j import Driver

    from brand_monitor.server_settings import ServerSettings

#: Longest wait for a connection to be made, and for a free one of the pool.
CONNECT_SECONDS = 5.0
ACQUIRE_SECONDS = 15.0
USER_AGENT = "brand-monitor"


@dataclass(frozen=True)
class Neo4jServer:
    """Where the server is and who asks it.

    Attributes:
        uri: ``bolt://``, ``neo4j://`` or, with TLS, ``bolt+s://``, ``neo4j+s://``; never a password in it.
        user: Name of the account.
        password: Its password; shown nowhere.
        database: Name of the database; a community server has one, ``neo4j``.
        ca_file: Certificates of the authority to trust instead of those of the machine; turns TLS on.
    """

    uri: str
    user: str
    password: str = field(repr=False)
    database: str = "neo4j"
    ca_file: Path | None = None

    @property
    def where(self) -> str:
        """Name of the server for messages: address and database."""
        parts = urlsplit(self.uri)
        return f"Neo4j at {parts.scheme}://{parts.hostname}:{parts.port or 7687}/{self.database}"


def server_of(settings: "ServerSettings") -> Neo4jServer:
    """Return the server that the settings name.

    Raises:
        SetupError: they name none, or no password for it.
    """
    if settings.neo4j_uri is None or settings.neo4j_password is None:
        missing = "NEO4J_URI" if settings.neo4j_uri is None else "NEO4J_PASSWORD"
        raise SetupError(f"{missing} is not set: the graph on Neo4j needs it (see docs/backends/neo4j.md)")
    return Neo4jServer(
        settings.neo4j_uri,
        settings.neo4j_user,
        settings.neo4j_password.get_secret_value(),
        settings.neo4j_database,
        settings.neo4j_ca_file,
    )


def connect(server: Neo4jServer, *, retry_seconds: float) -> "Driver":
    """Return a driver; it connects when it is first used.

    Raises:
        SetupError: the certificates cannot be used with this address.
    """
    import neo4j

    return neo4j.GraphDatabase.driver(
        _plain_uri(server) if server.ca_file else server.uri,
        auth=neo4j.basic_auth(server.user, server.password),
        connection_timeout=CONNECT_SECONDS,
        connection_acquisition_timeout=ACQUIRE_SECONDS,
        max_transaction_retry_time=retry_seconds,
        user_agent=USER_AGENT,
        # A question about a label that nothing carries yet is a question like any other.
        notifications_min_severity="OFF",
        **_trust(server),
    )


def _plain_uri(server: Neo4jServer) -> str:
    """Return the address without ``+s``: the driver takes own certificates only beside a plain scheme."""
    scheme, _, rest = server.uri.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def _trust(server: Neo4jServer) -> dict[str, Any]:
    import neo4j

    if server.ca_file is None:
        return {}
    if not server.ca_file.is_file():
        raise SetupError(f"NEO4J_CA_FILE names {server.ca_file}, which is no file; correct the path")
    return {"encrypted": True, "trusted_certificates": neo4j.TrustCustomCAs(str(server.ca_file))}
