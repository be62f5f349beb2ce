"""What stays, what drifts: a missing past is a reason, and another model is no drift of this one."""

from datetime import timedelta

import polars as pl

from brand_monitor.domain.metrics.brand_metrics import brand_metrics
from brand_monitor.domain.metrics.reasons import REASONS
from brand_monitor.domain.sentiment.aspects import words_version
from brand_monitor.domain.steadiness.canaries import CANARIES, is_right
from brand_monitor.domain.steadiness.drifts import drifts, watched
from brand_monitor.domain.steadiness.overlaps import DayFrames, overlap_rows
from brand_monitor.schemas.registry import empty_frame, polars_schema
from brand_monitor_tests.unit.domain.market_frames import DAY, Market, brand_frame

PROMPTS = [f"p{n}" for n in range(5)]


def day_of(*named: tuple[str, ...], ago: int = 0, model: str | None = "m-1") -> DayFrames:
    """One day on which each prompt gets one answer per entry of ``named``."""
    market = Market(day=DAY - timedelta(days=ago))
    for prompt in PROMPTS:
        for names in named:
            market.ask(prompt, *names)
    answers = market.answers.with_columns(served_model=pl.lit(model, dtype=pl.String))
    return DayFrames(answers, market.mentions, market.citations)


def overlaps(today: DayFrames, before: DayFrames | None = None) -> dict[tuple[str, str], dict]:
    earlier = DayFrames(*(one.clear() for one in today)) if before is None else before
    rows = [row for row in overlap_rows(today, earlier, brand_frame()) if row["segment"] == "non_branded"]
    assert {row["reason"] for row in rows} - {None} <= set(REASONS)
    return {(row["items"], row["metric"]): row for row in rows}


def test_repeats_are_compared_within_a_question_only():
    found = overlaps(day_of(("nike", "hoka"), ("nike",)))["brands", "repeat_overlap"]
    assert (found["value"], found["k"]) == (0.5, 5)
    assert found["lower"] < 0.5 < found["upper"]


def test_the_same_brands_in_another_order_overlap_whole_but_for_their_order():
    found = overlaps(day_of(("nike", "hoka"), ("hoka", "nike")))
    assert found["brands", "repeat_overlap"]["value"] == 1
    assert found["brands", "repeat_rank_overlap"]["value"] < 1


def test_a_missing_past_or_a_single_answer_is_a_reason_and_never_0():
    found = overlaps(day_of(("nike",)))
    assert found["brands", "day_overlap"]["value"] is None
    assert found["brands", "day_overlap"]["reason"] == "no_day_before"
    assert found["brands", "repeat_overlap"]["reason"] == "no_repeats"


def test_answers_that_name_nobody_agree_on_nothing():
    assert overlaps(day_of((), ()))["brands", "repeat_overlap"]["reason"] == "no_frame_mentions"


def test_a_day_is_not_compared_with_one_that_another_model_answered():
    today = day_of(("nike",))
    assert overlaps(today, day_of(("nike",), ago=1))["brands", "day_overlap"]["value"] == 1
    changed = overlaps(today, day_of(("nike",), ago=1, model="m-0"))["brands", "day_overlap"]
    assert (changed["value"], changed["reason"]) == (None, "model_changed")


def test_a_lasting_fall_is_drift_with_its_beginning_and_a_calm_month_is_none():
    days = [DAY - timedelta(days=27 - n) for n in range(28)]
    calm = [0.4, 0.5, 0.6] * 10
    assert watched(days, calm[:28], [60] * 28)["verdict"] == "calm"
    fallen = watched(days, [*calm[:21], *[0.2] * 7], [60] * 28)
    assert (fallen["verdict"], fallen["direction"]) == ("drifted", "down")
    # The day before the fall was a high one, so the sum of lows stood at 0 there.
    assert fallen["since"] == days[21]


def test_a_short_month_and_a_rate_without_scatter_say_why_they_cannot_speak():
    days = [DAY - timedelta(days=27 - n) for n in range(28)]
    assert watched(days[:14], [0.5] * 14, [60] * 14)["reason"] == "short_baseline"
    assert watched(days, [0.0] * 28, [60] * 28)["reason"] == "no_variation"


def history(days: int = 28) -> pl.DataFrame:
    frames = []
    for ago in range(days):
        one = day_of(("nike", "larkstride"), ("nike",), ago=ago)
        frames.append(brand_metrics(*one, brand_frame()))
    return pl.concat(frames)


def canaries(*, wrong_today: bool) -> pl.DataFrame:
    schema = polars_schema("raw/canary_answers")
    rows = [
        {"monitor_id": "shoes", "engine": "grounded", "engine_id": "alone", "status": "ok"}
        | {"date": DAY - timedelta(days=ago), "prompt_id": one.id}
        | {"text": "no idea" if wrong_today and ago == 0 else f"It is {one.right.title()}."}
        for ago in range(8)
        for one in CANARIES
    ]
    return pl.DataFrame(rows, schema=schema)


def test_canaries_that_all_turn_wrong_are_drift_and_a_changed_model_starts_anew():
    figures = history(20)
    engine = figures.row(0, named=True)
    place = {name: pl.lit(engine[name]) for name in ("monitor_id", "engine", "engine_id")}
    asked = canaries(wrong_today=True).with_columns(**place)
    none = empty_frame("core/model_changes")
    found = drifts(asked, figures, none, brand_frame(), day=DAY)
    row = found.filter(metric="canaries").row(0, named=True)
    assert (row["verdict"], row["direction"], row["baseline"], row["n"]) == ("drifted", "down", 1.0, 3)
    assert found.filter(subject="larkstride").row(0, named=True)["verdict"] == "calm"

    event = {"date": DAY, "kind": "served_model"} | {name: engine[name] for name in place}
    changed = pl.DataFrame([event], schema=none.schema)
    anew = drifts(asked, figures, changed, brand_frame(), day=DAY)
    assert anew["verdict"].unique().to_list() == ["insufficient_data"]
    assert anew["reason"].unique().to_list() == ["short_baseline"]
    assert anew["model_changed_on"].unique().to_list() == [DAY]


def test_the_right_answer_counts_as_words_of_its_own():
    assert is_right("canary~sum-1", "It is **391**.")
    assert not is_right("canary~sum-1", "1391")
    assert not is_right("canary~sum-1", None)
    assert is_right("canary~retired-1", "391") is None


def test_other_words_of_an_aspect_are_another_version_and_their_order_is_none():
    assert words_version(["price", "cost"]) == words_version(["Cost", "price"])
    assert words_version(["price", "cost"]) != words_version(["price"])
