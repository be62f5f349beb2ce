"""The commands of ``lake``."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from cli_home import Home

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.io_managers.lake import Partition
from brand_monitor.schemas.registry import empty_frame

REPORT = "reports/html/date=2026-11-24/monitor=teas/report.html"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("S3_BUCKET", raising=False)
    home = Home(tmp_path / "home")
    home.lake.write("seed/brands", empty_frame("seed/brands"), partition=Partition(), monitor_id="teas")
    home.lake.store.put(REPORT, b"<html>")
    return home


def test_a_copy_says_what_it_did_and_a_second_one_finds_it_done(home: Home, tmp_path: Path) -> None:
    first = home.run("lake", "copy", "--to", str(tmp_path / "other"))
    assert first.exit_code == 0
    assert "3 objects: 3 copied (0.0 MB), 0 there already, 0 different" in first.output
    second = home.run("lake", "copy", "--to", str(tmp_path / "other"))
    assert "0 copied (0.0 MB), 3 there already" in second.output


def test_other_content_is_named_and_kept_until_told_to_replace_it(home: Home, tmp_path: Path) -> None:
    other = FolderStore(tmp_path / "other")
    other.put(REPORT, b"<HTML>")
    refused = home.run("lake", "copy", "--to", str(other.root))
    assert refused.exit_code == 1
    assert f"other content in the target: {REPORT}" in refused.output
    assert other.get(REPORT) == b"<HTML>"
    assert home.run("lake", "copy", "--to", str(other.root), "--replace").exit_code == 0
    assert other.get(REPORT) == b"<html>"


def test_a_copy_that_goes_nowhere_asks_for_an_address(home: Home) -> None:
    asked = home.run("lake", "copy")
    assert asked.exit_code == 2
    assert "S3_BUCKET" in asked.output


def test_a_sweep_counts_what_it_keeps(home: Home) -> None:
    swept = home.run("lake", "sweep")
    assert swept.exit_code == 0
    assert "0 files removed, 1 kept" in swept.output


def test_a_compaction_names_what_it_would_pack_and_then_packs_it_once(home: Home) -> None:
    pages = "core/page_mentions"
    for day in (date(2025, 3, 1) + timedelta(days=n) for n in range(10)):
        home.lake.write(pages, empty_frame(pages), partition=Partition(day), monitor_id="teas")
    [*keys] = home.lake.store.list(f"{pages}/date=2025-03-01")
    planned = home.run("lake", "compact", "--dry-run")
    assert planned.exit_code == 0
    assert f"{pages} 2025-03 teas: 10 files" in planned.output
    assert "1 packs to make, 10 files in none" in planned.output
    assert "too young" in home.run("lake", "compact").output
    age(home, keys=list(home.lake.store.list(pages)))
    done = home.run("lake", "compact")
    assert done.exit_code == 0
    assert "1 packs made of 10 files, 0 rows" in done.output
    assert "0 packs made" in home.run("lake", "compact").output
    home.lake.store.put(keys[0], b"{")
    for key in home.lake.store.list("packs"):
        home.lake.store.delete(key)
    damaged = home.run("lake", "compact")
    assert damaged.exit_code == 1
    assert keys[0] in damaged.output


def age(home: Home, keys: list[str]) -> None:
    """Let manifests say that they were published a year ago."""
    for key in keys:
        content = json.loads(home.lake.store.get(key))
        content["published_at"] = "2025-04-01T00:00:00+00:00"
        home.lake.store.put(key, json.dumps(content).encode())
