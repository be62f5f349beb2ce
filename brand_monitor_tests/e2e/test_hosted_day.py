"""A day of a hosted model through the command line: asked over a socket, derived again with the network closed."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import polars as pl
import pytest
import yaml
from e2e_home import TINY, brand_monitor

from brand_monitor.deployment import Settings
from brand_monitor.notebook import open_installation
from brand_monitor.partitions import today
from brand_monitor.runner import run_day
from brand_monitor_tests.provider_stubs.server import StubServer

HOSTED = {
    **{key: value for key, value in TINY.items() if key not in {"sites", "demo_web", "scraping"}},
    "id": "hosted",
    "engines": [
        {"id": "gpt-web", "family": "openai", "model": "gpt-5-mini", "repeats": 2, "web": True},
        {"id": "gpt-alone", "family": "openai", "model": "gpt-5-mini", "repeats": 2},
        {"id": "claude", "family": "anthropic", "model": "claude-haiku-4-5", "repeats": 1},
    ],
    "budget": {"day_usd": 5.0},
}
DERIVED = ["raw/answers", "core/answer_mentions", "core/citations", "metrics/brand_metrics", "metrics/costs"]


@pytest.fixture
def stub() -> Iterator[StubServer]:
    with StubServer("openai") as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "monitors"
    folder.mkdir()
    (folder / "hosted.yaml").write_text(yaml.safe_dump(HOSTED, sort_keys=False))
    return tmp_path


def run(home: Path, stub: StubServer, *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
    env = {"OPENAI_API_KEY": "sk-never-shown", "OPENAI_BASE_URL": stub.base_url, "ANTHROPIC_API_KEY": ""}
    done = brand_monitor(home, *arguments, env=env, codes=codes)
    return done.stdout + done.stderr


def loaded(home: Path) -> dict[str, pl.DataFrame]:
    installation = open_installation(home)
    return {table: installation.load(table, monitor="hosted") for table in DERIVED}


# Dagster itself uses attributes that it has deprecated, in the steps that it runs in this process.
@pytest.mark.filterwarnings("ignore:.* is deprecated and will be removed:DeprecationWarning")
def test_a_hosted_day_is_asked_once_says_what_it_misses_and_is_derived_again_offline(
    home: Path, stub: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run(home, stub, "run", codes=(6,))
    answers = loaded(home)["raw/answers"]
    assert "ANTHROPIC_API_KEY is not set" in said
    assert "sk-never-shown" not in said
    assert stub.total == 16  # four questions, two engines, two repeats
    assert answers.group_by("engine_id").agg(pl.col("status").unique()).sort("engine_id").rows() == [
        ("claude", ["not_asked"]),
        ("gpt-alone", ["ok"]),
        ("gpt-web", ["ok"]),
    ]
    assert set(answers.filter(pl.col("status") == "ok")["surface"]) == {"api"}
    before = loaded(home)

    class ClosedSocket(socket.socket):
        def connect(self, address: Any, /) -> NoReturn:
            raise AssertionError(f"a re-derivation reached for {address}")

        connect_ex = connect

    monkeypatch.setattr(socket, "socket", ClosedSocket)
    summary = run_day(Settings(home), "ci", today(), ask=False)
    monkeypatch.undo()
    assert summary.ok, "\n".join(map(str, summary.results))
    assert (summary.calls_sent, stub.total) == (0, 16)
    after = loaded(home)
    for table in DERIVED:
        assert after[table].equals(before[table]), table
    assert_no_secret_is_kept(home)


def assert_no_secret_is_kept(home: Path) -> None:
    """Neither the lake, nor the journal, nor Dagster's event log holds a key."""
    for path in home.rglob("*"):
        if path.is_file():
            assert b"sk-never-shown" not in path.read_bytes(), path
