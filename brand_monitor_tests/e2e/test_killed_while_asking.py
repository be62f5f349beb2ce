"""SIGKILL at several moments of a real run, then the same command again: nothing lost, nothing asked twice."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
from e2e_home import brand_monitor, command, new_home

from brand_monitor.backends.llm.embedded_model import EmbeddedModel
from brand_monitor.notebook import open_installation
from brand_monitor.schemas.registry import REGISTRY, conform

PLANNED = 4 * 3
DEADLINE_SECONDS = 120


def calls(home: Path) -> dict[str, tuple[str, int, str | None]]:
    """Return state, attempts and payload hash of every journaled call."""
    journal = home / "state" / "journal.sqlite"
    if not journal.exists():
        return {}
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as connection:
        try:
            rows = connection.execute("SELECT call_id, state, attempts, payload_hash FROM calls").fetchall()
        except sqlite3.OperationalError:  # the tables are being made right now
            return {}
    return {call: (state, attempts, payload) for call, state, attempts, payload in rows}


def count(home: Path, state: str) -> int:
    return sum(found == state for found, _, _ in calls(home).values())


MOMENTS: dict[str, Callable[[Path], bool]] = {
    "the first calls are in the air": lambda home: count(home, "sent") > 0,
    "a third is answered": lambda home: count(home, "received") >= PLANNED // 3,
    "all is answered, nothing is derived": lambda home: count(home, "received") == PLANNED,
    "the projections are being written": lambda home: (home / "lake" / "graph").exists(),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_goes_on_where_it_stopped(moment: str, tmp_path: Path) -> None:
    home = new_home(tmp_path)
    run = ["run", "--monitor", "tiny", "--engine", "local"]
    process = subprocess.Popen(
        command(home, *run), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not MOMENTS[moment](home):
            assert process.poll() is None, "the run ended before the moment came"
            assert time.monotonic() < deadline, f"{moment}: did not come within {DEADLINE_SECONDS} s"
            time.sleep(0.005)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    before = calls(home)
    assert_no_half_partition(home)

    brand_monitor(home, *run)

    after = calls(home)
    assert len(after) == PLANNED
    assert {state for state, _, _ in after.values()} == {"received"}
    for call, (state, _attempts, payload) in before.items():
        if state == "received":
            assert after[call] == (state, 1, payload), "an answered call was asked again"
    asked_twice = [call for call, (_, attempts, _) in after.items() if attempts > 1]
    assert len(asked_twice) <= EmbeddedModel.concurrency, "more calls were repeated than were in the air"
    assert all(before[call][0] == "sent" for call in asked_twice)
    answers = open_installation(home).load("raw/answers", monitor="tiny")
    assert answers.height == PLANNED
    assert answers["status"].unique().to_list() == ["ok"]
    assert_no_half_partition(home)


def assert_no_half_partition(home: Path) -> None:
    """Every file that a reader can find is whole and follows its schema."""
    for path in (home / "lake" / "data").rglob("*.parquet"):
        table = "/".join(path.relative_to(home / "lake" / "data").parts[:2])
        assert table in REGISTRY
        conform(table, pl.read_parquet(path, hive_partitioning=False))
