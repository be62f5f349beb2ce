"""A round costs the window that it looks at: no statement reads a growing table from its beginning to its end."""

import re
from typing import Any

import dagster as dg
from sqlalchemy import event

from brand_monitor.deployment import Settings
from brand_monitor.exporter.collecting import Collection
from brand_monitor.exporter.databases import Source, open_sources
from brand_monitor_tests.exporter.exported import administrator
from brand_monitor_tests.exporter.histories import GROWING, fill


def plans(source: Source) -> dict[str, str]:
    """Collect every subject of a database, and return how the server reads for each statement."""
    asked: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(source.engine, "before_cursor_execute", listen)
    Collection([source]).renew()
    event.remove(source.engine, "before_cursor_execute", listen)
    with source.engine.connect() as connection:
        return {
            statement: "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values))
            for statement, values in asked
            if "FROM" in statement
        }


def test_no_statement_reads_a_history(settings: Settings, instance: dg.DagsterInstance) -> None:
    fill(administrator(settings), 4_000, calls_a_day=1_000, events_a_run=8)
    read: set[str] = set()
    for source in open_sources(settings):
        for statement, plan in plans(source).items():
            scanned = set(re.findall(r"Seq Scan on (\w+)", plan)) & set(GROWING)
            assert not scanned, f"{statement}\n{plan}"
            read |= {table for table in GROWING if re.search(rf"Scan .*on {table}\b", plan)}
    assert read == set(GROWING)
