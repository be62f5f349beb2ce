"""``python -m tools.servers``: real servers on this machine for a person who tries the product with them."""

import argparse
import sys
from pathlib import Path

from tools.servers.jvm_server import JvmServer
from tools.servers.neo4j import Neo4j
from tools.servers.opensearch import OpenSearch
from tools.servers.postgres import Postgres
from tools.servers.process import MissingProgram, Server, ServerFailure
from tools.servers.redis import Redis
from tools.servers.s3 import S3

KINDS: dict[str, type[Server]] = {kind.name: kind for kind in (Postgres, Redis, S3, Neo4j, OpenSearch)}


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; returns the exit status."""
    given = _parser().parse_args(arguments)
    names = given.names or list(KINDS)
    try:
        _COMMANDS[given.command]([KINDS[name](given.folder / name) for name in names])
    except (MissingProgram, ServerFailure) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.servers", description=__doc__)
    parser.add_argument("command", choices=sorted(_COMMANDS))
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(KINDS)}; without names all")
    parser.add_argument("--folder", type=Path, default=Path("var/servers"), help="where their data lies")
    return parser


def _up(servers: list[Server]) -> None:
    """Start them and print the lines that make the product use them."""
    for server in servers:
        server.start()
        if isinstance(server, Postgres):
            server.ensure_databases("brand_monitor", "dagster")
        if isinstance(server, S3):
            server.ensure_buckets(server.variables()["S3_BUCKET"])
        for name, value in server.variables().items():
            print(f"{name}={value}", flush=True)
    print("# paste these lines into `.env` of the home; `python -m tools.servers down` ends the servers")


def _down(servers: list[Server]) -> None:
    for server in servers:
        server.stop()


def _status(servers: list[Server]) -> None:
    for server in servers:
        state = "not running"
        if server.is_running():
            state = f"port {server.port}, {server.memory_bytes() / 1e6:,.0f} MB, {server.folder}"
        print(f"{server.name:<12}{state}")


def _prepare(servers: list[Server]) -> None:
    """Fetch and build what must be there before a start, and say what is missing."""
    for server in servers:
        if isinstance(server, JvmServer):
            server.prepare()
        server.check_programs()


_COMMANDS = {"up": _up, "down": _down, "status": _status, "prepare": _prepare}

if __name__ == "__main__":
    sys.exit(main())
