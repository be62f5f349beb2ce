"""One day on five real servers at once, killed in the middle and resumed, equals the embedded one.

Nothing but variables differs between the two: PostgreSQL holds the journal, the marts and Dagster's runs, S3
the lake and what steps print, Neo4j the graph, OpenSearch the entries, Redis the limits.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from hosted_day import CALLS
from places import IGNORED_PASSWORD, KilledDay, Place
from same_tables import OF_THE_FETCH, OF_THE_KILL, OF_THE_RUN, differing, tables

from brand_monitor.deployment import Settings
from brand_monitor.notebook import Installation
from brand_monitor.partitions import today
from brand_monitor_tests.contract.graph_stores import run as cypher
from brand_monitor_tests.contract.test_graph_queries import QUERIES, STORES
from tools.servers.neo4j import Neo4j
from tools.servers.opensearch import OpenSearch
from tools.servers.postgres import Postgres
from tools.servers.redis import Redis
from tools.servers.s3 import S3

pytestmark = pytest.mark.timeout(900)  # two days are run before the first test

NUMBER = "tiny/gpt-web/northwind"


@pytest.fixture
def on_servers(served_day: KilledDay, monkeypatch: pytest.MonkeyPatch) -> KilledDay:
    for name, value in served_day.variables.items():
        monkeypatch.setenv(name, value)
    return served_day


@pytest.fixture
def embedded(embedded_day: Place) -> Installation:
    return Installation(Settings(embedded_day.home))


def test_the_killed_day_goes_on_and_nothing_answered_is_paid_again(on_servers: KilledDay) -> None:
    assert 0 < on_servers.answered_before < CALLS
    assert CALLS <= on_servers.requests <= CALLS + on_servers.in_the_air
    assert on_servers.open().load("raw/answers")["status"].to_list() == ["ok"] * CALLS


def test_every_table_and_every_figure_is_that_of_the_embedded_day(
    embedded: Installation, on_servers: KilledDay
) -> None:
    ignored = OF_THE_RUN | OF_THE_FETCH | OF_THE_KILL
    found = differing(embedded.lake, on_servers.open().lake, ignored=ignored)
    assert found == ["marts/publications"], "only who has SQL readers publishes for them"
    rows = {table: frame.height for table, frame in tables(embedded.lake).items()}
    assert min(rows[table] for table in ("metrics/brand_metrics", "graph/edges", "core/citations")) > 0


def test_nothing_of_the_lake_the_journal_or_the_projections_is_on_this_machine(on_servers: KilledDay) -> None:
    assert not (on_servers.home / "lake").exists()
    files = [path.name for path in on_servers.home.rglob("*") if path.is_file()]
    assert not [name for name in files if name.endswith((".sqlite", ".db", ".lbug", ".parquet", ".idx"))]


def test_what_people_read_is_the_same(embedded_day: Place, on_servers: KilledDay) -> None:
    for arguments in (("report",), ("trace", NUMBER, "--all")):
        assert told(on_servers.run(*arguments)) == told(embedded_day.run(*arguments)), arguments


def test_a_search_finds_the_same_in_the_same_order(embedded_day: Place, on_servers: KilledDay) -> None:
    pages = ("search", "best", "cushioned", "shoes")
    assert hits(on_servers.run(*pages)) == hits(embedded_day.run(*pages))
    answers = ("search", "Northwind", "tea", "--in", "answers", "--limit", "100")
    found = hits(on_servers.run(*answers))  # all say the same, so that their order is nobody's
    assert len(found) == CALLS
    assert sorted(found) == sorted(hits(embedded_day.run(*answers)))


def hits(printed: str) -> list[list[str]]:
    """Return title and place of each hit; of which words a snippet is made is each index's own choice."""
    found = [hit.splitlines()[:2] for hit in printed.strip().split("\n\n")]
    assert len(found) > 1, printed
    return found


def told(printed: str) -> list[str]:
    """Return the printed lines in order, without hashes, ids of runs and where the report lies."""
    lines = [re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}", "...", line) for line in printed.splitlines()]
    lines = [line for line in lines if not line.startswith(("Report:", "  asked "))]
    assert len(lines) > 3, printed
    return lines


def test_every_question_of_the_docs_has_the_same_answers_from_both_graphs(
    embedded: Installation, on_servers: KilledDay
) -> None:
    on_neo4j, answered = on_servers.open(), 0
    [day] = embedded.load("raw/answers")["date"].unique()
    parameters = {"day": day, "since": day, "monitor": "tiny", "brand": "brand:tiny/northwind"}
    for title, spellings in QUERIES.items():
        ours, theirs = (
            installation.ask_graph(
                query, {name: one for name, one in parameters.items() if f"${name}" in query}
            )
            for installation, query in zip(
                (embedded, on_neo4j), spellings * (len(STORES) // len(spellings)), strict=True
            )
        )
        assert without_ids(ours) == without_ids(theirs), title
        answered += bool(ours)
    assert answered >= 7, "a day without experiments answers all questions but those about effects"


def without_ids(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(repr(sorted(row.items())) for row in rows)


def test_the_projections_hold_what_the_lake_holds(on_servers: KilledDay) -> None:
    assert "1 days compared, 0 differ" in on_servers.run("graph", "verify")
    [asked] = on_servers.run("graph", "ask", "MATCH (b:Brand) RETURN count(b) AS brands").splitlines()
    assert asked == '{"brands": 6}'
    lake = on_servers.open().lake
    with psycopg.connect(on_servers.variables["DATABASE_URL"]) as connection:
        for mart in ("daily_brand_metrics", "window_brand_metrics"):
            counted = connection.execute(f"SELECT count(*) FROM marts.{mart}".encode()).fetchone()
            assert counted == (lake.read_window(f"marts/{mart}", today(), today()).height,)


def test_the_doctor_and_the_payloads_find_nothing_wrong(on_servers: KilledDay) -> None:
    assert f"{CALLS} payloads" in on_servers.run("verify")
    examined = on_servers.run("doctor")
    assert "missing" not in examined


@pytest.fixture
def secrets(postgres: Postgres, s3: S3, neo4j: Neo4j, redis: Redis) -> list[str]:
    return [postgres.password, s3.secret_key, neo4j.password, redis.password, IGNORED_PASSWORD]


def test_no_password_of_any_server_is_kept_or_shown(
    on_servers: KilledDay, secrets: list[str], neo4j: Neo4j, redis: Redis, opensearch: OpenSearch
) -> None:
    for holder, content in (
        *everything_of_the_home(on_servers),
        *everything_in_the_bucket(on_servers),
        *everything_in_postgresql(on_servers),
        ("Neo4j", repr(cypher(neo4j, "MATCH (n) RETURN n"))),
        ("Neo4j", repr(cypher(neo4j, "MATCH ()-[r]->() RETURN properties(r) AS held"))),
        ("OpenSearch", repr(opensearch._ask("GET", "_all/_search?size=1000", {"query": {"match_all": {}}}))),
        ("Redis", everything_in_redis(redis)),
    ):
        assert content, holder
        assert not [secret for secret in secrets if secret in content], holder


def everything_of_the_home(day: Place) -> list[tuple[str, str]]:
    files = [
        (str(path), path.read_bytes().decode("latin-1")) for path in day.home.rglob("*") if path.is_file()
    ]
    return [(name, content) for name, content in files if content] + [
        ("what was printed", "".join(day.printed))
    ]


def everything_in_the_bucket(day: Place) -> list[tuple[str, str]]:
    """Every object as it lies there, and every table decoded, since Parquet is compressed."""
    lake = day.open().lake
    objects = [(key, lake.store.get(key).decode("latin-1")) for key in lake.store.list("")]
    frames = [(table, str(frame.to_dicts())) for table, frame in tables(lake).items()]
    return [(name, content) for name, content in objects + frames if content]


def everything_in_postgresql(day: Place) -> list[tuple[str, str]]:
    """Every row of every table, ours and Dagster's: runs, tags, events, metadata."""
    found = []
    for url in (day.variables["DATABASE_URL"], day.variables["DAGSTER_DATABASE_URL"]):
        with psycopg.connect(url) as connection:
            names = connection.execute(
                b"SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
                b"WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchall()
            for (name,) in names:
                rows = connection.execute(f"SELECT t::text FROM {name} t".encode()).fetchall()
                found.append((f"{urlsplit(url).path} {name}", f"{name} {rows}"))
    assert {"event_logs", "runs", "calls"} <= {name.rpartition(".")[2] for name, _ in found}
    return found


def everything_in_redis(redis: Redis) -> str:
    from redis import Redis as Client

    with Client.from_url(redis.url) as client:
        return "keys: " + repr([(key, client.type(key), client.dump(key)) for key in client.scan_iter()])
