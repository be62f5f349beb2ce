"""``verify`` compares every payload that the journal names with its hash, and says which are lost or damaged."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore, payload_key
from brand_monitor.backends.tables.changes import Sending, Settling
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.entries import PLANNED, CallSpec, JournalEntry
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.spending import Account
from brand_monitor.cli import verifying
from brand_monitor.cli.app import app
from brand_monitor.deployment import Settings

DAY = date(2026, 11, 24)


class Home:
    """An installation with answers, one call a number."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(folder)
        self.folder = folder
        self.objects = FolderStore(settings.lake_dir)
        self.payloads = PayloadStore(self.objects)
        self.journal = Journal(open_engine(settings.journal_url))

    def answer(self, numbers: Iterator[int] | range, day: date = DAY) -> list[str]:
        """Journal and answer calls; return their hashes."""
        account = Account("shoes", day)
        entries = [_entry(number, day) for number in numbers]
        self.journal.plan(entries)
        self.journal.open_account(account)
        hashes = [self.payloads.put({"call": entry.call_id}) for entry in entries]
        self.journal.commit([Sending(entry.call_id) for entry in entries], account)
        settled = zip(entries, hashes, strict=True)
        self.journal.commit([Settling(entry.call_id, digest) for entry, digest in settled], account)
        return hashes

    def verify(self, *options: str):
        return CliRunner().invoke(app, ["--home", str(self.folder), "verify", *options])


def _entry(number: int, day: date) -> JournalEntry:
    spec = CallSpec("p1", "p1", "v1", "Why?", "any", None, "en", is_branded=False, repeat=number, model="m")
    return JournalEntry(
        f"{day:%d}-{number:06}", "shoes", day, "openai", "gpt", PLANNED, spec, position=number
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_an_installation_whose_payloads_are_whole_is_code_0(home):
    home.answer(range(3))
    done = home.verify()
    assert (done.exit_code, done.stdout) == (0, "3 payloads: 3 ok, 0 missing, 0 corrupt\n")


def test_lost_and_damaged_payloads_are_named_with_call_monitor_and_day_and_are_code_1(home):
    _, lost, damaged, swapped = home.answer(range(4))
    home.objects.delete(payload_key(lost))
    home.objects.put(payload_key(damaged), b"\x1f\x8b\x08 not any more")
    home.objects.put(payload_key(swapped), home.objects.get(payload_key(home.payloads.put({"other": 1}))))

    done = home.verify()

    assert done.exit_code == 1
    first, *bad, advice = done.stdout.splitlines()
    assert first == "4 payloads: 1 ok, 1 missing, 2 corrupt"
    assert [line.split(": ")[0].strip() for line in bad] == [
        f"2026-11-24 shoes call 24-00000{number}" for number in (1, 2, 3)
    ]
    assert lost in bad[0]
    assert "does not match its hash" in bad[2]
    assert advice.startswith("Restore them from a backup of the lake.")


def test_a_flood_of_bad_payloads_is_counted_and_only_its_beginning_listed(home):
    for digest in home.answer(range(verifying.MOST_LISTED + 5)):
        home.objects.delete(payload_key(digest))
    lines = home.verify().stdout.splitlines()
    assert lines[0].startswith("25 payloads: 0 ok, 25 missing")
    assert len([line for line in lines if " call " in line]) == verifying.MOST_LISTED
    assert "  and 5 more" in lines


def test_more_calls_than_a_page_of_the_journal_are_all_looked_at(home):
    home.answer(range(1_101))
    assert home.verify().stdout.startswith("1,101 payloads: 1,101 ok")


def test_days_are_chosen_by_since_and_by_date(home):
    for back in range(3):
        home.answer(range(2), DAY - timedelta(days=back))
    assert home.verify("--since", "2026-11-23").stdout.startswith("4 payloads")
    assert home.verify("--date", "2026-11-23").stdout.startswith("2 payloads")
    assert home.verify("--date", "2026-11-23", "--since", "2026-11-23").exit_code == 2


def test_calls_without_an_answer_are_nothing_to_verify(home):
    home.journal.plan([_entry(0, DAY)])
    done = home.verify()
    assert (done.exit_code, done.stdout) == (
        0,
        "No call of these days has an answer: there is nothing to verify.\n",
    )
