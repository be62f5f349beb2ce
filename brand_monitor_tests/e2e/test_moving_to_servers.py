"""A home with a day in its files moves to real servers: equal content, repeatable, and into no other's stores."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from e2e_home import brand_monitor, new_home
from hosted_day import CALLS
from places import SERVERS, Place
from same_tables import differing

from brand_monitor.backends.objects.opening import open_objects
from brand_monitor.deployment import Settings
from brand_monitor.notebook import Installation

pytestmark = pytest.mark.timeout(900)  # a day is run before the first test

TABLES = ("calls", "spending", "refused_parameters")


@pytest.fixture(scope="module")
def moved(embedded_day: Place, servers_of: Callable[[str], dict[str, str]]) -> Place:
    """The home of the embedded day, moved; what the command said is the first that was printed."""
    place = Place(embedded_day.home, embedded_day.variables | servers_of("moved"))
    place.run("move")
    return place


@pytest.fixture
def on_servers(moved: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name, value in moved.variables.items():
        monkeypatch.setenv(name, value)
    return moved


def rows_of(place: Place) -> tuple[dict[str, int], dict[str, int]]:
    """Return the rows of the journal's tables: in the file, and on the server."""
    with closing(sqlite3.connect(place.home / "state" / "journal.sqlite")) as file:
        ours = {name: file.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}
    with psycopg.connect(place.variables["DATABASE_URL"]) as server:
        query = "SELECT count(*) FROM brand_monitor.{}"
        theirs = {name: server.execute(query.format(name).encode()).fetchone() for name in TABLES}
    return ours, {name: row[0] for name, row in theirs.items() if row}


def test_every_store_is_named_with_what_became_of_it(moved: Place) -> None:
    lines = moved.printed[0].splitlines()
    assert [line.partition(":")[0] for line in lines] == ["lake", "journal", "marts", "graph", "search"]
    assert "all equal" in lines[0]
    assert f"calls {CALLS} copied, 0 there already" in lines[1]
    assert "1 days rebuilt and equal" in lines[3]


def test_lake_journal_and_projections_hold_the_same_on_the_servers(on_servers: Place) -> None:
    embedded = Installation(Settings(on_servers.home))
    assert differing(embedded.lake, on_servers.open().lake) == []
    ours, theirs = rows_of(on_servers)
    assert ours == theirs
    assert ours["calls"] == CALLS
    assert f"{CALLS} payloads" in on_servers.run("verify")
    assert "1 days compared, 0 differ" in on_servers.run("graph", "verify")
    assert "cushioned" in on_servers.run("search", "cushioned")


def test_the_same_command_again_copies_nothing(moved: Place) -> None:
    lake, journal, *_ = moved.run("move").splitlines()
    assert lake.startswith("lake: 0 objects copied (0.0 MB)")
    assert f"calls 0 copied, {CALLS} there already" in journal


def test_half_a_target_is_completed(on_servers: Place) -> None:
    bucket = open_objects(on_servers.open().settings)
    lost = sorted(bucket.list("payloads"))[:3]
    for key in lost:
        bucket.delete(key)
    with psycopg.connect(on_servers.variables["DATABASE_URL"], autocommit=True) as server:
        half = "(SELECT call_id FROM brand_monitor.calls ORDER BY call_id LIMIT 5)"
        server.execute(f"DELETE FROM brand_monitor.calls WHERE call_id IN {half}".encode())
    lake, journal, *_ = on_servers.run("move").splitlines()
    assert lake.startswith("lake: 3 objects copied")
    assert f"calls 5 copied, {CALLS - 5} there already" in journal


def test_an_object_of_other_content_is_named_and_kept_until_it_may_be_replaced(on_servers: Place) -> None:
    bucket = open_objects(on_servers.open().settings)
    key = next(key for key in bucket.list("metrics") if key.endswith("manifest.json"))
    bucket.put(key, b"of another time", replace=True)
    refused = brand_monitor(on_servers.home, "move", env=on_servers.variables, codes=(4,))
    assert key in refused.stdout + refused.stderr
    assert bucket.get(key) == b"of another time"
    assert on_servers.run("move", "--replace").startswith("lake: 1 objects copied")


def test_what_another_installation_uses_is_named_and_left_alone(on_servers: Place, tmp_path: Path) -> None:
    """A home that never ran must mix its nothing into none of the stores that are in use."""
    other = new_home(tmp_path)
    (other / "lake").mkdir()
    Installation(Settings(other)).lake.store.put("payloads/aa/mine", b"{}")
    brand_monitor(other, "db", "upgrade", env=SERVERS)
    servers = on_servers.variables
    groups = {
        "objects": ("S3_", "AWS_"),
        "rows of calls": ("DATABASE_URL",),
        "graph of NEO4J_URI": ("NEO4J_",),
        "index of OPENSEARCH_URL": ("OPENSEARCH_",),
    }
    for said, prefixes in groups.items():
        only = {name: value for name, value in servers.items() if name.startswith(prefixes)}
        refused = brand_monitor(other, "move", env=SERVERS | only, codes=(4,))
        assert said in refused.stderr.replace("\n", " "), said
        assert "another installation's" in refused.stderr.replace("\n", " ")
    assert "1 days compared, 0 differ" in on_servers.run("graph", "verify")


def test_without_a_server_it_says_which_variables_to_set(tmp_path: Path) -> None:
    refused = brand_monitor(new_home(tmp_path), "move", env=SERVERS, codes=(4,))
    assert "S3_BUCKET, DATABASE_URL, NEO4J_URI or OPENSEARCH_URL" in refused.stderr
