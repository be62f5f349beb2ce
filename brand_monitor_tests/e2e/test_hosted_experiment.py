"""An experiment on a hosted model, over a socket: shown the pages as designed, asked once, priced."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from e2e_home import brand_monitor

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.io_managers.lake import Lake
from brand_monitor.notebook import open_installation
from brand_monitor.partitions import today
from brand_monitor_tests.document_rows import publish_pages
from brand_monitor_tests.provider_stubs.server import StubServer

PAGES = ("Northwind tea is mild", "Contoso tea is strong", "Tea needs hot water")
MONITOR = {
    "id": "teas",
    "market": "Tea",
    "brands": [
        {"id": "north", "name": "Northwind", "role": "own"},
        {"id": "control", "name": "Ombrevale", "role": "control"},
    ],
    "prompts": [{"id": "best", "text": "Which tea is best?"}, {"id": "mild", "text": "Which tea is mild?"}],
    "sites": [{"id": "site", "pages": ["http://tea.example/"]}],
    "engines": [
        {"id": "gpt", "family": "openai", "model": "gpt-5-mini"},
        {"id": "claude", "family": "anthropic", "model": "claude-haiku-4-5"},
    ],
    "budget": {"day_usd": 5.0},
    "experiments": [
        {"id": "causes", "engines": ["gpt", "claude"], "documents": 3, "replicates": 2, "permutations": 3}
    ],
}
CALLS = 2 * 2 * (1 + 1 + 3 + 3)  # replicates, prompts, arms


@pytest.fixture
def stub() -> Iterator[StubServer]:
    with StubServer("openai") as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "monitors").mkdir()
    (tmp_path / "monitors" / "teas.yaml").write_text(yaml.safe_dump(MONITOR, sort_keys=False))
    pages = {f"http://tea.example/{n}": f"{text}. It is tea number {n}." for n, text in enumerate(PAGES)}
    publish_pages(Lake(FolderStore(tmp_path / "lake")), "teas", today(), pages)
    return tmp_path


def run(home: Path, stub: StubServer, *arguments: str, code: int = 0) -> str:
    env = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": stub.base_url, "ANTHROPIC_API_KEY": ""}
    done = brand_monitor(home, "experiment", "teas", *arguments, env=env, codes=(code,))
    return done.stdout + done.stderr


def test_a_hosted_engine_is_shown_the_pages_as_designed_and_never_asked_twice(
    home: Path, stub: StubServer
) -> None:
    said = run(home, stub, code=6)
    assert "ANTHROPIC_API_KEY is not set" in said
    assert stub.total == CALLS
    installation = open_installation(home)
    answers = installation.load("experiments/designed_answers", engines=["openai"])
    assert answers["status"].to_list() == ["ok"] * CALLS
    assert answers["cost_usd"].null_count() == 0
    assert answers["surface"].unique().to_list() == ["grounded"]
    asked = [str(seen.body) for seen in stub.requests]
    pages = [len(re.findall(r"\[\d\] Page \d:", body)) for body in asked]
    assert sorted(pages) == sorted(answers["shown"].list.len().to_list())
    assert not any("harbour" in body for body in asked), "a large model needs no worked example"

    not_asked = installation.load("experiments/designed_answers", engines=["anthropic"])
    assert not_asked["status"].to_list() == ["not_asked"] * CALLS
    assert not_asked["frozen_hash"].unique().sort().equals(answers["frozen_hash"].unique().sort())

    assert " 0 calls" in run(home, stub, "--engine", "gpt")
    assert stub.total == CALLS


def test_a_past_day_is_not_asked(home: Path, stub: StubServer) -> None:
    assert "the day has passed" in run(home, stub, "--engine", "gpt", "--date", "2025-03-01", code=5)
    assert stub.total == 0
