"""Rows that break readers: each is a reject with its line, and the row after it goes in."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brand_monitor.backends.llm.imports import CapturedAnswer, Period, Reject, captured_answers
from brand_monitor.monitor.models import Monitor

MONITOR = Monitor.model_validate(
    {
        "id": "m",
        "market": "shoes",
        "brands": [
            {"id": "lark", "name": "Larkstride", "role": "own"},
            {"id": "ctrl", "name": "Ombrevale", "role": "control"},
        ],
        "prompts": [{"id": "p", "text": "Which shoes?"}],
        "engines": [{"id": "chatgpt", "family": "import", "model": "ChatGPT"}],
    }
)
PERIOD = Period(date(2025, 1, 1), datetime(2026, 11, 24, tzinfo=UTC))
GOOD = {
    "question": "which SHOES",
    "answer": "Larkstride.",
    "engine": "ChatGPT",
    "asked_at": "2026-11-01T10:00:00Z",
    "sources": [{"url": "http://a.example/", "title": "A"}],
}


def read(folder: Path, *rows: dict[str, Any]) -> list[CapturedAnswer | Reject]:
    path = folder / "captured.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return list(captured_answers(path, MONITOR, PERIOD))


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ({"answer": "half an emoji \ud83d"}, "lone surrogate"),
        ({"sources": [{"url": "http://a.example/\ud800"}]}, "lone surrogate"),
        ({"asked_at": "0001-01-01T00:00:00+23:59"}, "no ISO 8601 date"),
        ({"asked_at": "9999-12-31T23:59:59-23:59"}, "no ISO 8601 date"),
    ],
)
def test_a_value_that_cannot_be_stored_is_a_reject_and_the_next_row_goes_in(
    tmp_path: Path, part: dict[str, Any], reason: str
) -> None:
    bad, good = read(tmp_path, GOOD | part, GOOD)
    assert isinstance(bad, Reject)
    assert (bad.line, reason in bad.reason) == (1, True)
    bad.as_json().encode()
    assert isinstance(good, CapturedAnswer)


@pytest.mark.parametrize(
    "sources",
    [
        "[{[]: 1}]",  # a key that cannot be one
        "[" + "-" * 150_000 + "1]",
        "[" * 5_000,
        "[1" + "+1" * 50_000 + "]",
        "['\\d']",
        "[__import__('os').getcwd()]",
    ],
    ids=["unhashable", "signs", "brackets", "sum", "escape", "code"],
)
def test_sources_that_only_look_like_a_list_are_none(tmp_path: Path, sources: str) -> None:
    [answer] = read(tmp_path, GOOD | {"sources": sources})
    assert isinstance(answer, CapturedAnswer)
    assert all(source["url"].startswith("\\") for source in answer.sources)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "title"]), inner),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.dictionaries(st.sampled_from([*GOOD, "run", "model"]), ANY))
def test_any_row_is_an_answer_or_a_reject_with_a_reason(tmp_path: Path, part: dict[str, Any]) -> None:
    first, second = read(tmp_path, GOOD | part, GOOD)
    assert isinstance(first, CapturedAnswer) or first.reason
    assert isinstance(second, CapturedAnswer)
