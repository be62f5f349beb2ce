"""Figures of brands and engines: hand-computed examples, the null cases, and what must always hold."""

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.domain.definitions import DEFINITIONS, definition_of
from brand_monitor.domain.metrics.brand_metrics import brand_metrics
from brand_monitor.domain.metrics.reasons import FLAGS, REASONS
from brand_monitor.domain.statistics.rates import rate_interval
from brand_monitor.domain.statistics.shares import share_interval
from brand_monitor_tests.unit.domain.market_frames import (
    BRANDS,
    DAY,
    Market,
    brand_frame,
    figure,
    figures,
)


@pytest.fixture
def four_prompts():
    """Four prompts x 2 answers: nike in all, larkstride in 3 answers of 2 prompts, hoka in none."""
    market = Market()
    market.ask("a", "nike", "larkstride").ask("a", "larkstride", "nike", "larkstride")
    market.ask("b", "nike").ask("b", "nike", "larkstride", recommended=("larkstride",))
    market.ask("c", "nike").ask("c", "nike")
    market.ask("d", "nike").ask("d", "nike")
    return market


def test_visibility_is_the_share_of_answers_with_its_cluster_interval_and_the_naive_one(four_prompts):
    row = figure(figures(four_prompts), "visibility", "larkstride")
    expected = rate_interval([2, 1, 0, 0], [2, 2, 2, 2])
    assert row["value"] == pytest.approx(3 / 8)
    assert (row["numerator"], row["denominator"], row["n"], row["k"]) == (3, 8, 8, 4)
    assert (row["lower"], row["upper"]) == pytest.approx((expected.lower, expected.upper))
    assert row["lower"] < row["naive_lower"] < row["naive_upper"] < row["upper"]
    assert row["definition"] == "visibility@1"
    assert row["reason"] is None
    assert "counts_only_under_5_prompts" in row["flags"]


def test_the_naive_interval_is_wilson_on_answers():
    """METRICS test vector: 49 of 144 is [.268, .421]."""
    market = Market()
    for at in range(144):
        market.ask(f"p{at % 72}", *(["nike"] if at < 49 else []))
    row = figure(figures(market), "visibility", "nike")
    assert (row["naive_lower"], row["naive_upper"]) == pytest.approx((0.268, 0.421), abs=5e-4)


def test_every_prompt_counts_once_however_many_answers_it_has():
    market = Market().ask("a", "nike").ask("a", "nike").ask("a", "nike").ask("b").ask("c")
    row = figure(figures(market), "visibility", "nike")
    assert row["value"] == pytest.approx(1 / 3)
    assert (row["numerator"], row["denominator"]) == (3, 5)
    assert "unequal_repeats" in row["flags"]


def test_coverage_counts_prompts_and_prints_the_answers_behind_them(four_prompts):
    row = figure(figures(four_prompts), "brand_coverage", "larkstride")
    assert (row["value"], row["numerator"], row["denominator"], row["n"], row["k"]) == (0.5, 2, 4, 8, 4)
    assert row["naive_lower"] is None
    assert "one_answer_per_prompt" not in row["flags"]


def test_being_recommended_is_counted_apart_from_being_named(four_prompts):
    row = figure(figures(four_prompts), "recommendation_rate", "larkstride")
    assert (row["value"], row["numerator"]) == (pytest.approx(1 / 8), 1)


def test_share_of_voice_by_answers_leaves_the_control_out_of_the_frame(four_prompts):
    four_prompts.ask("a", "ombrevale").ask("b").ask("c").ask("d")
    frame = figures(four_prompts)
    row = figure(frame, "share_of_voice", "larkstride")
    expected = share_interval([[2, 2, 0], [1, 2, 0], [0, 2, 0], [0, 2, 0]], [3, 3, 3, 3], 0)
    assert row["value"] == pytest.approx(3 / 11)
    assert (row["numerator"], row["denominator"]) == (3, 11)
    assert (row["lower"], row["upper"]) == pytest.approx((expected.lower, expected.upper))
    control = figure(frame, "share_of_voice", "ombrevale")
    assert (control["value"], control["numerator"], control["reason"]) == (None, None, "not_in_frame")


def test_share_of_voice_by_occurrences_counts_every_mention_and_is_descriptive(four_prompts):
    row = figure(figures(four_prompts), "share_of_voice_occurrences", "larkstride")
    assert (row["value"], row["numerator"], row["denominator"]) == (pytest.approx(4 / 12), 4, 12)
    assert (row["lower"], row["reason"]) == (None, "descriptive")


def test_position_is_averaged_over_the_answers_that_name_the_brand(four_prompts):
    frame = figures(four_prompts)
    rank = figure(frame, "entity_rank", "larkstride")
    assert (rank["value"], rank["numerator"], rank["denominator"]) == (pytest.approx(5 / 3), 5, 3)
    assert (rank["n"], rank["k"], rank["lower"], rank["reason"]) == (3, 2, None, "descriptive")
    reciprocal = figure(frame, "mean_reciprocal_rank", "larkstride")
    assert reciprocal["value"] == pytest.approx((1 / 2 + 1 + 1 / 2) / 3)


def test_a_brand_that_nobody_names_has_a_rate_of_0_and_no_position(four_prompts):
    frame = figures(four_prompts)
    seen = figure(frame, "visibility", "hoka")
    assert (seen["value"], seen["lower"], seen["reason"]) == (0, 0, None)
    assert seen["upper"] > 0
    assert figure(frame, "share_of_voice", "hoka")["value"] == 0
    assert figure(frame, "entity_rank", "hoka")["reason"] == "no_mentions"
    assert figure(frame, "entity_rank", "hoka")["value"] is None


def test_the_control_has_a_row_that_shows_its_rate_is_0(four_prompts):
    row = figure(figures(four_prompts), "visibility", "ombrevale")
    assert (row["value"], row["numerator"], row["n"]) == (0, 0, 8)


def test_negated_and_asked_mentions_do_not_count():
    market = Market()
    for prompt in "abc":
        market.ask(prompt, uncounted=(("nike", "absent"), ("hoka", "asked")))
    frame = figures(market)
    assert figure(frame, "visibility", "nike")["value"] == 0
    assert figure(frame, "visibility", "hoka")["value"] == 0
    assert figure(frame, "share_of_voice_occurrences", "nike")["reason"] == "no_frame_mentions"


def test_failed_empty_and_refused_answers_leave_the_denominator_and_are_counted():
    market = Market()
    for prompt in "abc":
        market.ask(prompt, "nike").ask(prompt)
    market.ask("a", status="failed").ask("b", status="empty").ask("c", status="refused")
    row = figure(figures(market), "visibility", "nike")
    assert (row["value"], row["n"], row["k"]) == (0.5, 6, 3)
    assert (row["failed"], row["refused"]) == (2, 1)


def test_a_mention_in_an_answer_that_is_not_usable_does_not_count():
    market = Market().ask("a", "nike", status="failed").ask("a").ask("b").ask("c")
    assert figure(figures(market), "visibility", "nike")["value"] == 0


def test_without_a_usable_answer_nothing_is_0():
    frame = figures(Market().ask("a", status="failed").ask("b", status="refused"))
    rows = frame.filter(segment="non_branded", subject_kind="brand")
    assert rows["value"].null_count() == len(rows)
    assert set(rows.filter(pl.col("subject") == "nike")["reason"]) == {"no_answers"}
    assert rows.select(pl.col("numerator", "denominator").is_null().all()).row(0) == (True, True)
    assert set(rows["n"]) == {0}
    assert set(rows["failed"]) == {1}


def test_an_incomplete_day_is_marked_in_every_figure_and_stands_on_what_was_asked():
    market = Market()
    for prompt in "abc":
        market.ask(prompt, "nike").ask(prompt, status="not_asked")
    row = figure(figures(market), "visibility", "nike")
    assert (row["value"], row["n"], row["not_asked"]) == (1, 3, 3)
    assert "incomplete" in row["flags"]


def test_where_nothing_was_asked_there_is_no_figure_and_the_reason_says_so():
    row = figure(figures(Market().ask("a", status="not_asked")), "visibility", "nike")
    assert (row["value"], row["reason"], row["not_asked"]) == (None, "not_asked", 1)


def test_a_segment_that_was_never_asked_says_so():
    row = figure(figures(Market().ask("a", "nike")), "visibility", "nike", segment="branded")
    assert (row["value"], row["n"], row["reason"]) == (None, 0, "no_prompts")


def test_share_of_voice_without_a_competitor_is_null():
    alone = {"larkstride": ("own", []), "ombrevale": ("control", [])}
    market = Market().ask("a", "larkstride").ask("b", "larkstride").ask("c", "larkstride")
    frame = figures(market, brand_frame(roles=alone))
    for metric in ("share_of_voice", "share_of_voice_occurrences"):
        row = figure(frame, metric, "larkstride")
        assert (row["value"], row["reason"]) == (None, "no_competitor_frame")
    assert figure(frame, "visibility", "larkstride")["value"] == 1


def test_share_of_voice_where_nobody_is_named_is_null():
    row = figure(figures(Market().ask("a").ask("b").ask("c")), "share_of_voice", "nike")
    assert (row["value"], row["reason"], row["n"]) == (None, "no_frame_mentions", 3)


def test_under_three_prompts_there_is_a_value_and_no_interval():
    market = Market().ask("a", "nike").ask("a").ask("b", "nike", "hoka")
    frame = figures(market)
    for metric in ("visibility", "share_of_voice", "brand_coverage", "recommendation_rate"):
        row = figure(frame, metric, "nike")
        assert row["value"] is not None
        assert [row[name] for name in ("lower", "upper", "naive_lower", "naive_upper")] == [None] * 4
        assert row["reason"] == "fewer_than_3_prompts"


def test_branded_prompts_never_reach_the_headline():
    market = Market()
    for prompt in "abc":
        market.ask(prompt).ask(f"is-larkstride-{prompt}", "larkstride", branded=True)
    frame = figures(market)
    assert figure(frame, "visibility", "larkstride")["value"] == 0
    assert figure(frame, "visibility", "larkstride", segment="branded")["value"] == 1


def test_engines_are_kept_apart():
    market = Market()
    for prompt in "abc":
        market.ask(prompt, "nike").ask(prompt, engine="other")
    frame = figures(market)
    assert figure(frame, "visibility", "nike")["value"] == 1
    assert figure(frame, "visibility", "nike", engine="other")["value"] == 0


def test_monitors_are_kept_apart_even_where_they_share_names():
    shoes = Market().ask("a", "nike").ask("b", "nike").ask("c", "nike")
    clothes = Market(monitor="clothes").ask("a").ask("b").ask("c")
    both = [pl.concat(pair) for pair in zip(shoes.frames, clothes.frames, strict=True)]
    frame = brand_metrics(*both, pl.concat([brand_frame(), brand_frame("clothes")]))
    rates = frame.filter(metric="visibility", subject="nike", segment="non_branded")
    assert dict(rates.select("monitor_id", "value").iter_rows()) == {"shoes": 1.0, "clothes": 0.0}


def test_an_answer_is_informative_when_it_names_any_brand_of_the_frame():
    market = Market()
    for at in range(20):
        market.ask(f"p{at}", *(["nike", "hoka"] if at == 0 else ["ombrevale"] if at == 1 else []))
    row = figure(figures(market), "informative_rate", "alone")
    assert (row["value"], row["numerator"], row["subject_kind"]) == (pytest.approx(1 / 20), 1, "engine")
    assert "uninformative_prompts" in row["flags"]


def test_a_prompt_set_that_may_be_informative_is_not_flagged(four_prompts):
    assert "uninformative_prompts" not in figure(figures(four_prompts), "informative_rate", "alone")["flags"]


def test_a_window_is_computed_from_its_answers_and_not_from_daily_figures():
    """Day one: 1 of 1 in one prompt; day two: 0 of 3 there. The mean of days is .5, the window's rate .25."""
    first, second = Market(day=DAY - timedelta(days=1)).ask("a", "nike"), Market().ask("a").ask("a").ask("a")
    answers, mentions, citations = (pl.concat(pair) for pair in zip(first.frames, second.frames, strict=True))
    window = brand_metrics(answers.with_columns(date=pl.lit(DAY)), mentions, citations, brand_frame())
    row = figure(window, "visibility", "nike")
    assert (row["value"], row["n"], row["k"]) == (0.25, 4, 1)


def test_a_brand_that_is_no_longer_tracked_has_no_figures():
    market = Market().ask("a", "reebok").ask("b", "reebok").ask("c", "reebok")
    frame = figures(market)
    assert "reebok" not in set(frame["subject"])
    assert figure(frame, "informative_rate", "alone")["value"] == 0


def test_no_answers_at_all_give_an_empty_table():
    assert figures(Market()).is_empty()


ANSWER = st.tuples(
    st.sampled_from(["p1", "p2", "p3", "p4"]),
    st.lists(st.sampled_from(list(BRANDS)), max_size=4),
    st.sampled_from(["ok", "ok", "ok", "failed", "refused", "empty"]),
    st.booleans(),
    st.sampled_from(["alone", "grounded"]),
    st.lists(st.sampled_from(["x.example/1", "x.example/2", "y.example/1"]), max_size=2, unique=True),
)


def market_of(rows):
    market = Market()
    for prompt, named, status, branded, engine, cited in rows:
        name = f"{prompt}-branded" if branded else prompt
        market.ask(name, *named, status=status, branded=branded, engine=engine, cited=tuple(cited))
    return market


@settings(max_examples=40, deadline=None)
@given(st.lists(ANSWER, min_size=1, max_size=25))
def test_whatever_the_answers_the_table_is_complete_and_consistent(rows):
    frame = figures(market_of(rows))
    engines = {row[4] for row in rows}
    brands = frame.filter(subject_kind="brand")
    elsewhere = {"net_sentiment", "variance_split", "rogan_gladen"}  # stand in tables of their own
    per_brand = [
        one.id
        for one in DEFINITIONS
        if one.subject == "brand" and one.kind != "test" and one.id not in elsewhere
    ]
    assert len(brands) == len(engines) * 2 * len(BRANDS) * len(per_brand)
    assert not frame.select("engine_id", "segment", "subject", "metric").is_duplicated().any()
    assert set(frame["reason"].drop_nulls()) <= set(REASONS)
    assert set(frame["flags"].explode().drop_nulls()) <= set(FLAGS)
    assert {definition_of(key).id for key in frame["definition"].unique()} == set(frame["metric"])
    assert frame.filter(pl.col("value").is_null() | pl.col("lower").is_null())["reason"].null_count() == 0
    intervals = frame.drop_nulls("lower")
    assert intervals.filter(
        (pl.col("lower") > pl.col("value")) | (pl.col("value") > pl.col("upper"))
    ).is_empty()
    assert frame.filter(pl.col("numerator") > pl.col("denominator"), metric="visibility").is_empty()
    answered = frame.filter(metric="informative_rate")
    planned = answered.select((pl.col("n") + pl.col("failed") + pl.col("refused")).sum()).item()
    assert planned == len(rows)


@settings(max_examples=40, deadline=None)
@given(st.lists(ANSWER, min_size=1, max_size=25))
def test_the_shares_of_a_frame_sum_to_one(rows):
    shares = figures(market_of(rows)).filter(
        pl.col("metric").is_in(["share_of_voice", "share_of_voice_occurrences", "citation_share"])
    )
    totals = shares.drop_nulls("value").group_by("engine_id", "segment", "metric").agg(pl.col("value").sum())
    assert totals["value"].to_list() == pytest.approx([1.0] * len(totals))


@settings(max_examples=20, deadline=None)
@given(st.lists(ANSWER, min_size=1, max_size=25), st.integers(0, 2**16))
def test_the_order_of_rows_changes_nothing(rows, seed):
    frames = market_of(rows).frames
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=seed) for frame in frames]
    brands = brand_frame()
    again = brand_metrics(*shuffled, brands.reverse())
    assert brand_metrics(*frames, brands).equals(again)
