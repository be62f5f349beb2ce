"""Changes of the model behind an engine: what answers prove, and what they do not."""

from datetime import date, timedelta

import polars as pl
import pytest

from brand_monitor.domain.steadiness.canaries import CANARIES, READ, model_changes
from brand_monitor.monitor.fields import IDENTIFIER_PATTERN

TODAY = date(2026, 11, 24)
YESTERDAY = TODAY - timedelta(days=1)


def answers(
    *served: str | None,
    day: date = TODAY,
    engine_id: str = "sol",
    monitor: str = "shoes",
    model: str = "gpt-6-sol",
    status: str = "ok",
    prompt: str = "best",
    text: str = "Any shoe.",
) -> pl.DataFrame:
    """Return one answer per served model."""
    place = {"monitor_id": monitor, "date": day, "engine": "openai", "engine_id": engine_id}
    asked = {"prompt_id": prompt, "prompt_version": "v", "model": model, "status": status, "text": text}
    rows = [place | asked | {"served_model": one} for one in served]
    return pl.DataFrame(rows, schema={name: pl.Date if name == "date" else pl.String for name in READ})


def canary(text: str, day: date = TODAY, **told) -> pl.DataFrame:
    return answers(told.pop("served", "sol-1"), day=day, prompt="canary~sum-1", text=text, **told)


def events(*frames: pl.DataFrame, before: pl.DataFrame) -> list[tuple[str, str, list[str], list[str]]]:
    changes = model_changes(pl.concat(frames), before)
    return list(changes.select("engine_id", "kind", "previous_models", "served_models").iter_rows())


def test_the_same_model_on_both_days_is_no_event():
    assert events(answers("sol-1", "sol-1"), before=answers("sol-1", day=YESTERDAY)) == []


def test_another_served_model_is_one_event_with_both_names():
    changes = model_changes(answers("sol-2", "sol-2"), answers("sol-1", day=YESTERDAY))

    assert changes.to_dicts() == [
        {
            "monitor_id": "shoes",
            "date": TODAY,
            "engine": "openai",
            "engine_id": "sol",
            "kind": "served_model",
            "previous_date": YESTERDAY,
            "previous_models": ["sol-1"],
            "served_models": ["sol-2"],
            "canaries": [],
        }
    ]


def test_a_model_that_joins_another_during_the_day_is_an_event():
    assert events(answers("sol-2", "sol-1"), before=answers("sol-1", day=YESTERDAY)) == [
        ("sol", "served_model", ["sol-1"], ["sol-1", "sol-2"])
    ]


def test_a_model_that_the_monitor_file_asks_for_is_no_surprise_and_told_apart():
    before = answers("luna-1", day=YESTERDAY, model="gpt-6-luna")
    assert events(answers("sol-1"), before=before) == [("sol", "asked_model", ["luna-1"], ["sol-1"])]


def test_the_last_day_with_answers_counts_however_long_ago():
    long_ago, older = TODAY - timedelta(days=9), TODAY - timedelta(days=12)
    before = pl.concat(
        [
            answers("sol-2", day=long_ago),
            answers("sol-1", day=older),
            answers("sol-1", day=YESTERDAY, status="failed"),
        ]
    )

    assert events(answers("sol-2"), before=before) == []
    assert model_changes(answers("sol-3"), before)["previous_date"].to_list() == [long_ago]


@pytest.mark.parametrize("status", ["failed", "refused", "empty", "not_asked"])
def test_a_call_without_an_answer_tells_nothing_of_the_model(status):
    assert events(answers("sol-2", status=status), before=answers("sol-1", day=YESTERDAY)) == []


def test_an_answer_that_names_no_model_tells_nothing():
    assert events(answers(None), before=answers("sol-1", day=YESTERDAY)) == []
    assert events(answers("sol-1"), before=answers(None, day=YESTERDAY)) == []


def test_the_first_day_of_an_engine_is_no_event():
    assert events(answers("sol-1"), before=answers("sol-2", day=YESTERDAY, engine_id="other")) == []


def test_engines_and_monitors_are_compared_with_themselves_only():
    today = pl.concat([answers("a"), answers("b", engine_id="luna"), answers("c", monitor="boots")])
    before = pl.concat(
        [
            answers("a", day=YESTERDAY),
            answers("a", engine_id="luna", day=YESTERDAY),
            answers("c", monitor="boots", day=YESTERDAY),
        ]
    )
    assert events(today, before=before) == [("luna", "served_model", ["a"], ["b"])]


def test_another_answer_to_a_canary_is_an_event_although_the_name_of_the_model_stayed():
    changes = model_changes(answers(), answers(), canary("392"), canary("391", YESTERDAY))

    assert changes["kind"].to_list() == ["canary_answer"]
    assert changes["canaries"].to_list() == [["canary~sum-1"]]
    assert changes["served_models"].to_list() == [["sol-1"]]


@pytest.mark.parametrize("text", ["391.", " 391\n", "**391**"])
def test_signs_and_spaces_are_no_other_answer(text):
    assert model_changes(answers(), answers(), canary(text), canary("391", YESTERDAY)).is_empty()


def test_a_canary_that_was_put_in_other_words_or_to_another_model_is_not_compared():
    reworded = canary("391", YESTERDAY).with_columns(prompt_version=pl.lit("older"))
    assert model_changes(answers(), answers(), canary("392"), reworded).is_empty()
    other = canary("391", YESTERDAY, model="gpt-6-luna")
    assert "canary_answer" not in model_changes(answers(), answers(), canary("392"), other)["kind"].to_list()


def test_canaries_show_a_new_model_where_no_other_question_was_answered():
    changes = model_changes(answers(), answers(), canary("391", served="sol-2"), canary("391", YESTERDAY))
    assert changes["kind"].to_list() == ["served_model"]


def test_a_change_seen_in_answers_and_canaries_is_told_once():
    changes = model_changes(
        answers("sol-2"),
        answers("sol-1", day=YESTERDAY),
        canary("391", served="sol-2"),
        canary("391", YESTERDAY),
    )
    assert changes.select("kind", "served_models").rows() == [("served_model", ["sol-2"])]


def test_the_order_of_rows_changes_nothing():
    today = pl.concat([answers("b", "a"), answers("z", engine_id="luna")])
    before = pl.concat([answers("c", day=YESTERDAY), answers("y", engine_id="luna", day=YESTERDAY)])
    assert model_changes(today, before).equals(model_changes(today.reverse(), before.reverse()))


def test_no_answers_give_an_empty_table():
    assert model_changes(answers(), answers()).is_empty()


def test_a_canary_has_an_id_that_no_prompt_can_have_and_its_text_once():
    import re

    assert all(re.match(IDENTIFIER_PATTERN, canary.id) is None for canary in CANARIES)
    assert (
        len({canary.id for canary in CANARIES}) == len({canary.text for canary in CANARIES}) == len(CANARIES)
    )
