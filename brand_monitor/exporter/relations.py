"""How big tables are: on the disk, with their indexes.

Belongs here: sizes. Not here: anything about a server as a whole, which its own exporter says better.
"""

from collections.abc import Callable, Iterator

from prometheus_client.core import Metric
from sqlalchemy import Connection, TextClause, text

from brand_monitor.exporter.families import Family, Subject

#: Tables of Dagster that grow with runs, ticks and assets.
GROWING = (
    "asset_check_executions",
    "asset_daemon_asset_evaluations",
    "asset_event_tags",
    "asset_keys",
    "bulk_actions",
    "event_logs",
    "job_ticks",
    "run_tags",
    "runs",
    "snapshots",
)

_DAGSTER = Family(
    "dagster_relation_bytes",
    "Bytes of Dagster's growing tables, with their indexes.",
    ("relation",),
)
_OURS = Family(
    "brand_monitor_relation_bytes", "Bytes of journal and marts, with their indexes.", ("relation",)
)

_OF_DAGSTER = text("""
    SELECT pg_class.relname, pg_total_relation_size(pg_class.oid)
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
    WHERE nspname = current_schema() AND relkind = 'r' AND relname = ANY(:names)
""").bindparams(names=list(GROWING))
_OF_OURS = text("""
    SELECT nspname || '.' || pg_class.relname, pg_total_relation_size(pg_class.oid)
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
    WHERE nspname IN ('brand_monitor', 'marts') AND relkind = 'r'
""")


def _sizes(family: Family, statement: TextClause) -> Callable[[Connection], Iterator[Metric]]:
    def collect(connection: Connection) -> Iterator[Metric]:
        # A table that is dropped meanwhile has no size.
        rows = connection.execute(statement)
        yield family.filled({(name,): size for name, size in rows if size is not None})

    return collect


OF_DAGSTER = Subject("dagster_relations", (_DAGSTER,), _sizes(_DAGSTER, _OF_DAGSTER))
OF_OURS = Subject("relations", (_OURS,), _sizes(_OURS, _OF_OURS))
