"""The parts of a report that a day may lack: comparisons, sentiment, effects, unwatched names, money."""

from dataclasses import replace

import polars as pl
import pytest

from brand_monitor.reporting.asides import CANDIDATES_SHOWN, uncounted_rows
from brand_monitor.reporting.effects import ROWS_PER_EXPERIMENT
from brand_monitor.reporting.model import build_view
from brand_monitor.reporting.sources import OWNERS
from brand_monitor.schemas.core import PAGE_TYPES, SOURCE_TYPES
from brand_monitor_tests.unit.report_measures import MODELS, candidates, effects, frame, measured_inputs
from brand_monitor_tests.unit.report_sample import day_inputs

PARTS = {"steadiness", "changes", "sentiment", "effects", "candidates", "uncounted"}


@pytest.fixture(scope="module")
def inputs():
    return measured_inputs()


@pytest.fixture(scope="module")
def view(inputs):
    return build_view(inputs)


def panel(view, family="grounded"):
    return next(one for one in view.panels if one.engine.family == family)


def test_a_day_without_any_of_these_tables_lacks_their_parts_and_nothing_else():
    view = build_view(day_inputs())
    assert view.absent == PARTS
    assert view.costs == []
    assert len(view.panels) == 2


def test_a_table_without_rows_is_as_good_as_none():
    empty = {name.replace("/", "__"): frame(name, []) for name in MODELS}
    inputs = replace(measured_inputs(**empty), answer_mentions=day_inputs().answer_mentions)
    assert build_view(inputs).absent == PARTS


def test_a_day_with_all_of_them_has_every_part(view):
    assert view.absent == set()


@pytest.mark.parametrize("table", sorted(MODELS))
def test_each_table_may_be_missing_by_itself(inputs, table):
    rest = {name: rows for name, rows in inputs.optional.items() if name != table}
    assert build_view(replace(inputs, optional=rest)).panels


# Changes.


def test_every_verdict_is_said_in_words_and_only_a_found_one_stands_out(view):
    rows = panel(view).changes.changes
    assert {row.brand: (row.verdict, row.is_found) for row in rows} == {
        "Larkstride": ("moved", True),
        "Nike": ("within noise", False),
        "Adidas": ("insufficient data", False),
        "New Balance": ("insufficient data", False),
    }


def test_a_difference_has_its_interval_and_q(view):
    row = panel(view).changes.changes[0]
    assert (row.before, row.after) == ("31\xa0%", "58\xa0%")
    assert (row.difference, row.interval, row.q) == ("+27 points", "+8 to +44", "under\xa00.001")


def test_a_difference_without_a_verdict_shows_a_dash_and_its_reason(view):
    row = panel(view).changes.changes[2]
    assert (row.difference, row.interval, row.q) == ("—", "", "—")
    assert row.note == "Fewer than 7 prompts differ: no test can tell a change from noise."


def test_a_changed_model_names_both_models(inputs):
    changes = inputs.optional["metrics/changes"].with_columns(
        verdict=pl.lit("model_changed"), reason=pl.lit("model_changed")
    )
    view = build_view(measured_inputs(metrics__changes=changes))
    row = panel(view).changes.changes[0]
    assert (row.verdict, row.is_found) == ("model changed", False)
    assert "before: SmolLM2-135M-Q4; then: SmolLM2-135M-Q8" in row.note


def test_a_window_with_nothing_before_is_one_sentence_and_no_rows_of_dashes(view):
    changes = panel(view).changes
    assert changes.notes == ["day before: insufficient data. The window before holds no usable answer."]
    assert {row.window for row in changes.changes} == {"7 days before"}


def test_only_own_brands_and_the_competitors_named_most_are_compared_over_time(view):
    drawn = [row.name for row in panel(view).visibility]
    assert [row.brand for row in panel(view).changes.changes] == drawn[:4]


def test_branded_prompts_are_not_among_the_comparisons(inputs):
    names = ("metrics/changes", "metrics/brand_contrasts", "metrics/brand_sentiments")
    branded = {
        name.replace("/", "__"): inputs.optional[name].with_columns(segment=pl.lit("branded"))
        for name in names
    }
    view = build_view(measured_inputs(**branded))
    assert {"changes"} <= view.absent
    assert not any(one.brands for one in panel(view).sentiments)


def test_brands_are_compared_in_the_same_answers_and_the_counts_are_shown(view):
    rows = {row.rival: row for row in panel(view).changes.contrasts}
    assert (rows["Nike"].verdict, rows["Adidas"].verdict) == ("behind", "ahead")
    assert not rows["Brooks"].is_found
    assert rows["Nike"].answers == "8 both, 12 only Larkstride, 8 only Nike, 6 neither"
    assert rows["Nike"].interval == "\N{MINUS SIGN}9 to +31"
    assert len(rows) == 6


# Sentiment.


def test_a_balance_names_its_grader_and_version_and_what_was_judged(view):
    [one] = panel(view).sentiments
    assert one.grader == "lexicon, version lexicon@1"
    row = one.brands[0]
    assert (row.name, row.value, row.interval) == ("Larkstride", "+0.42", "\N{MINUS SIGN}0.10 to +0.63")
    assert (row.positive, row.neutral, row.negative, row.unjudged) == (11, 6, 3, 1)
    assert row.judged == "20 answers, 9 prompts"
    assert panel(view, "local").sentiments == []


def test_a_brand_that_nobody_names_has_no_balance_of_zero(view):
    [one] = panel(view).sentiments
    assert one.silent == ["ASICS"]
    assert "ASICS" not in [row.name for row in one.brands]


def test_two_graders_are_two_measures(inputs):
    one = inputs.optional["metrics/brand_sentiments"]
    both = pl.concat([one, one.with_columns(grader_version=pl.lit("lexicon@2"))])
    found = panel(build_view(measured_inputs(metrics__brand_sentiments=both))).sentiments
    assert [single.grader for single in found] == ["lexicon, version lexicon@1", "lexicon, version lexicon@2"]
    assert all(len(single.brands) == 4 for single in found)
    assert [bool(single.passages) for single in found] == [True, False]


def test_a_value_without_an_interval_says_why(inputs):
    rows = inputs.optional["metrics/brand_sentiments"].with_columns(
        lower=pl.lit(None, pl.Float64), upper=pl.lit(None, pl.Float64), reason=pl.lit("fewer_than_3_prompts")
    )
    [one] = panel(build_view(measured_inputs(metrics__brand_sentiments=rows))).sentiments
    assert one.brands[0].missing == "Under 3 prompts no interval is given."


def test_aspects_are_those_of_the_own_brand(view):
    [(brand, rows)] = panel(view).sentiments[0].aspects
    assert (brand, [row.name for row in rows]) == ("Larkstride", ["comfort", "price"])


def test_what_speaks_most_for_a_label_is_quoted_from_the_answer_and_linked(view):
    passages = panel(view).sentiments[0].passages
    assert [said.label for said in passages] == ["negative", "negative", "positive", "positive"]
    assert all("Larkstride" in said.text for said in passages)
    assert all(said.link for said in passages)


def test_a_passage_beyond_the_end_of_its_answer_is_left_out(inputs):
    far = pl.lit(10**6, pl.Int64)
    rows = inputs.optional["core/answer_sentiments"].with_columns(evidence_start=far, evidence_end=far + 9)
    assert panel(build_view(measured_inputs(core__answer_sentiments=rows))).sentiments[0].passages == []


# Sources.


def test_every_type_of_source_has_its_own_words():
    assert list(OWNERS) == SOURCE_TYPES
    assert len(set(OWNERS.values())) == len(SOURCE_TYPES) == 8


@pytest.mark.parametrize("kind", SOURCE_TYPES)
def test_a_domain_of_any_type_says_whose_it_is(inputs, kind):
    citations = inputs.citations.with_columns(source_type=pl.lit(kind))
    assert {one.owner for one in panel(build_view(replace(inputs, citations=citations))).domains} == {
        OWNERS[kind]
    }


@pytest.mark.parametrize("kind", PAGE_TYPES)
def test_a_page_of_any_type_is_named(inputs, kind):
    citations = inputs.citations.with_columns(page_type=pl.lit(kind))
    [row] = panel(build_view(replace(inputs, citations=citations))).citing.pages
    assert row.name != "not told"
    assert row.pages == 6


def test_types_count_pages_once_and_keep_relations_apart(inputs, view):
    rows = {row.name: row for row in panel(view).citing.types}
    assert list(rows) == ["own brand", "editorial", "institution", "community", "retailer"]
    assert rows["editorial"].pages == 2
    mine = inputs.citations.filter((pl.col("source_type") == "editorial") & ~pl.col("is_branded"))
    assert rows["editorial"].retrieved == mine.filter(pl.col("relation") == "retrieved").height
    assert rows["editorial"].linked == 0


def test_an_unknown_page_type_is_counted_as_not_told(view):
    assert [row.name for row in panel(view).citing.pages] == ["list of the best", "product page", "not told"]


def test_page_types_that_nobody_derived_are_no_table(inputs):
    citations = inputs.citations.with_columns(page_type=pl.lit(None, pl.String))
    assert panel(build_view(replace(inputs, citations=citations))).citing.pages == []


def test_ghosts_are_shown_where_all_four_figures_are_known(view):
    [table] = panel(view).citing.ghosts
    assert (table.brand, table.cited_not_named.value, table.ghost_rate.value) == ("Larkstride", 0.07, 0.41)
    assert panel(view, "local").citing.ghosts == []


def test_impressions_come_with_their_intervals(view):
    domain, words, placed = panel(view).citing.impressions[0]
    assert domain == "larkstride.example"
    assert words.interval
    assert placed.interval
    assert panel(view).citing.impressions_rest == 0


# Effects.


def test_effects_of_own_brands_come_with_the_smallest_q_first_and_null_ones_last(view):
    [one] = view.experiments
    assert {row.brand for row in one.rows} == {"Larkstride"}
    assert one.rows[0].effect == "+61 points"
    assert (one.rows[0].interval, one.rows[0].q) == ("+32 to +80", "under\xa00.001")
    assert one.rows[0].rates == "29\xa0% without, 90\xa0% with"
    assert one.rows[-1].effect == "—"
    assert one.rows[-1].note == "No replicate has a usable answer both with and without the source."


def test_the_sentence_on_its_reach_travels_with_an_effect(view):
    assert view.experiments[0].scope_note == "This model on this frozen context, not the consumer product."


def test_the_mean_over_prompts_is_shown_where_it_has_an_interval():
    pooled = effects(scope="pooled", prompt_id=None, k=5)
    one = build_view(measured_inputs(experiments__source_effects=pl.concat([effects(), pooled]))).experiments[
        0
    ]
    assert {row.prompt for row in one.rows} == {"5 prompts"}
    bare = effects(scope="pooled", prompt_id=None, k=2, lower=None, upper=None, reason="fewer_than_3_prompts")
    one = build_view(measured_inputs(experiments__source_effects=pl.concat([effects(), bare]))).experiments[0]
    assert {row.prompt for row in one.rows} == {"Which trail running shoes grip well on wet rock?"}


def test_an_older_run_of_an_experiment_gives_way_to_the_latest(inputs):
    now = inputs.optional["experiments/source_effects"]
    old = now.with_columns(date=pl.col("date").dt.offset_by("-3d"), effect=pl.lit(0.99))
    one = build_view(measured_inputs(experiments__source_effects=pl.concat([old, now]))).experiments
    assert [(single.day, single.rows[0].effect) for single in one] == [(inputs.day, "+61 points")]


def test_many_effects_are_cut_and_the_rest_is_counted():
    many = pl.concat([effects(url=f"http://page{n}.example/") for n in range(5)])
    [one] = build_view(measured_inputs(experiments__source_effects=many)).experiments
    assert (len(one.rows), one.rest) == (ROWS_PER_EXPERIMENT, 30 - ROWS_PER_EXPERIMENT)


def test_a_page_of_a_lost_context_is_not_made_up():
    lost = effects(url=None, reason="lost_context")
    [one] = build_view(measured_inputs(experiments__source_effects=lost)).experiments
    assert {row.name for row in one.rows} == {"page not known"}


# Names beside the figures.


def test_the_ten_names_that_most_answers_list_are_shown_and_the_rest_is_counted(view):
    assert [row.name for row in view.candidates] == [f"Novaro {place}" for place in range(CANDIDATES_SHOWN)]
    assert view.candidates_rest == 2
    assert view.candidates[0].quote.hit == "Novaro 0"
    assert view.candidates[0].quote.before == "For rock, the "
    assert view.candidates[0].products == "Ridge 3, Peak"


def test_a_name_whose_offsets_do_not_fit_is_found_by_its_words(inputs):
    rows = candidates(inputs).with_columns(sentence_start=pl.lit(500, pl.Int64))
    view = build_view(measured_inputs(core__brand_candidates=rows))
    assert all(row.quote.hit == row.name for row in view.candidates)


def test_what_was_found_and_not_counted_says_why(inputs, view):
    mine = {row.kind: row for row in view.uncounted if row.brand == "Larkstride"}
    assert {"absent", "seller", "uncertain"} <= set(mine)
    assert mine["absent"].rule == "says it knows nothing of it"
    assert mine["uncertain"].rule == "confidence 0.41; form.first_word"
    assert mine["uncertain"].quote.hit == "Larkstride"
    lost = inputs.answer_mentions.filter(~pl.col("is_counted"))
    assert sum(row.mentions for row in view.uncounted) == lost.height


def test_days_that_do_not_know_of_uncertain_names_show_the_kinds_only(inputs, view):
    older = inputs.answer_mentions.drop("is_uncertain", "confidence", "evidence")
    kinds = {row.kind for row in build_view(replace(inputs, answer_mentions=older)).uncounted}
    assert "uncertain" not in kinds
    assert {"absent", "seller"} <= kinds
    unknown = inputs.answer_mentions.with_columns(is_uncertain=pl.lit(None, pl.Boolean))
    rows, _ = uncounted_rows(unknown, [], set())
    assert rows == []
    assert "uncertain" not in {
        row.kind for row in build_view(replace(inputs, answer_mentions=unknown)).uncounted
    }


def test_own_brands_come_first_among_what_was_not_counted(view):
    assert view.uncounted[0].role == "own"


# Money.


def test_money_is_put_over_answers_prompts_and_brands(view):
    assert view.cost_names == ["Per answer that names Larkstride"]
    local, grounded = view.costs
    assert grounded.answer == ("$0.0210", "40 usable answers")
    assert grounded.brands == [("$0.0420", "20 answers")]
    assert grounded.prompt == ("$0.0500 to $0.8400", "2 prompts")
    assert grounded.total == ("$0.8400", "42 calls, 2 cached, 1 attempt possibly charged")
    assert local.brands == [("—", "$0.8400 spent, no such answer")]


def test_an_unknown_price_is_never_a_small_one(inputs, view):
    assert view.costs[0].informative[0] == "unknown; calls of known price: $0.5000"
    prompts = pl.when(pl.col("scope") != "prompt").then("cost_usd")
    costs = inputs.optional["metrics/costs"].with_columns(cost_usd=prompts)
    row = build_view(measured_inputs(metrics__costs=costs)).costs[0]
    assert row.prompt == ("unknown", "2 of 2 prompts without a price")


def test_an_engine_without_stored_costs_has_no_row(inputs):
    costs = inputs.optional["metrics/costs"].filter(pl.col("engine") == "grounded")
    assert [row.engine_id for row in build_view(measured_inputs(metrics__costs=costs)).costs] == [
        "smollm2-grounded"
    ]
