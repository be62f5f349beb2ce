"""A scrape and a probe are answered from what is known, whatever the databases do."""

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from prometheus_client.core import Metric
from pydantic import SecretStr
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import StaticPool

from brand_monitor.deployment import Settings
from brand_monitor.exporter.collecting import Collection, Rounds
from brand_monitor.exporter.databases import Source, open_sources
from brand_monitor.exporter.families import Family, Subject
from brand_monitor.exporter.serving import serving
from brand_monitor.failures import SetupError
from brand_monitor_tests.exporter.exported import Exported, text_of

CANARY = "s3cr3t-canary-5e"
FAMILY = Family("things", "Things.", ("name",))


class Thing:
    """A subject that says what it is told to, or fails as it is told to."""

    def __init__(self, name: str = "thing") -> None:
        self.value = 1.0
        self.failure: Exception | None = None
        self.statement = "SELECT 1"
        self.subject = Subject(name, (FAMILY,), self._collect)

    def _collect(self, connection: Connection) -> Iterator[Metric]:
        connection.execute(text(self.statement))
        yield FAMILY.filled({(self.subject.name,): self.value})
        if self.failure:
            raise self.failure


def collection_of(*things: Thing) -> Collection:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    return Collection([Source(engine, tuple(one.subject for one in things))], clock=lambda: 1_000.0)


def said(collection: Collection) -> Exported:
    return Exported(text_of(collection))


def test_before_the_first_round_nothing_is_claimed() -> None:
    exported = said(collection_of(Thing()))
    assert "things" not in exported.families
    assert exported.one("brand_monitor_exporter_last_success_timestamp_seconds", "thing") == 0
    assert exported.all("brand_monitor_exporter_collection_duration_seconds") == {}


def test_a_subject_that_fails_keeps_its_last_state_as_a_whole_and_the_others_go_on() -> None:
    failing, other = Thing("failing"), Thing("other")
    collection = collection_of(failing, other)
    collection.renew()
    failing.value = other.value = 2.0
    failing.failure = RuntimeError("after its first metric")
    collection.renew()
    exported = said(collection)
    text_of_things = text_of(collection)
    assert 'things{name="failing"} 1.0' in text_of_things
    assert 'things{name="other"} 2.0' in text_of_things
    assert exported.all("brand_monitor_exporter_errors_total") == {("failing",): 1, ("other",): 0}


def test_a_failure_is_said_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    thing = Thing()
    collection = collection_of(thing)
    thing.statement = "SELECT * FROM nowhere"
    for _ in range(3):
        collection.renew()
    thing.statement = "SELECT 1"
    collection.renew()
    collection.renew()
    first, second = caplog.messages
    assert "thing is not collected from SQLite in memory" in first
    assert "no such table: nowhere" in first
    assert second == "thing is collected again"
    assert said(collection).one("brand_monitor_exporter_errors_total", "thing") == 3


def test_a_fault_of_our_own_is_logged_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    thing = Thing()
    thing.failure = KeyError("a fault")
    collection_of(thing).renew()
    [record] = caplog.records
    assert record.exc_info
    assert record.levelno == logging.WARNING


def test_rounds_go_on_until_they_are_stopped() -> None:
    thing = Thing()
    rounds = Rounds(collection_of(thing), 3_600)
    rounds.start()
    rounds.stop()
    rounds.join(timeout=60)
    assert not rounds.is_alive()


@pytest.fixture
def unreachable(tmp_path: Path) -> Settings:
    url = SecretStr(f"postgresql://u:{CANARY}@127.0.0.1:1/d")
    return Settings(tmp_path, database_url=url, dagster_database_url=url)


def test_without_a_database_a_scrape_and_a_probe_are_answered(unreachable: Settings) -> None:
    with serving(unreachable, "127.0.0.1", 0, 3_600) as port:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert (answer.status, answer.read()) == (200, b"ok\n")
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain; version=")
            assert b"brand_monitor_exporter_build_info" in answer.read()


def test_no_password_is_shown(unreachable: Settings, caplog: pytest.LogCaptureFixture) -> None:
    collection = Collection(open_sources(unreachable))
    collection.renew()
    assert "PostgreSQL 127.0.0.1:1/d" in caplog.text
    assert CANARY not in caplog.text + text_of(collection) + repr(collection) + repr(
        open_sources(unreachable)
    )


def test_every_subject_of_a_server_that_is_away_is_counted(unreachable: Settings) -> None:
    collection = Collection(open_sources(unreachable))
    collection.renew()
    errors = said(collection).all("brand_monitor_exporter_errors_total")
    assert len(errors) == 8
    assert set(errors.values()) == {1}


def test_prometheus_may_ask_for_open_metrics(unreachable: Settings) -> None:
    with serving(unreachable, "127.0.0.1", 0, 3_600) as port:
        wanted = Request(
            f"http://127.0.0.1:{port}/metrics",
            headers={"Accept": "application/openmetrics-text; version=1.0.0"},
        )
        with urlopen(wanted, timeout=10) as answer:
            assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
            assert answer.read().endswith(b"# EOF\n")


def test_any_other_path_says_which_there_are(unreachable: Settings) -> None:
    with serving(unreachable, "127.0.0.1", 0, 3_600) as port, pytest.raises(HTTPError) as refusal:
        urlopen(f"http://127.0.0.1:{port}/", timeout=10)
    with refusal.value as answer:
        assert (answer.code, answer.read()) == (404, b"see /metrics and /healthz\n")


def test_the_probe_fails_once_nothing_is_collected_any_more(
    unreachable: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rounds, "run", lambda _: None)
    with serving(unreachable, "127.0.0.1", 0, 3_600) as port, pytest.raises(HTTPError) as refusal:
        urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10)
    with refusal.value as answer:
        assert answer.code == 503


def test_the_command_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    url = f"postgresql://u:{CANARY}@127.0.0.1:1/d"
    command = [sys.executable, "-W", "ignore", "-m", "brand_monitor.cli", "--home", str(tmp_path), "exporter"]
    with subprocess.Popen(
        [*command, "--port=0"],
        env={**os.environ, "DAGSTER_DATABASE_URL": url},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        address = re.search(r"http://\S+/metrics", "".join(iter_until(process.stderr, "/metrics")))
        assert address
        with urlopen(address[0], timeout=10) as answer:
            assert b"brand_monitor_exporter_build_info" in answer.read()
        process.terminate()
        said = process.stderr.read()
        assert process.wait(timeout=60) == 0, said
    assert CANARY not in said


def iter_until(lines: IO[str], word: str) -> Iterator[str]:
    for line in lines:
        yield line
        if word in line:
            return


def test_the_process_stays_small() -> None:
    """Dagster is 70 MB and a second of start-up, and nothing of it is needed to read its tables."""
    code = "import sys, brand_monitor.exporter.serving; sys.exit('dagster' in sys.modules)"
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False).returncode == 0


def test_an_embedded_installation_is_told_what_the_exporter_needs(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="DAGSTER_DATABASE_URL"), serving(Settings(tmp_path), "", 0, 1):
        pass


def test_without_a_journal_server_dagster_is_exported_alone(tmp_path: Path) -> None:
    url = SecretStr(f"postgresql://u:{CANARY}@127.0.0.1:1/d")
    [source] = open_sources(Settings(tmp_path, dagster_database_url=url))
    assert [one.name for one in source.subjects] == ["runs", "automation", "assets", "dagster_relations"]


def test_what_an_address_says_of_itself_takes_no_limit_away(tmp_path: Path) -> None:
    own = "-csearch_path=other%20-cstatement_timeout=0"
    url = SecretStr(f"postgresql+psycopg2://u:{CANARY}@db:5432/d?options={own}&sslmode=require")
    [source] = open_sources(Settings(tmp_path, dagster_database_url=url))
    options = str(source.engine.url.query["options"])
    assert options.rindex("statement_timeout=5s") > options.index("statement_timeout=0")
    assert options.index("search_path=public") < options.index("search_path=other")
    assert source.engine.url.query["sslmode"] == "require"
