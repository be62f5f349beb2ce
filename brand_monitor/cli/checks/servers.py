"""Checks of the servers that are named: reachable, version, rights, migrations, clock, free space.

Belongs here: which probe looks at which server. Not here: the probes (``probe.py`` of each backend).
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from brand_monitor.cli.checks.finding import Finding
from brand_monitor.deployment import Settings

if TYPE_CHECKING:
    from brand_monitor.backends.probing import Probe


def redis(settings: Settings) -> Iterator[Finding]:
    """Look at what limits are shared in."""
    if settings.redis_url is None:
        return
    url = settings.redis_url.get_secret_value()

    def look() -> "Probe":
        from brand_monitor.backends.coordination.probe import look_at_redis
        from brand_monitor.backends.coordination.redis_access import RedisAccess

        return look_at_redis(RedisAccess(url, settings.redis_ca_file))

    yield _finding("redis", look, "REDIS_URL")


def postgres(settings: Settings) -> Iterator[Finding]:
    """Look at the database of the journal."""
    if settings.database_url is None:
        return

    def look() -> "Probe":
        from brand_monitor.backends.tables.probe import look_at_postgres

        return look_at_postgres(settings.journal_url, holds_journal=True)

    yield _finding("postgres", look, "DATABASE_URL")


def dagster_database(settings: Settings) -> Iterator[Finding]:
    """Look at Dagster's own database."""
    if settings.dagster_database_url is None:
        return
    url = settings.dagster_database_url.get_secret_value()

    def look() -> "Probe":
        from brand_monitor.backends.tables.pooler import through
        from brand_monitor.backends.tables.probe import look_at_postgres

        return look_at_postgres(through(url, settings.database_pooler), holds_journal=False)

    yield _finding("dagster database", look, "DAGSTER_DATABASE_URL")


def s3(settings: Settings) -> Iterator[Finding]:
    """Look at the bucket of the lake."""
    if settings.s3_bucket is None:
        return

    def look() -> "Probe":
        from brand_monitor.backends.objects.opening import open_objects
        from brand_monitor.backends.objects.probe import look_at_bucket
        from brand_monitor.backends.objects.s3 import S3Store

        store = open_objects(settings)
        assert isinstance(store, S3Store)
        return look_at_bucket(store)

    yield _finding("s3", look, "S3_BUCKET and S3_ENDPOINT_URL")


def neo4j(settings: Settings) -> Iterator[Finding]:
    """Look at the server of the graph."""
    if settings.neo4j_uri is None:
        return

    def look() -> "Probe":
        from brand_monitor.backends.graph.neo4j_connection import server_of
        from brand_monitor.backends.graph.probe import look_at_neo4j

        return look_at_neo4j(server_of(settings))

    yield _finding("neo4j", look, "NEO4J_URI")


def opensearch(settings: Settings) -> Iterator[Finding]:
    """Look at the server of the search index."""
    if settings.opensearch_url is None:
        return

    def look() -> "Probe":
        from contextlib import closing

        from brand_monitor.backends.search.probe import look_at_opensearch
        from brand_monitor.backends.search.resource import opensearch_index

        with closing(opensearch_index(settings)) as index:
            return look_at_opensearch(index.server, index.names)

    yield _finding("opensearch", look, "OPENSEARCH_URL")


def _finding(name: str, look: Callable[[], "Probe"], variable: str) -> Finding:
    """Look at a server and say in one finding what was found, and all that is wrong."""
    from brand_monitor.failures import PermanentFailure, TransientFailure

    try:
        probe = look()
    except TransientFailure as error:
        return Finding(name, "missing", str(error), f"start it, or correct {variable}")
    except PermanentFailure as error:
        # What to do stands at the end of the message.
        detail, _, advice = str(error).rpartition("; ")
        return Finding(name, "missing", detail or advice, advice if detail else f"correct {variable}")
    detail = f"{probe.where}: {', '.join([*probe.facts, *(one.what for one in probe.complaints)])}"
    if not probe.complaints:
        return Finding(name, "ok", detail)
    is_grave = any(one.is_grave for one in probe.complaints)
    advice = "; ".join(one.advice for one in probe.complaints)
    return Finding(name, "missing" if is_grave else "note", detail, advice)
