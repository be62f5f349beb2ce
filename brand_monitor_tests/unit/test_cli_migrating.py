"""The commands `db`: what they say, and that they only change what they are asked to."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from brand_monitor.backends.tables.migrating import HEAD
from brand_monitor.cli.app import app


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def db(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(home), "db", *arguments])


def test_tables_are_brought_up_and_back_and_looked_at(home: Path) -> None:
    assert f"revision none; this version needs {HEAD}" in db(home, "current").output
    assert f"revision none -> {HEAD}" in db(home, "upgrade").output
    assert f"revision {HEAD} -> {HEAD}" in db(home, "upgrade").output
    assert f"revision {HEAD} -> 0002" in db(home, "downgrade", "0002").output
    assert f"revision 0002; this version needs {HEAD}" in db(home, "current").output


def test_a_revision_that_is_none_is_named_with_those_that_are(home: Path) -> None:
    result = db(home, "downgrade", "zero")
    assert result.exit_code == 2
    assert "0001" in result.output


def test_a_server_that_is_not_there_is_a_failure_and_no_traceback(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:s3cr3t-canary@127.0.0.1:1/d")
    result = db(home, "current")
    assert result.exit_code not in {0, 2}
    assert "127.0.0.1:1/d" in result.output
    assert "s3cr3t-canary" not in result.output
