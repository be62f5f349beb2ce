"""What the exporter says of calls, money and published days is what journal and marts hold."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg
import psycopg
import pytest

from brand_monitor.backends.tables.changes import Failing, Sending, Settling
from brand_monitor.backends.tables.engine import connect, open_engine
from brand_monitor.backends.tables.entries import PLANNED, CallSpec, JournalEntry
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.backends.tables.spending import Account
from brand_monitor.deployment import Settings
from brand_monitor.exporter import budgets, calls, publications
from brand_monitor.exporter.families import Subject
from brand_monitor.exporter.monitors import MonitorFiles
from brand_monitor.failures import MonitorFileError
from brand_monitor_tests.exporter.exported import MONITOR, administrator

DAY = date(2026, 11, 24)
SPEC = CallSpec("p", "p", "v1", "Which shoes?", "discovery", None, "en", False, 0, "m")  # noqa: FBT003
pytestmark = pytest.mark.usefixtures("instance")


def entry(number: int, *, engine_id: str = "a", day: date = DAY) -> JournalEntry:
    return JournalEntry(
        f"{day:%d}-{engine_id}-{number}", "tiny", day, "openai", engine_id, PLANNED, SPEC, position=number
    )


@pytest.fixture
def journal(settings: Settings, instance: dg.DagsterInstance) -> Journal:
    journal = Journal(open_engine(settings.journal_url, migrates=False))
    for day in (DAY, DAY - timedelta(days=1)):
        journal.open_account(Account("tiny", day))
    return journal


def read(settings: Settings, subject: Subject) -> dict[str, dict[tuple[str, ...], float]]:
    """Return the samples of a subject, by metric and labels."""
    with connect(settings.journal_url).begin() as connection:
        found: list[Any] = list(subject.collect(connection))
    return {one.name: {tuple(s.labels.values()): s.value for s in one.samples} for one in found}


def test_calls_of_the_day_are_counted_by_engine_and_state(settings: Settings, journal: Journal) -> None:
    account = Account("tiny", DAY)
    journal.plan([entry(number) for number in range(5)])
    journal.plan([entry(0, engine_id="b"), entry(9, day=DAY - timedelta(days=1))])
    journal.commit([Sending(entry(number).call_id, 0.5) for number in range(3)], account)
    journal.commit(
        [
            Settling(entry(0).call_id, "a" * 64, 0.25, reserved_usd=0.5),
            Failing(entry(1).call_id, "no", "timeout", reserved_usd=0.5),
        ],
        account,
    )
    found = read(settings, calls.subject(lambda: DAY))
    of_a = {key[4]: number for key, number in found["brand_monitor_day_calls"].items() if key[2] == "a"}
    assert of_a == {"planned": 2, "sent": 1, "received": 1, "failed": 1, "unknown": 0}
    assert found["brand_monitor_day_calls"]["tiny", "openai", "b", "answer", "planned"] == 1
    assert found["brand_monitor_day_cost_usd"] == {
        ("tiny", "openai", "a"): 0.25,
        ("tiny", "openai", "b"): 0.0,
    }


def test_what_a_changed_monitor_no_longer_asks_does_not_wait(settings: Settings, journal: Journal) -> None:
    journal.plan([entry(number) for number in range(3)])
    journal.replan(Shelf(DAY, "openai", "tiny"), [entry(0)])
    found = read(settings, calls.subject(lambda: DAY))["brand_monitor_day_calls"]
    assert found["tiny", "openai", "a", "answer", "planned"] == 1


def test_a_budget_is_used_by_what_is_spent_and_by_what_is_in_the_air(
    settings: Settings, journal: Journal
) -> None:
    yesterday = DAY - timedelta(days=1)
    journal.plan([entry(0), entry(1), entry(2, day=yesterday)])
    journal.commit([Sending(entry(2, day=yesterday).call_id, 2.0)], Account("tiny", yesterday))
    journal.commit([Sending(entry(0).call_id, 1.0), Sending(entry(1).call_id, 1.0)], Account("tiny", DAY))
    journal.commit([Settling(entry(0).call_id, "a" * 64, 0.5, reserved_usd=1.0)], Account("tiny", DAY))
    found = read(settings, budgets.subject(MonitorFiles(settings.monitors_dir), lambda: DAY))
    assert found["brand_monitor_budget_usd"] == {("tiny", "day"): 4.0, ("tiny", "month"): 10.0}
    assert found["brand_monitor_budget_used_usd"] == {("tiny", "day"): 1.5, ("tiny", "month"): 3.5}
    assert found["brand_monitor_budget_used_ratio"] == {("tiny", "day"): 0.375, ("tiny", "month"): 0.35}


def test_the_last_published_day_is_that_of_the_marts(settings: Settings) -> None:
    def said(day: date) -> dict[tuple[str, ...], float]:
        subject = publications.subject(MonitorFiles(settings.monitors_dir), lambda: day)
        return read(settings, subject)["brand_monitor_last_published_day_timestamp_seconds"]

    with psycopg.connect(administrator(settings), autocommit=True) as admin:
        for monitor, day in (("tiny", DAY), ("tiny", DAY - timedelta(days=1)), ("gone", DAY)):
            admin.execute(
                b"INSERT INTO marts.daily_brand_metrics (date, monitor_id) VALUES (%s, %s)", [day, monitor]
            )
    assert said(DAY + timedelta(days=14)) == {("tiny",): datetime(2026, 11, 24, tzinfo=UTC).timestamp()}
    assert said(DAY + timedelta(days=15)) == {("tiny",): 0.0}


def test_a_changed_monitor_file_is_read_again_and_an_unchanged_one_is_not(settings: Settings) -> None:
    files = MonitorFiles(settings.monitors_dir)
    file = settings.monitors_dir / "tiny.yaml"
    assert files.now() is files.now()
    try:
        file.write_text(MONITOR.replace("day_usd: 4.0", "day_usd: 5.25"))
        assert files.now()["tiny"].budget.day_usd == 5.25
        file.write_text("id: [")
        with pytest.raises(MonitorFileError):
            files.now()
    finally:
        file.write_text(MONITOR)
    assert files.now()["tiny"].budget.day_usd == 4.0
