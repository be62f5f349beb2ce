"""What a hurt Neo4j does to the graph: typed errors, bounded retries, nothing half-written, equal content after."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import neo4j
import pytest

from brand_monitor.backends.graph import neo4j_write
from brand_monitor.backends.graph.neo4j_errors import explained
from brand_monitor.backends.graph.resource import Neo4jGraphs
from brand_monitor.failures import PermanentFailure, SetupError, TransientFailure
from brand_monitor_tests.contract.graph_stores import (
    DAY,
    content,
    edges_of,
    embedded_graph,
    emptied,
    neo4j_graph,
    nodes_of,
    run,
    small_day,
    some_day,
    written,
)
from brand_monitor_tests.servers.fixtures import start_or_skip
from tools.servers.neo4j import Neo4j
from tools.servers.ports import free_ports

OUR_INDEXES = "SHOW INDEXES YIELD name WHERE name STARTS WITH 'brand_monitor_' RETURN name"
CANARY = "s3cr3t-canary-4711"
# A client waits for twice the keep-alive before it gives a server up: 2 s instead of 2 minutes.
SETTINGS = {"server.bolt.connection_keep_alive": "1s", "dbms.memory.transaction.total.max": "48m"}


@pytest.fixture(scope="module")
def hurt_server(tmp_path_factory):
    server = start_or_skip(Neo4j(tmp_path_factory.mktemp("neo4j") / "neo4j", settings=dict(SETTINGS)))
    yield server
    server.kill()


@pytest.fixture
def server(hurt_server):
    return emptied(hurt_server.start())


@pytest.fixture
def store(server):
    with closing(neo4j_graph(server)) as opened:
        opened.replace_day("shoes", DAY, *small_day("before"))
        yield opened


def at_statement(monkeypatch, number: int, do) -> None:
    """Do something when the writer is about to run its n-th statement."""
    original, seen = neo4j_write._run, []

    def counting(transaction, statement, **parameters):
        seen.append(statement)
        if len(seen) == number:
            do()
        return original(transaction, statement, **parameters)

    monkeypatch.setattr(neo4j_write, "_run", counting)


def the_answers(store) -> list[str]:
    return [row["id"] for row in store.query("MATCH (a:Answer) RETURN a.node_id AS id")]


@pytest.mark.parametrize("statement", [2, 12, 18])
def test_a_reader_sees_the_day_before_until_the_new_one_is_whole(server, store, monkeypatch, statement):
    seen = []

    def look():
        with closing(neo4j_graph(server)) as other:
            seen.append((the_answers(other), other.count("shoes", DAY)))

    at_statement(monkeypatch, statement, look)
    store.replace_day("shoes", DAY, *small_day("after"))
    assert seen == [(["answer:before"], {"nodes": 6, "edges": 8})]
    assert the_answers(store) == ["answer:after"]


def test_a_server_killed_in_the_middle_of_a_day_leaves_the_day_before(server, store, monkeypatch):
    at_statement(monkeypatch, 14, server.kill)
    with pytest.raises(TransientFailure, match=f"bolt://127.0.0.1:{server.port}.*writing {DAY}"):
        store.replace_day("shoes", DAY, *small_day("after"))
    server.start()
    assert the_answers(store) == ["answer:before"]
    assert store.count("shoes", DAY) == {"nodes": 6, "edges": 8}
    store.replace_day("shoes", DAY, *small_day("after"))
    assert the_answers(store) == ["answer:after"]


def test_a_write_outlives_a_restart_of_the_server(server, store, monkeypatch):
    store.retry_seconds = 120.0
    store._driver.close()
    store._driver = None

    def restart():
        server.kill()
        server.start()

    at_statement(monkeypatch, 14, restart)
    store.replace_day("shoes", DAY, *small_day("after"))
    assert the_answers(store) == ["answer:after"]
    assert store.count("shoes", DAY) == {"nodes": 6, "edges": 8}


def test_a_server_that_is_not_there_is_named():
    [port] = free_ports(1)
    server = Neo4j.__new__(Neo4j)
    server.user, server.password, server.tls, server.ports = "neo4j", CANARY, False, [port]
    with closing(neo4j_graph(server, retry_seconds=0.5)) as store:
        for use in (
            lambda: store.query("RETURN 1 AS one"),
            lambda: store.replace_day("shoes", DAY, *small_day()),
        ):
            with pytest.raises(TransientFailure, match=f"bolt://127.0.0.1:{port}") as raised:
                use()
            assert CANARY not in str(raised.value)


def test_a_wrong_password_says_what_to_correct_and_shows_it_nowhere(server, caplog):
    caplog.set_level("DEBUG")
    with closing(neo4j_graph(server, password=CANARY)) as store:
        with pytest.raises(SetupError, match="NEO4J_PASSWORD") as raised:
            store.replace_day("shoes", DAY, *small_day())
        said = [repr(raised.getrepr(style="long", showlocals=False)), repr(store.server), repr(vars(store))]
        assert CANARY not in "".join([*said, caplog.text])


def test_a_password_that_was_changed_counts_from_the_next_opening(server, tmp_path, monkeypatch):
    for name in ("NEO4J_URI", "NEO4J_USER", "NEO4J_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    secrets, graphs = tmp_path / ".env", Neo4jGraphs(home=str(tmp_path))
    text = f"NEO4J_URI={server.url}\nNEO4J_PASSWORD="
    secrets.write_text(text + server.password)
    with graphs.open() as store:
        assert store.query("RETURN 1 AS one") == [{"one": 1}]
    rotate = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"
    run(server, rotate, old=server.password, new=CANARY)
    old, server.password = server.password, CANARY
    try:
        with graphs.open() as store, pytest.raises(SetupError, match="NEO4J_PASSWORD"):
            store.query("RETURN 1 AS one")
        secrets.write_text(text + CANARY)
        with graphs.open() as store:
            assert store.query("RETURN 1 AS one") == [{"one": 1}]
        assert CANARY not in repr(graphs)
    finally:
        run(server, rotate, old=CANARY, new=old)
        server.password = old


def test_a_server_that_hangs_is_given_up_and_asked_again_later(server, store):
    server.pause()
    try:
        with pytest.raises(TransientFailure, match="asking"):
            store.query("MATCH (b:Brand) RETURN b.label AS brand")
    finally:
        server.resume()
    store.replace_day("shoes", DAY, *small_day("after"))
    assert the_answers(store) == ["answer:after"]


def test_a_question_that_runs_too_long_is_stopped_by_the_server(server):
    from brand_monitor.backends.graph.interface import GraphQueryError

    with (
        closing(neo4j_graph(server, query_seconds=0.5)) as store,
        pytest.raises(GraphQueryError, match="too long"),
    ):
        store.query("UNWIND range(1, 100000000) AS x UNWIND range(1, 1000) AS y RETURN sum(x * y) AS sum")


def test_a_writer_that_loses_a_deadlock_tries_again(server, store, monkeypatch):
    """Another program holds the brand and waits for the page that we hold, while we wait for the brand."""
    store.replace_day("shoes", DAY, *small_day("before"))
    lock = "MATCH (n {node_id: $id}) SET n.locked = true REMOVE n.locked"
    access = (server.user, server.password)
    with neo4j.GraphDatabase.driver(server.url, auth=access) as driver, driver.session() as session:
        other = session.begin_transaction()
        other.run(lock, id="brand:nike").consume()
        waiting = threading.Thread(target=finish, args=(other, lock))
        original, held = neo4j_write._run, []

        def page_first(transaction, statement, **parameters):
            if "MERGE (n:Brand" in statement and not held:
                held.append(transaction.run("MATCH (n:Page) SET n.label = n.label").consume())
                waiting.start()
            return original(transaction, statement, **parameters)

        monkeypatch.setattr(neo4j_write, "_run", page_first)
        store.replace_day("shoes", DAY, *small_day("after"))
        waiting.join()
    assert the_answers(store) == ["answer:after"]
    assert store.count("shoes", DAY) == {"nodes": 6, "edges": 8}


def finish(transaction, lock: str) -> None:
    """Ask for the page too; whoever is chosen as the victim, both come to an end."""
    try:
        transaction.run(lock, id="page:http://p/").consume()
        transaction.commit()
    except neo4j.exceptions.TransientError:
        transaction.close()


def test_a_constraint_of_others_refuses_the_day_and_leaves_the_one_before(server, store):
    run(server, "CREATE CONSTRAINT evil FOR (n:Brand) REQUIRE n.label IS UNIQUE")
    try:
        twins = nodes_of(("brand:one", "brand", "Twin"), ("brand:two", "brand", "Twin"))
        with pytest.raises(PermanentFailure, match="ConstraintValidationFailed"):
            store.replace_day("shoes", DAY, twins, edges_of())
    finally:
        run(server, "DROP CONSTRAINT evil")
    assert the_answers(store) == ["answer:before"]


def test_a_day_beyond_the_memory_of_the_server_is_refused_whole(server, store):
    ids = [f"page:{n}" for n in range(120_000)]
    nodes = nodes_of(*((each, "page", each) for each in ids))
    with pytest.raises(PermanentFailure, match=r"dbms\.memory\.transaction\.total\.max"):
        store.replace_day("shoes", DAY, nodes, edges_of())
    assert the_answers(store) == ["answer:before"]
    assert store.query("MATCH (p:Page) RETURN count(p) AS pages") == [{"pages": 1}]


def test_a_database_that_takes_no_writes_still_answers(server, store):
    server.stop()
    server.settings["server.databases.default_to_read_only"] = "true"
    try:
        server.start()
        with pytest.raises(TransientFailure, match="writes"):
            store.replace_day("shoes", DAY, *small_day("after"))
        assert the_answers(store) == ["answer:before"]
    finally:
        server.stop()
        del server.settings["server.databases.default_to_read_only"]
        server.start()
    store.replace_day("shoes", DAY, *small_day("after"))
    assert the_answers(store) == ["answer:after"]


def test_runs_that_write_the_same_day_at_once_leave_one_of_them_whole(server, store):
    days = [some_day(random.Random(seed), "shoes", DAY) for seed in range(6)]

    def write(frames):
        with closing(neo4j_graph(server, retry_seconds=60.0)) as own:
            own.replace_day("shoes", DAY, *frames)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, days))
    held = content(store)
    singles = []
    for frames in days:
        emptied(server)
        singles.append(content(written(store, [("shoes", DAY, frames)])))
    assert held in singles


def test_runs_that_write_overlapping_days_at_once_end_as_if_one_had_come_after_the_other(
    server, store, tmp_path
):
    constraints = {row["name"] for row in run(server, "SHOW CONSTRAINTS YIELD name RETURN name")}
    names = [row["name"] for row in run(server, OUR_INDEXES)]
    run(server, *(f"DROP CONSTRAINT {name} IF EXISTS" for name in names if name in constraints))
    run(server, *(f"DROP INDEX {name} IF EXISTS" for name in names if name not in constraints))
    history = [
        ("shoes", DAY + timedelta(days=n), some_day(random.Random(n), "shoes", DAY + timedelta(days=n)))
        for n in range(6)
    ]
    emptied(server)
    run(server, "MATCH (s:GraphSchema) DELETE s")

    def write(step):
        with closing(neo4j_graph(server, retry_seconds=60.0)) as own:
            written(own, [step])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, history))
    assert content(store) == content(written(embedded_graph(tmp_path), history))
    assert sorted(row["name"] for row in run(server, OUR_INDEXES)) == sorted(names)


def test_a_commit_whose_end_is_unknown_is_to_be_written_again():
    with pytest.raises(TransientFailure, match="write it again"), explained("Neo4j at x", "writing"):
        raise neo4j.exceptions.IncompleteCommit("the connection broke")


def test_a_certificate_is_checked_against_the_given_authority(own_neo4j):
    server = own_neo4j(tls=True)
    with closing(neo4j_graph(server)) as store:
        store.replace_day("shoes", DAY, *small_day())
        assert store.count("shoes", DAY) == {"nodes": 6, "edges": 8}
    secure = server.url.replace("bolt://", "bolt+s://")
    with closing(neo4j_graph(server, uri=secure)) as store:
        assert store.count("shoes", DAY) == {"nodes": 6, "edges": 8}
    with (
        closing(neo4j_graph(server, uri=secure, ca_file=None)) as store,
        pytest.raises(SetupError, match="NEO4J_CA_FILE"),
    ):
        store.query("RETURN 1 AS one")
