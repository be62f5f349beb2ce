"""Two periods and two brands compared: what may be called a change, and what is refused."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.domain.comparisons.contrasts import brand_contrasts
from brand_monitor.domain.comparisons.periods import period_changes
from brand_monitor.domain.comparisons.verdicts import REASON_TEXTS
from brand_monitor.domain.statistics import mcnemar, rate_change, share_change
from brand_monitor_tests.unit.domain.market_frames import BRANDS, DAY, Market, brand_frame

PROMPTS = [f"p{n}" for n in range(12)]
YESTERDAY = DAY - timedelta(days=1)


def joined(*markets: Market) -> tuple[pl.DataFrame, pl.DataFrame]:
    return pl.concat([one.answers for one in markets]), pl.concat([one.mentions for one in markets])


def asked(day: date, naming: dict[str, tuple[str, ...]], prompts=PROMPTS, repeats=1, **more) -> Market:
    """A day on which each prompt is answered; ``naming`` says whom the answers to it name."""
    market = Market(day=day)
    for prompt in prompts:
        for _ in range(repeats):
            market.ask(prompt, *naming.get(prompt, ()), **more)
    return market


def served(answers: pl.DataFrame, day: date, model: str | None) -> pl.DataFrame:
    """Say which model answered on a day."""
    return answers.with_columns(
        served_model=pl.when(pl.col("date") == day).then(pl.lit(model)).otherwise("served_model")
    )


def row(frame: pl.DataFrame, brand: str = "larkstride", metric: str = "visibility", days: int = 1) -> dict:
    found = frame.filter(brand_id=brand, metric=metric, window_days=days, segment="non_branded")
    assert len(found) == 1, f"{len(found)} rows"
    return found.row(0, named=True)


def compared(*markets: Market, **options) -> pl.DataFrame:
    return period_changes(*joined(*markets), brand_frame(), day=DAY, **options)


ALL_NAME_US = dict.fromkeys(PROMPTS, ("larkstride", "nike"))
NOBODY = dict.fromkeys(PROMPTS, ("nike",))


def test_a_brand_that_every_prompt_gained_has_moved() -> None:
    found = row(compared(asked(YESTERDAY, NOBODY), asked(DAY, ALL_NAME_US)))
    assert (found["before"], found["after"], found["difference"]) == (0.0, 1.0, 1.0)
    assert (found["verdict"], found["k"], found["changed_prompts"]) == ("moved", 12, 12)
    assert found["p"] == pytest.approx(2 / 2**12)
    assert found["lower"] > 0


def test_the_figures_are_those_of_the_paired_statistics() -> None:
    before = dict.fromkeys(PROMPTS[:3], ("larkstride",)) | {"p5": ("larkstride", "nike")}
    after = dict.fromkeys(PROMPTS[2:9], ("larkstride", "hoka"))
    frame = compared(asked(YESTERDAY, before, repeats=2), asked(DAY, after, repeats=2))
    two = [2] * 12
    own = [[2 * ("larkstride" in naming.get(p, ())) for p in PROMPTS] for naming in (before, after)]
    expected = rate_change(own[0], two, own[1], two)
    found = row(frame)
    assert found["difference"] == pytest.approx(expected.difference)
    assert (found["lower"], found["upper"]) == pytest.approx((expected.lower, expected.upper))
    assert found["p"] == pytest.approx(expected.test.p_value)
    counts = [
        [[2 * (brand in naming.get(p, ())) for brand in ("larkstride", "nike", "hoka")] for p in PROMPTS]
        for naming in (before, after)
    ]
    share = share_change(counts[0], two, counts[1], two, 0)
    found = row(frame, metric="share_of_voice")
    assert found["difference"] == pytest.approx(share.difference)
    assert found["p"] == pytest.approx(share.test.p_value)


def test_few_changed_prompts_cannot_be_told_from_noise() -> None:
    some = dict.fromkeys(PROMPTS[:6], ("larkstride", "nike"))
    found = row(compared(asked(YESTERDAY, NOBODY), asked(DAY, NOBODY | some)))
    assert (found["verdict"], found["reason"]) == ("insufficient_data", "too_few_changed_prompts")
    assert found["q"] is None
    assert found["p"] is not None
    assert found["tests"] == 0
    still = row(compared(asked(YESTERDAY, NOBODY), asked(DAY, NOBODY)))
    assert (still["verdict"], still["difference"]) == ("insufficient_data", 0.0)


def test_another_served_model_refuses_the_comparison_and_only_an_explicit_wish_makes_it() -> None:
    answers, mentions = joined(asked(YESTERDAY, NOBODY), asked(DAY, ALL_NAME_US))
    answers = served(served(answers, YESTERDAY, "m-1"), DAY, "m-2")
    refused = row(period_changes(answers, mentions, brand_frame(), day=DAY))
    assert (refused["verdict"], refused["reason"]) == ("model_changed", "model_changed")
    assert (refused["before"], refused["after"], refused["difference"], refused["p"]) == (0, 1, None, None)
    assert (refused["models_before"], refused["models_after"]) == (["m-1"], ["m-2"])
    forced = row(period_changes(answers, mentions, brand_frame(), day=DAY, across_models=True))
    assert (forced["verdict"], forced["is_forced"]) == ("moved", True)


def test_an_engine_that_does_not_say_who_answered_is_no_change_of_the_model() -> None:
    answers, mentions = joined(asked(YESTERDAY, NOBODY), asked(DAY, ALL_NAME_US))
    found = row(period_changes(served(answers, DAY, "m-2"), mentions, brand_frame(), day=DAY))
    assert (found["verdict"], found["is_forced"]) == ("moved", False)


def test_an_engine_of_unknown_model_that_was_asked_for_another_one_is_a_change_of_the_model() -> None:
    answers, mentions = joined(asked(YESTERDAY, NOBODY), asked(DAY, ALL_NAME_US))
    answers = answers.with_columns(
        model=pl.when(pl.col("date") == DAY).then(pl.lit("new")).otherwise("model")
    )
    assert row(period_changes(answers, mentions, brand_frame(), day=DAY))["verdict"] == "model_changed"


def test_prompts_asked_in_one_window_only_or_in_other_words_are_left_out() -> None:
    answers, mentions = joined(
        asked(YESTERDAY, NOBODY), asked(DAY, ALL_NAME_US, prompts=[*PROMPTS[2:], "new"])
    )
    reworded = (pl.col("prompt_id") == "p5") & (pl.col("date") == DAY)
    answers = answers.with_columns(
        prompt_version=pl.when(reworded).then(pl.lit("v2")).otherwise("prompt_version")
    )
    found = row(period_changes(answers, mentions, brand_frame(), day=DAY))
    assert (found["k"], found["unpaired_prompts"], found["n_before"], found["n_after"]) == (9, 4, 9, 9)


@pytest.mark.parametrize(
    ("markets", "reason"),
    [
        ([asked(DAY, NOBODY)], "no_answers_before"),
        ([asked(YESTERDAY, NOBODY)], "no_answers_after"),
        ([asked(YESTERDAY, {}, prompts=["a"]), asked(DAY, {}, prompts=["b"])], "no_shared_prompts"),
        ([asked(YESTERDAY, NOBODY, status="failed"), asked(DAY, NOBODY)], "no_answers_before"),
    ],
)
def test_what_cannot_be_compared_is_null_with_a_reason(markets: list[Market], reason: str) -> None:
    found = row(compared(*markets))
    assert (found["verdict"], found["reason"], found["difference"]) == ("insufficient_data", reason, None)
    assert reason in REASON_TEXTS


def test_a_share_without_rivals_or_without_anybody_named_is_null_with_a_reason() -> None:
    quiet = compared(asked(YESTERDAY, {}), asked(DAY, ALL_NAME_US))
    assert row(quiet, metric="share_of_voice")["reason"] == "no_frame_mentions"
    alone = brand_frame(roles={"larkstride": ("own", []), "ombrevale": ("control", [])})
    answers, mentions = joined(asked(YESTERDAY, ALL_NAME_US), asked(DAY, ALL_NAME_US))
    frame = period_changes(answers, mentions, alone, day=DAY)
    assert row(frame, metric="share_of_voice")["reason"] == "no_competitor_frame"
    assert row(frame)["difference"] == 0


def test_a_week_is_counted_from_answers_and_not_from_daily_figures() -> None:
    # Two days before: one answers 12 prompts, the other a single one; the mean of days would be one half.
    before = [asked(DAY - timedelta(days=8), ALL_NAME_US), asked(DAY - timedelta(days=9), {}, prompts=["p0"])]
    found = row(compared(*before, asked(DAY, ALL_NAME_US)), days=7)
    assert found["before"] == pytest.approx((11 + 0.5) / 12)
    assert (found["days_before"], found["days_after"], found["n_before"]) == (2, 1, 13)
    assert found["k"] == 12


def test_engines_segments_and_monitors_are_kept_apart() -> None:
    frame = compared(
        asked(YESTERDAY, NOBODY),
        asked(DAY, ALL_NAME_US),
        asked(YESTERDAY, NOBODY, engine="other"),
        asked(DAY, NOBODY, engine="other"),
        asked(YESTERDAY, {}, prompts=["b1"], branded=True),
        asked(DAY, {}, prompts=["b1"], branded=True),
    ).filter(metric="visibility", brand_id="larkstride", window_days=1)
    verdicts = {(r["engine_id"], r["segment"]): r["verdict"] for r in frame.iter_rows(named=True)}
    assert verdicts == {
        ("alone", "non_branded"): "moved",
        ("alone", "branded"): "insufficient_data",
        ("other", "non_branded"): "insufficient_data",
    }


def test_what_is_shown_together_is_corrected_together() -> None:
    # 8 prompts turn for us (p = 2 / 2^8) and 7 for a rival (p = 2 / 2^7); what the others do is no test.
    after = {
        p: ("larkstride", "hoka", "nike") if n < 7 else ("larkstride", "nike")
        for n, p in enumerate(PROMPTS[:8])
    }
    markets = [asked(YESTERDAY, NOBODY), asked(DAY, NOBODY | after)]
    twice = [
        one
        for market in ("alone", "other")
        for one in (asked(YESTERDAY, NOBODY, engine=market), asked(DAY, NOBODY | after, engine=market))
    ]
    one, two = compared(*markets, windows=[1]), compared(*twice, windows=[1], family=["metric"])
    assert (row(one)["tests"], row(one)["q"]) == (2, pytest.approx(2 * 2 / 2**8))
    both = two.filter(brand_id="larkstride", metric="visibility")
    assert both["tests"].to_list() == [4, 4]
    assert both["q"].to_list() == pytest.approx([4 * (2 / 2**8) / 2] * 2)


@settings(max_examples=15)
@given(st.lists(st.booleans(), min_size=12, max_size=12), st.lists(st.booleans(), min_size=12, max_size=12))
def test_to_swap_the_windows_turns_the_sign_and_nothing_else(first: list[bool], second: list[bool]) -> None:
    named = [
        {p: ("larkstride", "nike") if yes else ("nike",) for p, yes in zip(PROMPTS, one, strict=True)}
        for one in (first, second)
    ]
    there = row(compared(asked(YESTERDAY, named[0]), asked(DAY, named[1]), windows=[1]))
    back = row(compared(asked(YESTERDAY, named[1]), asked(DAY, named[0]), windows=[1]))
    assert there["difference"] == pytest.approx(-back["difference"])
    assert there["p"] == pytest.approx(back["p"])
    assert there["verdict"] == back["verdict"]
    assert there["lower"] == pytest.approx(-back["upper"])


def test_two_brands_are_paired_by_answer() -> None:
    naming = dict.fromkeys(PROMPTS[:4], ("larkstride", "nike")) | dict.fromkeys(
        PROMPTS[4:11], ("larkstride",)
    )
    answers, mentions = joined(asked(DAY, naming))
    frame = brand_contrasts(answers, mentions, brand_frame(), day=DAY)
    found = frame.filter(rival_id="nike", window_days=1).row(0, named=True)
    assert (found["both"], found["only_brand"], found["only_rival"], found["neither"]) == (4, 7, 0, 1)
    assert (found["rate"], found["rival_rate"]) == (pytest.approx(11 / 12), pytest.approx(4 / 12))
    assert found["difference"] == pytest.approx(7 / 12)
    assert found["p"] == pytest.approx(2 / 2**7)
    assert found["mcnemar_p"] == pytest.approx(mcnemar(7, 0).p_exact)
    assert found["verdict"] == "ahead"
    assert set(frame["rival_id"]) == {"nike", "hoka"}


def test_repeats_of_a_prompt_do_not_make_a_gap_more_certain() -> None:
    naming = dict.fromkeys(PROMPTS[:3], ("larkstride",))
    once, often = (
        brand_contrasts(*joined(asked(DAY, naming, repeats=repeats)), brand_frame(), day=DAY)
        .filter(rival_id="nike", window_days=1)
        .row(0, named=True)
        for repeats in (1, 10)
    )
    assert often["p"] == pytest.approx(once["p"])
    assert often["mcnemar_p"] < 1e-6
    assert often["verdict"] == "insufficient_data"


def test_nothing_answered_means_no_row() -> None:
    failed = asked(DAY, NOBODY, status="failed")
    assert compared(failed).is_empty()
    assert brand_contrasts(*joined(failed), brand_frame(), day=DAY).is_empty()
    assert set(BRANDS) == set(brand_frame()["brand_id"])
