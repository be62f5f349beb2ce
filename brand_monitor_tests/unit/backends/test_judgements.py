"""What a model is asked about a target, and how its reply is read: strictly, whatever it holds."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.graders.judgements import key_of, question_of, read_judgement
from brand_monitor.domain.sentiment import Passage, Target, one_mention
from brand_monitor.domain.text.links import Span

TEXT = "Acme is excellent. Larkstride is not."
TARGET = one_mention(TEXT, 0, 4, Span(0, 18))
GOOD = {"label": "positive", "score": 0.9, "confidence": 0.8, "evidence": ["is excellent"]}


def test_a_whole_reply_becomes_a_grade_with_its_quote_found_in_the_text() -> None:
    grade = read_judgement(json.dumps(GOOD), TARGET)
    assert (grade.label, grade.score, grade.confidence, grade.reason) == ("positive", 0.9, 0.8, None)
    assert [TEXT[slice(*span)] for span in grade.evidence] == ["is excellent"]


def test_a_code_fence_around_the_object_is_taken_off() -> None:
    assert read_judgement(f"```json\n{json.dumps(GOOD)}\n```", TARGET).label == "positive"


def test_a_quote_that_the_passages_do_not_hold_is_no_evidence() -> None:
    reply = json.dumps(GOOD | {"evidence": ["Larkstride is not", "never written", ""]})
    assert read_judgement(reply, TARGET).evidence == ()


@pytest.mark.parametrize("finish_reason", ["length", "max_output_tokens", "max_tokens", "MAX_TOKENS"])
def test_a_reply_that_was_cut_short_says_so(finish_reason: str) -> None:
    assert read_judgement(json.dumps(GOOD)[:-9], TARGET, finish_reason).reason == "grader_truncated"


@pytest.mark.parametrize(
    "reply", ["", "positive", "{", json.dumps(GOOD) + " Hope this helps!", '{"score": NaN}', "[" * 100_000]
)
def test_what_is_no_json_is_no_grade(reply: str) -> None:
    grade = read_judgement(reply, TARGET, "stop")
    assert (grade.label, grade.score, grade.reason) == (None, None, "grader_invalid_json")


@pytest.mark.parametrize(
    "change",
    [
        {"label": "great"},
        {"label": ["positive"]},
        {"score": 1.5},
        {"score": True},
        {"score": "0.9"},
        {"score": -0.9},
        {"confidence": -1},
        {"evidence": "is excellent"},
        {"evidence": [1]},
        {"thoughts": "hm"},
    ],
)
def test_a_reply_that_breaks_the_schema_is_no_grade(change: dict[str, Any]) -> None:
    assert read_judgement(json.dumps(GOOD | change), TARGET).reason == "grader_wrong_schema"


def test_a_missing_field_is_no_grade() -> None:
    assert read_judgement('{"label": "neutral"}', TARGET).reason == "grader_wrong_schema"


@given(
    st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps)
)
def test_no_reply_breaks_the_reader(reply: str) -> None:
    grade = read_judgement(reply, TARGET)
    assert (grade.label is None) == (grade.reason is not None)


def test_the_question_marks_the_target_and_holds_only_its_passages() -> None:
    question = question_of(TARGET)
    assert "[[Acme]] is excellent." in question
    assert "Larkstride" not in question


def test_an_aspect_is_asked_for_by_name() -> None:
    target = Target("The price is high.", (Passage(Span(0, 18), ()),), aspect="price")
    assert "its price only" in question_of(target)


def test_the_same_question_to_the_same_model_has_one_key() -> None:
    question = question_of(TARGET)
    assert key_of(question, ("openai", "m")) == key_of(question, ("openai", "m"))
    assert (
        len({key_of(question, ("openai", "m")), key_of(question, ("openai", "n")), key_of("", ("", ""))}) == 3
    )
