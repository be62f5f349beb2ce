"""PgBouncer of the system's packages, before a PostgreSQL of these servers. It refuses to run as root."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from tools.servers.postgres import Postgres, answers
from tools.servers.process import MissingProgram, Server
from tools.servers.unprivileged import give_away, spawn_options

INSTALL = "install it with `apt-get install pgbouncer` (or the package of your system)"


@dataclass
class PgBouncer(Server):
    """In transaction mode, for every database of its server, with few connections to it; passwords are SCRAM.

    Attributes:
        upstream: the server, which runs.
        users: passwords by name of those who may log in, beside the server's own user.
        configuration: a file to run with in place of the one written here.
        first: a database that it stands before.
    """

    name: ClassVar[str] = "pgbouncer"
    CONNECTIONS: ClassVar[int] = 6

    upstream: Postgres = field(kw_only=True)
    users: dict[str, str] = field(default_factory=dict, kw_only=True, repr=False)
    configuration: Path | None = field(default=None, kw_only=True)
    first: str = field(default="postgres", kw_only=True)

    @property
    def url(self) -> str:
        """The address of the first database."""
        return self.url_of(self.first)

    def url_of(self, database: str, user: str | None = None) -> str:
        """Return the address of a database behind it."""
        name = user or self.upstream.user
        password = self._passwords()[name]
        return f"postgresql://{name}:{quote(password, safe='')}@{self.host}:{self.port}/{database}"

    def variables(self) -> dict[str, str]:
        """Return the variable that leads connections through it."""
        return {"DATABASE_POOLER": f"{self.host}:{self.port}"}

    @classmethod
    def check_programs(cls) -> None:
        """Look for ``pgbouncer``."""
        _program()

    def show(self, what: str) -> list[dict[str, Any]]:
        """Return what ``SHOW`` says in its own console, such as ``POOLS``."""
        import psycopg
        from psycopg.rows import dict_row

        with (
            psycopg.connect(self.url_of("pgbouncer"), autocommit=True) as connection,
            # The console knows the simple protocol only.
            psycopg.ClientCursor(connection, row_factory=dict_row) as cursor,
        ):
            return cursor.execute(f"SHOW {what}".encode()).fetchall()

    def _passwords(self) -> dict[str, str]:
        return {self.upstream.user: self.upstream.password} | self.users

    def _prepare(self) -> None:
        users = self.folder / "userlist.txt"
        users.touch(mode=0o600)
        users.write_text("".join(f'"{name}" "{word}"\n' for name, word in self._passwords().items()))
        options = {
            "listen_addr": self.host,
            "listen_port": str(self.port),
            "unix_socket_dir": "",
            "auth_type": "scram-sha-256",
            "auth_file": str(users),
            "admin_users": self.upstream.user,
            "pool_mode": "transaction",
            "default_pool_size": str(self.CONNECTIONS),
            "max_db_connections": str(self.CONNECTIONS),
            "max_client_conn": "400",
            "server_reset_query": "RESET ALL",
            "server_reset_query_always": "1",
        }
        lines = [f"{key} = {value}\n" for key, value in (options | self.settings).items()]
        databases = f"[databases]\n* = host={self.upstream.host} port={self.upstream.port}\n"
        (self.folder / "pgbouncer.ini").write_text("".join([databases, "[pgbouncer]\n", *lines]))
        give_away("PgBouncer", self.folder, users)

    def _command(self) -> list[str]:
        return [_program(), str(self.configuration or self.folder / "pgbouncer.ini")]

    def _answers(self) -> bool:
        return answers(self.url)

    def _spawn_options(self) -> dict[str, Any]:
        return spawn_options()


def _program() -> str:
    found = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise MissingProgram(f"pgbouncer is missing: {INSTALL}")
    return found
