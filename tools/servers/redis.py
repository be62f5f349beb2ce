"""Redis of the system's packages, or Valkey, which speaks the same."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from tools.servers.process import MissingProgram, Server

INSTALL = "install it with `apt-get install redis-server` (or the package of your system)"


@dataclass
class Redis(Server):
    """Writes nothing to disk: what it holds is gone after a stop, and a start takes a tenth of a second."""

    name: ClassVar[str] = "redis"

    @property
    def url(self) -> str:
        """The address, with the password."""
        scheme = "rediss" if self.tls else "redis"
        return f"{scheme}://:{self.password}@{self.host}:{self.port}/0"

    def variables(self) -> dict[str, str]:
        """Return the variables of limits and cache."""
        return {"REDIS_URL": self.url} | ({"REDIS_CA_FILE": str(self.ca_file)} if self.tls else {})

    @classmethod
    def check_programs(cls) -> None:
        """Look for ``redis-server`` or ``valkey-server``."""
        _program()

    def _prepare(self) -> None:
        """Write the password to a file: a command line can be read by everybody."""
        options = {
            "bind": self.host,
            "port": "0" if self.tls else str(self.port),
            "dir": str(self.folder),
            "requirepass": self.password,
            "save": '""',
            "appendonly": "no",
        }
        if self.tls:
            options |= {
                "tls-port": str(self.port),
                "tls-cert-file": str(self.certificates.certificate_file),
                "tls-key-file": str(self.certificates.key_file),
                "tls-auth-clients": "no",
            }
        lines = [f"{key} {value}\n" for key, value in (options | self.settings).items()]
        self._configuration.touch(mode=0o600)
        self._configuration.write_text("".join(lines))

    @property
    def _configuration(self) -> Path:
        return self.folder / "redis.conf"

    def _command(self) -> list[str]:
        return [_program(), str(self._configuration)]

    def _answers(self) -> bool:
        from redis import Redis as Client
        from redis.exceptions import ConnectionError as NotThere

        options: dict[str, Any] = {"ssl_ca_certs": str(self.ca_file)} if self.tls else {}
        try:
            with Client.from_url(self.url, socket_timeout=2, retry=None, **options) as client:
                return bool(client.ping())
        except NotThere:
            return False


def _program() -> str:
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        raise MissingProgram(f"redis-server is missing: {INSTALL}")
    return found
