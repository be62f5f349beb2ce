"""A release of the chart with all it needs, for as long as a block lasts: for tests and for the benchmark."""

import secrets
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from brand_monitor_tests.cluster.fixtures import RESTRICTED
from brand_monitor_tests.cluster.installation import BUCKET, RELEASE, Installation
from brand_monitor_tests.cluster.market import MODELS, Stubs, market
from brand_monitor_tests.provider_stubs.server import StubServer
from tools.cluster.interface import Cluster
from tools.image.build import IMAGE
from tools.servers.neo4j import Neo4j
from tools.servers.opensearch import OpenSearch
from tools.servers.postgres import Postgres
from tools.servers.process import Server
from tools.servers.s3 import S3

#: Where a family is reached, and its key.
_BASE_URLS = {
    "openai": "OPENAI_BASE_URL",
    "anthropic": "ANTHROPIC_BASE_URL",
    "gemini": "GEMINI_API_BASE",
    "perplexity": "PERPLEXITY_API_BASE",
}
_KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "PERPLEXITY_API_KEY")


@contextmanager
def provider_stubs(cluster: Cluster) -> Iterator[Stubs]:
    """A stand-in of every provider in the node's network, which pods reach at the node's address."""
    with ExitStack() as running:
        with cluster.inside():
            started = {name: running.enter_context(StubServer(name)) for name in MODELS}
        yield started


@contextmanager
def installed(
    cluster: Cluster,
    stubs: Stubs,
    *arguments: str,
    start: Callable[[Server], Server] = Server.start,
    projections: bool = False,
) -> Iterator[Installation]:
    """A release in a namespace of its own that enforces the restricted profile, with servers of its own.

    Args:
        cluster: one whose pods reach this machine.
        stubs: the providers.
        arguments: more arguments for Helm.
        start: starts a server.
        projections: whether Neo4j and OpenSearch keep graph and search, which else each run loses.
    """
    namespace = f"bm-{secrets.token_hex(3)}"
    with tempfile.TemporaryDirectory(prefix="brand-monitor-") as folder, ExitStack() as running:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user
        postgres, s3 = Postgres(Path(folder) / "postgres"), S3(Path(folder) / "s3")
        slow = [kind(Path(folder) / kind.name) for kind in (Neo4j, OpenSearch) if projections]
        servers = [postgres, s3, *slow]
        for server in servers:
            running.callback(server.kill)
        release = Installation(cluster, namespace, postgres, s3, slow, _addresses(cluster, stubs))
        # The slow ones come up while Helm installs what does not ask them yet.
        pool = running.enter_context(ThreadPoolExecutor(len(servers)))
        ready = {server.name: pool.submit(_start_inside, cluster, start, server) for server in servers}
        ready["postgres"].result()
        ready["s3"].result()
        with cluster.inside():
            postgres.ensure_databases("brand_monitor", "dagster")
            s3.ensure_buckets(BUCKET)
        metadata = {"name": namespace, "labels": RESTRICTED}
        cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        running.callback(cluster.kubectl, "delete", "namespace", namespace, "--wait=true")
        running.callback(release.helm, "uninstall", RELEASE, "--ignore-not-found", "--wait")
        release.give_secret(**dict.fromkeys(_KEYS, "sk-first-key"))
        release.watch(market("shoes", "openai", "anthropic", "gemini"))
        release.upgrade("--wait", "--timeout=5m", *arguments)
        release.wait_for_code(IMAGE)
        for server in servers:
            ready[server.name].result()
        yield release


def _start_inside(cluster: Cluster, start: Callable[[Server], Server], server: Server) -> None:
    with cluster.inside():
        start(server)


def _addresses(cluster: Cluster, stubs: Stubs) -> dict[str, str]:
    return {
        _BASE_URLS[name]: stub.base_url.replace("127.0.0.1", str(cluster.host))
        for name, stub in stubs.items()
    }
