"""Neo4j community, from its Maven artifacts."""

import socket
import subprocess
from dataclasses import dataclass, field
from typing import ClassVar

from tools.servers.jvm_server import JvmServer
from tools.servers.process import ServerFailure

#: What a Bolt client says first: the magic number, then the versions 5.4 to 5.0, 4.4 and no other.
HANDSHAKE = bytes.fromhex("6060B017 00040405 00000404 00000000 00000000")
_OPENED = (
    "java.base/java.nio",
    "java.base/java.io",
    "java.base/sun.nio.ch",
    "java.base/java.util.concurrent",
)


@dataclass
class Neo4j(JvmServer):
    """Bolt only: neither browser nor HTTP. With ``tls`` the address stays ``bolt://``, beside ``ca_file``."""

    name: ClassVar[str] = "neo4j"
    LEAST_JAVA: ClassVar[int] = 17

    user: str = field(default="neo4j", kw_only=True)

    @property
    def url(self) -> str:
        """The address, without user and password."""
        return f"bolt://{self.host}:{self.port}"

    def variables(self) -> dict[str, str]:
        """Return the variables of the graph."""
        given = {"NEO4J_URI": self.url, "NEO4J_USER": self.user, "NEO4J_PASSWORD": self.password}
        return given | ({"NEO4J_CA_FILE": str(self.ca_file)} if self.tls else {})

    def _prepare(self) -> None:
        for name in ("conf", "data", "logs", "plugins", "import", "run", "licenses"):
            (self.folder / name).mkdir(exist_ok=True)
        address = f"{self.host}:{self.port}"
        options = {
            "server.bolt.listen_address": address,
            "server.bolt.advertised_address": address,
            "server.bolt.tls_level": "DISABLED",
            "server.http.enabled": "false",
            "server.https.enabled": "false",
            # The default locks a user out for 5 s after 3 wrong passwords: another test's user.
            "dbms.security.auth_max_failed_attempts": "0",
            "server.memory.pagecache.size": "128m",
            "dbms.memory.transaction.total.max": "256m",
            "db.tx_log.rotation.retention_policy": "2 files",
            "db.tx_log.preallocate": "false",
            "dbms.usage_report.enabled": "false",
            # A clean stop in less than 1 s instead of 11 s.
            "internal.server.bolt.thread_pool_shutdown_wait_time": "200ms",
            "internal.server.bolt.connection_shutdown_wait_time": "200ms",
        }
        if self.tls:
            policy = "dbms.ssl.policy.bolt"
            options |= {
                "server.bolt.tls_level": "REQUIRED",
                f"{policy}.enabled": "true",
                f"{policy}.base_directory": str(self.certificates.folder),
                f"{policy}.private_key": str(self.certificates.key_file),
                f"{policy}.public_certificate": str(self.certificates.certificate_file),
                f"{policy}.client_auth": "NONE",
            }
        lines = [f"{key}={value}\n" for key, value in (options | self.settings).items()]
        (self.folder / "conf" / "neo4j.conf").write_text("".join(lines))
        if not (self.folder / "data" / "dbms" / "auth.ini").exists():
            self._set_first_password()

    def _set_first_password(self) -> None:
        """Write the password before the first start; later it is in the server's own database."""
        admin = ["org.neo4j.cli.AdminTool", "dbms", "set-initial-password", self.password]
        done = subprocess.run(
            self._java(*admin),
            capture_output=True,
            text=True,
            check=False,
            env={"NEO4J_HOME": str(self.folder), "NEO4J_CONF": str(self.folder / "conf")},
        )
        if done.returncode:
            raise ServerFailure(f"neo4j did not take its first password:\n{done.stdout}{done.stderr}")

    def _command(self) -> list[str]:
        opened = tuple(f"--add-opens={name}=ALL-UNNAMED" for name in (*_OPENED, "java.base/java.lang"))
        flags = ("-XX:+UseG1GC", "-Dio.netty.tryReflectionSetAccessible=true", *opened)
        folders = [f"--home-dir={self.folder}", f"--config-dir={self.folder / 'conf'}"]
        main = ["org.neo4j.server.CommunityEntryPoint", *folders, "--console-mode"]
        return self._java(*main, flags=flags)

    def _answers(self) -> bool:
        """The log says so, and Bolt agrees on a version."""
        if not any(line.endswith("Started.") for line in self.tail().splitlines()):
            return False
        with socket.create_connection((self.host, self.port), timeout=2) as connection:
            if self.tls:
                return True  # the handshake would be the driver's
            connection.sendall(HANDSHAKE)
            agreed = connection.recv(4)
        return any(agreed)
