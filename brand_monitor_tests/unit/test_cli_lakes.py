"""The commands ``lake copy`` and ``lake sweep``."""

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
