"""Captured answers: good rows go in once, bad rows are kept with line and reason, nothing is lost."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.answers import answers_frame
from brand_monitor.backends.llm.import_files import MAX_ROW_BYTES
from brand_monitor.backends.llm.importing import ImportedFile, import_answers
from brand_monitor.backends.llm.imports import read_captured
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.failures import ImportFileError
from brand_monitor.monitor.models import Monitor
from brand_monitor.schemas.registry import conform

MAPPING = {
    "question": "query_text",
    "answer": "response",
    "engine": "model",
    "asked_at": "metadata.timestamp",
}
MONITOR = Monitor.model_validate(
    {
        "id": "kitchen",
        "market": "Espresso machines",
        "brands": [
            {"id": "breville", "name": "Breville", "role": "own"},
            {"id": "ctrl", "name": "Ombrevale", "role": "control"},
        ],
        "prompts": [{"id": "best", "text": "What's the best espresso machine?"}],
        "engines": [
            {"id": "chatgpt", "family": "import", "model": "ChatGPT", "import_mapping": MAPPING},
            {"id": "ai-mode", "family": "import", "model": "Google AI Mode", "import_mapping": MAPPING},
        ],
    }
)


def row(**changes: Any) -> dict[str, Any]:
    return {
        "query_text": "what's the best espresso machine",
        "response": "The **Breville Bambino** is a good one.",
        "model": "ChatGPT",
        "run": 2,
        "metadata": {"timestamp": "2025-05-24T15:56:04Z"},
        "sources": [{"url": "https://example.com/best", "title": "Best"}, "https://example.org/"],
        **changes,
    }


class Shop:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.payloads = PayloadStore(FolderStore(root / "lake"))
        self.journal = Journal(open_engine(f"sqlite:///{root / 'journal.sqlite'}"))

    def take(self, *rows: Any, name: str = "answers.jsonl") -> ImportedFile:
        path = self.root / name
        path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in rows))
        return self.take_file(path)

    def take_file(self, path: Path) -> ImportedFile:
        return import_answers(path, MONITOR, journal=self.journal, payloads=self.payloads, run_id="run-1")

    def answers(self, day: date = date(2025, 5, 24)) -> Any:
        entries = self.journal.entries(Shelf(day, "import", "kitchen"))
        frame = answers_frame(entries, payloads=self.payloads, surface="ui", prices=PriceSheet())
        return conform("raw/answers", frame)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_row_becomes_an_answer_of_its_own_day(shop: Shop) -> None:
    done = shop.take(row())
    assert (done.added, done.known, done.rejects) == (1, 0, [])
    assert done.days == [date(2025, 5, 24)]
    [answer] = shop.answers().to_dicts()
    assert answer["engine_id"] == "chatgpt"
    assert answer["prompt_id"] == "best"
    assert answer["text"] == "The **Breville Bambino** is a good one."
    assert answer["asked_at"] == datetime(2025, 5, 24, 15, 56, 4, tzinfo=UTC)
    assert (answer["repeat"], answer["surface"], answer["status"]) == (1, "ui", "ok")
    assert answer["cost_usd"] is None, "what a capture cost is not known, and null is never 0"
    assert [source["url"] for source in answer["sources"]] == [
        "https://example.com/best",
        "https://example.org/",
    ]


def test_the_same_file_twice_adds_nothing(shop: Shop) -> None:
    shop.take(row(), row(run=3))
    again = shop.take(row(), row(run=3))
    assert (again.added, again.known) == (0, 2)
    assert shop.answers().height == 2


def test_the_same_row_in_another_file_or_twice_in_one_adds_nothing(shop: Shop) -> None:
    shop.take(row(), row())
    assert shop.take(row(), name="other.jsonl").added == 0
    assert shop.answers().height == 1


def test_two_runs_with_the_same_words_are_two_answers(shop: Shop) -> None:
    assert shop.take(row(run=1), row(run=2)).added == 2


def test_values_that_hold_json_or_python_literals_are_looked_into(shop: Shop) -> None:
    shop.take(
        row(
            metadata="{'timestamp': '2025-05-24T10:00:00Z', 'x': None}", sources="[{'url': 'https://e.com/'}]"
        )
    )
    [answer] = shop.answers().to_dicts()
    assert answer["sources"][0]["url"] == "https://e.com/"


FAR = "2999-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"query_text": "what', "not JSON"),
        ("[1, 2]", "not a JSON object"),
        ("[" * 100_000, "not JSON"),
        (row(response=""), "no answer"),
        (row(response=None), "no answer"),
        (row(query_text="Who are you?"), "no prompt of the monitor asks 'Who are you?'"),
        (row(model="Copilot"), "known: chatgpt"),
        (row(metadata={}), "asked_at is no ISO 8601 date"),
        (row(metadata={"timestamp": "last week"}), "asked_at is no ISO 8601 date"),
        (row(metadata={"timestamp": FAR}), "in the future"),
        (row(metadata={"timestamp": "2019-01-01"}), "before 2025-01-01"),
        (row(response="x" * 200_001), "longer than 200,000 characters"),
        (row(metadata="{" * 5_000), "asked_at"),
    ],
)
def test_a_bad_row_is_kept_with_its_line_and_reason_and_good_rows_go_in(
    shop: Shop, bad: Any, reason: str
) -> None:
    done = shop.take(row(run=1), bad, row(run=2))
    assert done.added == 2
    [reject] = done.rejects
    assert reject.line == 2
    assert reason in reject.reason
    [kept] = [json.loads(line) for line in done.rejects_path.read_text().splitlines()]
    assert kept["line"] == 2
    assert reason in kept["reason"]
    assert "1 rows rejected" in done.text


def test_a_corrected_file_leaves_no_rejects_behind(shop: Shop) -> None:
    assert shop.take(row(), "broken").rejects_path.exists()
    assert not shop.take(row(), row(run=3)).rejects_path.exists()


def test_a_row_that_is_not_utf8_is_a_reject(shop: Shop) -> None:
    path = shop.root / "latin.jsonl"
    path.write_bytes(json.dumps(row()).encode() + b"\n" + b'{"response": "caf\xe9"}\n')
    done = shop.take_file(path)
    assert done.added == 1
    assert "not UTF-8" in done.rejects[0].reason


def test_a_byte_order_mark_is_no_error(shop: Shop) -> None:
    path = shop.root / "bom.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(row()).encode() + b"\n")
    assert shop.take_file(path).added == 1


def test_a_line_without_end_does_not_fill_the_memory(shop: Shop) -> None:
    path = shop.root / "endless.jsonl"
    path.write_bytes(
        b'{"response": "' + b"x" * (3 * MAX_ROW_BYTES) + b"\n" + json.dumps(row()).encode() + b"\n"
    )
    done = shop.take_file(path)
    assert done.added == 1
    assert "longer than" in done.rejects[0].reason
    assert done.rejects[0].line == 1


def test_csv_rows_go_the_same_way(shop: Shop) -> None:
    path = shop.root / "answers.csv"
    path.write_text(
        "query_text,response,model,run,metadata\n"
        "What's the best espresso machine?,\"Breville,\nsays one\",ChatGPT,1,\"{'timestamp': '2025-05-24'}\"\n"
        "too,few\n"
        "What's the best espresso machine?,Gaggia,Google AI Mode,1,\"{'timestamp': '2025-05-24'}\"\n"
    )
    done = shop.take_file(path)
    assert done.added == 2
    assert "columns" in done.rejects[0].reason
    assert sorted(shop.answers()["engine_id"]) == ["ai-mode", "chatgpt"]


@pytest.mark.parametrize("name", ["answers.xlsx", "absent.jsonl"])
def test_a_file_that_cannot_be_read_at_all_is_a_typed_error_that_names_it(shop: Shop, name: str) -> None:
    with pytest.raises(ImportFileError, match=name):
        shop.take_file(shop.root / name)


@given(
    payload=st.dictionaries(
        st.sampled_from(["text", "model", "sources", "run"]),
        st.none()
        | st.text()
        | st.lists(st.none() | st.integers() | st.dictionaries(st.just("url"), st.none() | st.text())),
    )
)
def test_reading_never_raises_whatever_was_stored(payload: dict[str, Any]) -> None:
    assert read_captured(payload).status in {"ok", "empty", "failed"}
