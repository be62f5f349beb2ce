"""The variables that put an installation on all servers at once: nothing else is changed."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tools.servers.neo4j import Neo4j
from tools.servers.opensearch import OpenSearch
from tools.servers.postgres import Postgres
from tools.servers.redis import Redis
from tools.servers.s3 import S3


def all_variables(
    name: str, *, postgres: Postgres, s3: S3, neo4j: Neo4j, opensearch: OpenSearch, redis: Redis
) -> dict[str, str]:
    """Return the variables of an installation ``name``, with databases, bucket, prefixes of its own.

    A community Neo4j has one graph: who shares it empties it first.
    """
    plain = name.replace("-", "_")
    postgres.ensure_databases(f"journal_{plain}", f"dagster_{plain}")
    s3.ensure_buckets("installations")
    return (
        s3.variables()
        | neo4j.variables()
        | opensearch.variables()
        | redis.variables()
        | {
            "DATABASE_URL": postgres.url_of(f"journal_{plain}"),
            "DAGSTER_DATABASE_URL": postgres.url_of(f"dagster_{plain}"),
            "S3_BUCKET": "installations",
            "S3_PREFIX": f"{name}/",
            "OPENSEARCH_PREFIX": f"of-{name}",
        }
    )


@dataclass
class ServerStack:
    """All servers, started together, each in a folder of its own."""

    folder: Path
    _running: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        kinds = (Postgres, S3, Neo4j, OpenSearch, Redis)
        self._servers = {
            kind.name: self._running.enter_context(kind(self.folder / kind.name)) for kind in kinds
        }
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def variables(self, name: str) -> dict[str, str]:
        """Return the variables of an installation of its own on these servers."""
        return all_variables(name, **self._servers)
