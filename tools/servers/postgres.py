"""PostgreSQL of the system's packages. It refuses to run as root: then it runs as another user."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from tools.servers.process import MissingProgram, Server, ServerFailure
from tools.servers.unprivileged import give_away, runs_as, spawn_options

INSTALL = "install it with `apt-get install postgresql` (or the package of your system)"
DEBIAN = Path("/usr/lib/postgresql")


@dataclass
class Postgres(Server):
    """``fsync`` stays on, so that what a killed server keeps means something; passwords are SCRAM."""

    name: ClassVar[str] = "postgres"
    STOP_SIGNAL: ClassVar[signal.Signals] = signal.SIGINT  # "fast": rolls back, and waits for no client

    @property
    def url(self) -> str:
        """The address, with the user who may do everything."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Return the address of a database."""
        options = f"?sslmode=verify-full&sslrootcert={quote(str(self.ca_file))}" if self.tls else ""
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{database}{options}"

    def variables(self) -> dict[str, str]:
        """Return the variables of journal and Dagster; the two databases are made at the start."""
        return {
            "DATABASE_URL": self.url_of("brand_monitor"),
            "DAGSTER_DATABASE_URL": self.url_of("dagster"),
        }

    @classmethod
    def check_programs(cls) -> None:
        """Look for ``initdb`` and ``postgres``."""
        _program("initdb")

    def ensure_databases(self, *names: str) -> None:
        """Make databases that are not there."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            there = {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}
            for name in set(names) - there:
                connection.execute(f'CREATE DATABASE "{name}"'.encode())

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _prepare(self) -> None:
        give_away("PostgreSQL", self.folder, *([self.certificates.key_file] if self.tls else []))
        if (self._data / "PG_VERSION").exists():
            return
        password = self.folder / "password"
        password.write_text(self.password)
        if user := runs_as():
            shutil.chown(password, user)
        options = ["-U", self.user, f"--pwfile={password}", "-A", "scram-sha-256", "-E", "UTF8"]
        options += ["--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        done = subprocess.run(
            [_program("initdb"), "-D", str(self._data), *options],
            capture_output=True,
            text=True,
            check=False,
            **self._spawn_options(),
        )
        password.unlink()
        if done.returncode:
            shutil.rmtree(self._data, ignore_errors=True)
            raise ServerFailure(f"initdb in {self.folder} failed:\n{done.stdout}{done.stderr}")

    def _command(self) -> list[str]:
        options = {
            "listen_addresses": self.host,
            "unix_socket_directories": "",
            "shared_buffers": "64MB",
            "max_connections": "100",
            "timezone": "UTC",
        }
        if self.tls:
            options |= {
                "ssl": "on",
                "ssl_cert_file": str(self.certificates.certificate_file),
                "ssl_key_file": str(self.certificates.key_file),
            }
        given = [
            part for key, value in (options | self.settings).items() for part in ("-c", f"{key}={value}")
        ]
        return [_program("postgres"), "-D", str(self._data), "-p", str(self.port), *given]

    def _answers(self) -> bool:
        return answers(self.url)

    def _spawn_options(self) -> dict[str, Any]:
        return spawn_options()


def answers(url: str) -> bool:
    """Tell whether somebody at the address answers SQL: the server, or who stands before it."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs; Debian keeps them out of the path."""
    folders = [str(path) for path in sorted(DEBIAN.glob("*/bin"), key=_version, reverse=True)]
    found = shutil.which(name, path=os.pathsep.join([*folders, os.environ.get("PATH", "")]))
    if found is None:
        raise MissingProgram(f"PostgreSQL ({name}) is missing: {INSTALL}")
    return found


def _version(path: Path) -> float:
    return float(path.parent.name)
