"""Writes what PgBouncer has to know of the Secret before it starts: where the servers are, who may log in.

The addresses are those of DATABASE_URL and DAGSTER_DATABASE_URL; what is written lies in memory only.
"""
# ruff: noqa: INP001 - a script of its own, in an image where nothing else of this chart is

import os
import re
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

#: Options of an address that become settings of PgBouncer's connections to the servers.
TLS = {
    "sslmode": "server_tls_sslmode",
    "sslrootcert": "server_tls_ca_file",
    "sslcert": "server_tls_cert_file",
    "sslkey": "server_tls_key_file",
}
SYSTEM = "/etc/ssl/certs/ca-certificates.crt"
NAME = re.compile(r"[A-Za-z0-9_.-]+")


def files_of(addresses: dict[str, str]) -> dict[str, str]:
    """Return the texts of ``databases.ini`` and ``userlist.txt`` for addresses by the name of their variable.

    Raises:
        ValueError: PgBouncer cannot stand before both; the message holds no password.
    """
    databases: dict[str, str] = {}
    users: dict[str, str] = {}
    options: dict[str, str] = {}
    for variable, address in addresses.items():
        parts = urlsplit(address)
        name, user = unquote(parts.path.strip("/")), unquote(parts.username or "")
        host, password = parts.hostname or "", unquote(parts.password or "")
        if not (NAME.fullmatch(name) and NAME.fullmatch(host)):
            raise ValueError(f"{variable}: host and database must be names of letters, digits, '_', '.', '-'")
        if not user or not password or {"\n", "\r"} & set(user + password):
            raise ValueError(f"{variable}: names no user with a password of one line")
        given = dict(parse_qsl(parts.query))
        tls = {TLS[key]: value for key, value in given.items() if key in TLS}
        if tls.get("server_tls_ca_file") == "system":
            tls["server_tls_ca_file"] = SYSTEM
        _add(databases, name, f"host={host} port={parts.port or 5432} dbname={name}", f"{variable}: server")
        _add(users, user, password, f"{variable}: password of its user")
        for option in TLS.values():
            default = "prefer" if option == "server_tls_sslmode" else ""
            _add(options, option, tls.get(option, default), f"{variable}: TLS setting")
    lines = ["[databases]", *(f"{name} = {server}" for name, server in databases.items()), "[pgbouncer]"]
    lines += [f"{option} = {value}" for option, value in options.items() if value]
    return {
        "databases.ini": "\n".join(lines) + "\n",
        "userlist.txt": "".join(f"{_quoted(user)} {_quoted(word)}\n" for user, word in users.items()),
    }


def _add(known: dict[str, str], name: str, value: str, what: str) -> None:
    if known.setdefault(name, value) != value:
        raise ValueError(
            f"{what} is another one than that of the address before: give both addresses the same"
        )


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


if __name__ == "__main__":
    try:
        written = files_of({name: os.environ[name] for name in ("DATABASE_URL", "DAGSTER_DATABASE_URL")})
    except ValueError as error:
        sys.exit(str(error))
    for file, text in written.items():
        target = Path(os.environ["TARGET"], file)
        target.touch(mode=0o600)
        target.write_text(text, encoding="utf-8")
