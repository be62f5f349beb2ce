"""What is particular to the embedded graph: its file, its lock, its damage, its killed writers."""

import subprocess
import sys
import threading
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from brand_monitor.backends.graph.embedded import LadybugGraph
from brand_monitor.backends.graph.interface import GraphQueryError
from brand_monitor.backends.locks import locked
from brand_monitor.failures import DamagedProjectionError, TransientFailure

DAY = date(2026, 11, 24)

# Replaces the day of three pages by one of two, and dies when it is about to run a statement that begins so.
KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
import ladybug
from brand_monitor.backends.graph.embedded import LadybugGraph
from brand_monitor_tests.unit.backends.graph.test_ladybug_graph import DAY, pages

moment = sys.argv[2]
execute, close = ladybug.Connection.execute, ladybug.Database.close

def dying_execute(self, query, *rest):
    if query.startswith(moment):
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(self, query, *rest)

def dying_close(self):
    os.kill(os.getpid(), signal.SIGKILL)

ladybug.Connection.execute = dying_execute
if moment == "close":
    ladybug.Database.close = dying_close
LadybugGraph(Path(sys.argv[1])).replace_day("shoes", DAY, *pages(2))
"""


TIRELESS_WRITER = """
import sys
from pathlib import Path
from brand_monitor.backends.graph.embedded import LadybugGraph
from brand_monitor_tests.unit.backends.graph.test_ladybug_graph import DAY, pages

while True:
    for count in (2, 3):
        LadybugGraph(Path(sys.argv[1])).replace_day("shoes", DAY, *pages(count))
"""


def pages(count: int, day: date = DAY) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A day of ``count`` pages that each mention one brand."""
    ids = ["brand:nike", *(f"page:{n}" for n in range(count))]
    nodes = pl.DataFrame({"node_id": ids, "kind": ["brand"] + ["page"] * count, "label": ids}).with_columns(
        date=pl.lit(day), monitor_id=pl.lit("shoes")
    )
    edges = pl.DataFrame({"source_id": ids[1:]}).with_columns(
        date=pl.lit(day),
        monitor_id=pl.lit("shoes"),
        target_id=pl.lit("brand:nike"),
        kind=pl.lit("mentions"),
        weight=pl.lit(1.0),
    )
    return nodes, edges


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "graph" / "influence.lbug"


def page_count(file: Path, day: date = DAY) -> int:
    return LadybugGraph(file).count("shoes", day)["edges"]


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ("MATCH ()-[e:MENTIONS]", 3),  # nothing is done yet
        ("MATCH (d:Day", 3),  # the old edges are deleted
        ("UNWIND $rows AS row MATCH (a:Page)", 3),  # the new nodes are there
        ("COMMIT", 3),  # all is there but the commit
        ("close", 2),  # committed, not yet merged from the log into the file
    ],
)
def test_a_killed_writer_leaves_the_old_day_or_the_new_one(file, moment, left):
    LadybugGraph(file).replace_day("shoes", DAY, *pages(3))
    writer = subprocess.run(
        [sys.executable, "-c", KILLED_WRITER, str(file), moment], check=False, capture_output=True
    )
    assert writer.returncode == -9, writer.stderr.decode()
    store = LadybugGraph(file, wait_seconds=0)
    assert store.count("shoes", DAY) == {"nodes": left + 1, "edges": left}
    assert len(store.query("MATCH (p:Page) RETURN p.label AS label")) == left
    store.replace_day("shoes", DAY, *pages(5))
    assert store.count("shoes", DAY) == {"nodes": 6, "edges": 5}


def test_a_writer_killed_while_it_merges_its_log_loses_no_finished_day(file):
    """The moment is seen from outside, so the kill may come a little late; the promise holds either way."""
    LadybugGraph(file).replace_day("shoes", DAY, *pages(3))
    with subprocess.Popen([sys.executable, "-c", TIRELESS_WRITER, str(file)]) as writer:
        while not list(file.parent.glob("*.wal.checkpoint")):
            assert writer.poll() is None
        writer.kill()
    store = LadybugGraph(file, wait_seconds=0)
    assert store.count("shoes", DAY) in ({"nodes": 4, "edges": 3}, {"nodes": 3, "edges": 2})
    store.replace_day("shoes", DAY, *pages(5))
    assert store.count("shoes", DAY) == {"nodes": 6, "edges": 5}


def test_a_store_that_is_busy_is_named_after_the_wait(file):
    store = LadybugGraph(file, wait_seconds=0)
    store.replace_day("shoes", DAY, *pages(3))
    with store._writer():
        with pytest.raises(TransientFailure, match=str(file)):
            LadybugGraph(file, wait_seconds=0).replace_day("shoes", DAY, *pages(1))
        with pytest.raises(TransientFailure, match=str(file)):
            LadybugGraph(file, wait_seconds=0).query("MATCH (p:Page) RETURN p.label AS label")
    assert page_count(file) == 3


def test_readers_do_not_wait_for_each_other(file):
    store = LadybugGraph(file, wait_seconds=0)
    store.replace_day("shoes", DAY, *pages(3))
    with store._reader():
        assert store.count("shoes", DAY)["edges"] == 3


def test_a_program_that_holds_the_file_without_our_lock_is_a_transient_failure(file):
    LadybugGraph(file).replace_day("shoes", DAY, *pages(3))
    script = (
        "import ladybug, sys\n"
        "database = ladybug.Database(sys.argv[1])\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(TransientFailure, match="another program"):
            LadybugGraph(file).replace_day("shoes", DAY, *pages(1))
        other.stdin.close()
    assert page_count(file) == 3


def test_threads_that_write_at_once_all_get_their_turn(file):
    store = LadybugGraph(file)
    days = [DAY + timedelta(days=n) for n in range(4)]
    threads = [
        threading.Thread(target=store.replace_day, args=("shoes", day, *pages(3, day))) for day in days
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [page_count(file, day) for day in days] == [3] * 4


def test_a_failing_write_leaves_the_day_as_it_was(file, monkeypatch):
    store = LadybugGraph(file, wait_seconds=0)
    store.replace_day("shoes", DAY, *pages(3))
    statement = "brand_monitor.backends.graph.embedded_write.CREATE_EDGES"
    for broken in ("RETURN 1/0 AS {name}", "no Cypher at all {name}"):
        monkeypatch.setattr(statement, broken)
        with pytest.raises(DamagedProjectionError, match=str(file)):
            store.replace_day("shoes", DAY, *pages(1))
        assert store.count("shoes", DAY) == {"nodes": 4, "edges": 3}


def test_a_question_that_runs_too_long_is_stopped(file):
    store = LadybugGraph(file, query_seconds=0.05)
    with pytest.raises(GraphQueryError, match="Interrupted"):
        store.query("UNWIND range(1, 100000000) AS x UNWIND range(1, 1000) AS y RETURN sum(x * y) AS sum")


def test_several_statements_in_one_question_are_refused(file):
    with pytest.raises(GraphQueryError, match="one statement"):
        LadybugGraph(file).query("MATCH (n) RETURN n; MATCH (m) RETURN m")


def test_a_dollar_sign_in_a_string_or_comment_is_no_parameter(file):
    rows = LadybugGraph(file).query("RETURN '$9.99 \\' $x' AS price, \"$y\" AS other // $z")
    assert rows == [{"price": "$9.99 ' $x", "other": "$y"}]


@pytest.mark.parametrize("keep", [0.5, 0.0])
def test_a_damaged_file_is_named_and_said_to_be_rebuildable(file, keep):
    LadybugGraph(file).replace_day("shoes", DAY, *pages(3))
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * keep)] or b"something else entirely")
    for use in (page_count, lambda file: LadybugGraph(file).replace_day("shoes", DAY, *pages(1))):
        with pytest.raises(DamagedProjectionError, match="rebuild") as raised:
            use(file)
        assert str(file) in str(raised.value)


def test_a_store_with_other_tables_is_refused(file):
    import ladybug

    file.parent.mkdir()
    with ladybug.Database(file) as database, ladybug.Connection(database) as connection:
        connection.execute("CREATE NODE TABLE Person(name STRING PRIMARY KEY)")
    for use in (page_count, lambda file: LadybugGraph(file).replace_day("shoes", DAY, *pages(1))):
        with pytest.raises(DamagedProjectionError, match="tables"):
            use(file)


def test_a_store_that_was_being_made_when_its_maker_died_is_made_anew(file):
    import ladybug

    file.parent.mkdir()
    with (
        ladybug.Database(file.with_name(f".{file.name}.new")) as database,
        ladybug.Connection(database) as half,
    ):
        half.execute("CREATE NODE TABLE Page(node_id STRING PRIMARY KEY)")
    assert page_count(file) == 0
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name, f"{file.name}.lock"]


def test_a_lock_is_free_again_after_a_failure_inside(tmp_path):
    lock = tmp_path / "a.lock"
    with pytest.raises(ValueError, match="x"), locked(lock, exclusive=True, wait_seconds=0, what="it"):
        int("x")
    with locked(lock, exclusive=True, wait_seconds=0, what="it"):
        pass


def test_a_waiting_writer_goes_on_when_the_holder_leaves(tmp_path):
    lock, order = tmp_path / "a.lock", []

    def waiter():
        with locked(lock, exclusive=True, wait_seconds=60, what="it"):
            order.append("waiter")

    with locked(lock, exclusive=True, wait_seconds=0, what="it"):
        thread = threading.Thread(target=waiter)
        thread.start()
        order.append("holder")
    thread.join()
    assert order == ["holder", "waiter"]


def test_importing_the_module_does_not_load_ladybug():
    code = "import sys, brand_monitor.backends.graph.embedded; sys.exit('ladybug' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_rebuild_killed_before_the_swap_leaves_the_old_graph_and_is_simply_run_again(file):
    store = LadybugGraph(file, wait_seconds=0)
    store.replace_day("shoes", DAY, *pages(3))
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from brand_monitor.backends.graph.embedded import LadybugGraph\n"
        "from brand_monitor_tests.unit.backends.graph.test_ladybug_graph import DAY, pages\n"
        "with LadybugGraph(Path(sys.argv[1])).rebuilding() as fresh:\n"
        "    fresh.replace_day('shoes', DAY, *pages(5))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(file)], check=False).returncode == -9
    assert page_count(file) == 3
    with store.rebuilding() as fresh:
        assert fresh.count("shoes", DAY) == {"nodes": 0, "edges": 0}
        fresh.replace_day("shoes", DAY, *pages(2))
        assert page_count(file) == 3
    assert page_count(file) == 2
    store.replace_day("shoes", DAY, *pages(4))
    assert page_count(file) == 4
    assert not [path for path in file.parent.iterdir() if path.name.endswith(("rebuild", ".wal"))]


def test_a_damaged_file_is_replaced_by_a_rebuild(file):
    LadybugGraph(file).replace_day("shoes", DAY, *pages(3))
    file.write_bytes(b"something else entirely")
    with LadybugGraph(file).rebuilding() as fresh:
        fresh.replace_day("shoes", DAY, *pages(2))
    assert page_count(file) == 2
