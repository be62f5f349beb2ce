"""Real servers as fixtures, each started when a test first asks for it.

``postgres``, ``redis``, ``s3``, ``neo4j`` and ``opensearch`` are shared by the whole session, and so is
``pgbouncer``, which stands before ``postgres``: use a database, bucket, prefix or index of your own. A test that hurts a server starts one of its own with ``own_postgres()``,
``own_redis()`` and so on, which take the options of the classes in ``tools.servers``.

A missing server is a failure in CI; on a person's machine the test is skipped and says how to get it.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from tools.servers.neo4j import Neo4j
from tools.servers.opensearch import OpenSearch
from tools.servers.pgbouncer import PgBouncer
from tools.servers.postgres import Postgres
from tools.servers.process import MissingProgram, Server
from tools.servers.redis import Redis
from tools.servers.s3 import S3

Kind = TypeVar("Kind", bound=Server)


def start_or_skip(server: Kind) -> Kind:
    """Start a server; where it is missing, skip the test, except in CI."""
    try:
        return server.start()
    except MissingProgram as missing:
        if os.environ.get("CI"):
            pytest.fail(f"CI runs every server, but {missing}")
        pytest.skip(str(missing))


@contextmanager
def folder_for_servers() -> Iterator[Path]:
    """Make a folder that PostgreSQL may enter when root started it; pytest's own are for one user only."""
    folder = Path(tempfile.mkdtemp(prefix="brand-monitor-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _shared(kind: type[Kind]) -> Callable[[], Iterator[Kind]]:
    @pytest.fixture(scope="session", name=kind.name)
    def server() -> Iterator[Kind]:
        with folder_for_servers() as folder:
            started = start_or_skip(kind(folder / kind.name))
            yield started
            started.kill()

    return server


def _own(kind: type[Kind]) -> Callable[[], Iterator[Callable[..., Kind]]]:
    @pytest.fixture(name=f"own_{kind.name}")
    def factory() -> Iterator[Callable[..., Kind]]:
        with ExitStack() as started:

            def start(folder: Path | None = None, **options: object) -> Kind:
                parent = folder or started.enter_context(folder_for_servers())
                server = kind(parent / kind.name, **options)
                started.callback(server.kill)
                return start_or_skip(server)

            yield start

    return factory


postgres, own_postgres = _shared(Postgres), _own(Postgres)
redis, own_redis = _shared(Redis), _own(Redis)
s3, own_s3 = _shared(S3), _own(S3)
neo4j, own_neo4j = _shared(Neo4j), _own(Neo4j)
opensearch, own_opensearch = _shared(OpenSearch), _own(OpenSearch)


@pytest.fixture(scope="session")
def pgbouncer(postgres: Postgres) -> Iterator[PgBouncer]:
    """Start PgBouncer in transaction mode before the shared PostgreSQL."""
    with folder_for_servers() as folder:
        started = start_or_skip(PgBouncer(folder / "pgbouncer", upstream=postgres))
        yield started
        started.kill()
