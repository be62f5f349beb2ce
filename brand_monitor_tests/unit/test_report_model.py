"""What a report shows, and what it leaves out: the view, before any HTML."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from brand_monitor.reporting import evidence
from brand_monitor.reporting.model import build_view
from brand_monitor.reporting.origin import fingerprint
from brand_monitor.schemas.registry import empty_frame
from brand_monitor_tests.unit.report_sample import BRANDS, DAY, day_inputs


@pytest.fixture(scope="module")
def inputs():
    return day_inputs()


@pytest.fixture(scope="module")
def view(inputs):
    return build_view(inputs)


def panel(view, family):
    return next(one for one in view.panels if one.engine.family == family)


def test_the_model_alone_comes_before_the_model_with_pages(view):
    assert [engine.family for engine in view.engines] == ["local", "grounded"]


def test_brands_keep_their_place_from_engine_to_engine(view):
    orders = [[row.name for row in one.visibility] for one in view.panels]
    assert orders[0] == orders[1]
    assert (orders[0][0], orders[0][-1]) == ("Larkstride", "Ombrevale")


def test_the_control_has_a_visibility_but_no_share_of_voice(view):
    for one in view.panels:
        assert "Ombrevale" in [row.name for row in one.visibility]
        assert "Ombrevale" not in [row.name for row in one.share]


def test_headline_figures_rest_on_non_branded_prompts_only(view):
    for one in view.panels:
        assert {own.visibility.segment for own in one.own} == {"non_branded"}
        assert one.own[0].visibility.k == 12
    assert {figure.segment for _, figures in view.branded for figure in figures} == {"branded"}


def test_every_engine_draws_every_tracked_brand(view):
    assert len(view.panels) == 2
    assert all(len(one.visibility) == len(BRANDS) for one in view.panels)
    assert all(one.engine.is_embedded for one in view.panels)


def test_failed_refused_and_empty_answers_are_counted_with_their_reasons(view):
    local, grounded = view.engines
    assert (local.ok, local.statuses["failed"], local.statuses["empty"]) == (40, 1, 1)
    assert grounded.statuses["refused"] == 1
    assert ("empty", "The model returned no text", 1) in local.reasons


def test_an_unknown_price_makes_the_cost_unknown_and_not_smaller(inputs):
    answers = inputs.answers.with_columns(cost_usd=pl.when(pl.col("repeat") == 0).then(None).otherwise(0.01))
    assert {engine.cost for engine in build_view(replace(inputs, answers=answers)).engines} == {"unknown"}


def test_every_counted_mention_can_be_read_or_is_counted_as_not_shown(inputs, view):
    for one in view.panels:
        for brand, _, section in one.evidence:
            mentions = inputs.answer_mentions.filter(
                (pl.col("brand_id") == brand.brand_id) & (pl.col("engine_id") == one.engine.engine_id)
            )
            assert section.total == len(mentions) == len(section.sentences) + section.rest
            assert all(sentence.hit == brand.name for sentence in section.sentences)
            assert all(sentence.link for sentence in section.sentences)


def test_a_brand_that_no_answer_mentions_is_named_as_silent(view):
    assert panel(view, "local").silent == ["Larkstride", "Ombrevale"]


def test_mentions_of_headline_prompts_come_before_branded_ones(view):
    for _, _, section in panel(view, "grounded").evidence:
        flags = [sentence.is_branded for sentence in section.sentences]
        assert flags == sorted(flags)


def test_a_mention_whose_offsets_do_not_fit_is_found_by_its_words(inputs):
    shifted = inputs.answer_mentions.with_columns(sentence_start=pl.lit(0, pl.Int64))
    for one in build_view(replace(inputs, answer_mentions=shifted)).panels:
        assert all(quote.hit for _, _, section in one.evidence for quote in section.sentences)


def test_a_long_sentence_is_cut_around_its_mention(inputs):
    one = inputs.answer_mentions.head(1)
    filler = "word " * 400
    long = one.with_columns(
        sentence=pl.lit(filler) + pl.col("surface") + pl.lit(filler),
        sentence_start=pl.col("start") - len(filler),
    )
    views = build_view(replace(inputs, answer_mentions=long)).panels
    quote = next(section for one in views for _, _, section in one.evidence).sentences[0]
    assert quote.hit == one["surface"][0]
    assert quote.before.startswith("…")
    assert quote.after.endswith("…")
    assert len(quote.before + quote.after) <= evidence.SENTENCE_CHARACTERS + 2


def test_the_grid_marks_every_answer(view):
    row = next(row for row in view.prompts if row.text.startswith("What is a good running shoe under"))
    local, grounded = row.cells
    assert [mark.state for mark in local.marks] == ["not named", "failed", "not named"]
    assert (local.named, local.usable) == (0, 2)
    assert grounded.usable == 2


def test_the_grid_keeps_the_order_of_the_monitor_file(inputs):
    file_order = inputs.prompts.sort("prompt_id", descending=True)
    rows = build_view(replace(inputs, prompts=file_order.filter(pl.col("prompt_id") != "rain"))).prompts
    plain = [row.text for row in rows if not row.is_branded]
    expected = file_order.filter(~pl.col("is_branded") & (pl.col("prompt_id") != "rain"))["text"].to_list()
    assert plain == [*expected, "What running shoes keep feet dry in the rain?"]


def test_the_grid_shows_a_prompt_that_one_engine_was_not_asked(inputs):
    answers = inputs.answers.filter((pl.col("prompt_id") != "rain") | (pl.col("engine") != "local"))
    rows = build_view(replace(inputs, answers=answers)).prompts
    assert next(row for row in rows if "in the rain" in row.text).cells[0] is None


def test_one_day_is_no_trend_and_the_report_says_so(view):
    assert view.days == [DAY]
    assert any(limit.startswith("No trend") for limit in view.limits)


def test_earlier_days_are_drawn_and_todays_figures_win():
    inputs = day_inputs(history_days=3)
    stale = inputs.history.head(1).with_columns(date=pl.lit(DAY), value=pl.lit(0.99))
    view = build_view(replace(inputs, history=pl.concat([inputs.history, stale])))
    assert view.days == [date(2026, 11, day) for day in (21, 22, 23, 24)]
    assert not any(limit.startswith("No trend") for limit in view.limits)
    own = panel(view, "local").strips[0]
    assert [point.value for point in own.points] == [0.0, 0.0, 0.0, 0.0]


def test_windows_show_days_with_answers_and_count_no_share_twice(view):
    assert [(one.days, one.engine_id) for one in view.windows] == [
        (7, "smollm2"),
        (7, "smollm2-grounded"),
        (28, "smollm2"),
        (28, "smollm2-grounded"),
    ]
    assert {one.days_with_answers for one in view.windows} == {1}
    assert view.windows[0].visibility.metric == "visibility"
    assert view.windows[0].share.metric == "share_of_voice"


def test_sources_carry_their_association_or_the_reason_why_not(view):
    [(brand, rows, rest)] = panel(view, "grounded").sources
    assert (brand.name, rest) == ("Larkstride", 0)
    assert all(row.lift or row.missing for row in rows)
    assert [row.answers_with for row in rows] == sorted((row.answers_with for row in rows), reverse=True)
    assert panel(view, "local").sources == []


def test_domains_are_ordered_by_citations_and_say_whose_they_are(view):
    domains = panel(view, "grounded").domains
    assert [one.cited for one in domains] == sorted((one.cited for one in domains), reverse=True)
    assert {one.domain: one.owner for one in domains}["larkstride.example"] == "own brand"
    assert all(one.rate.counts == f"{one.cited} of 34" for one in domains)


def test_pages_that_failed_come_first_with_their_reason(view):
    assert [page.outcome for page in view.pages[:3]] == ["http error", "robots disallowed", "too large"]
    assert view.outcomes["ok"] == 6


def test_the_warnings_name_the_embedded_engines_and_a_changed_model(inputs):
    limits = build_view(inputs).limits
    assert "smollm2, smollm2-grounded run on a small embedded model" in limits[0]
    half = pl.when(pl.col("repeat") == 0).then(pl.lit("another")).otherwise("served_model")
    answers = inputs.answers.with_columns(served_model=half, is_reasked=pl.col("repeat") == 1)
    limits = build_view(replace(inputs, answers=answers)).limits
    assert any("model_changed" in limit for limit in limits)
    assert any("28 answers asked after it had passed" in limit for limit in limits)


def test_imported_answers_are_not_called_embedded(inputs):
    imported = {
        name: getattr(inputs, name).with_columns(engine=pl.lit("import"))
        for name in ("answers", "answer_mentions", "citations", "brand_metrics")
    }
    view = build_view(replace(inputs, **imported))
    assert not view.has_embedded
    assert not any("embedded" in limit for limit in view.limits)


def test_a_named_control_raises_the_alarm(inputs):
    metrics = inputs.brand_metrics.with_columns(
        numerator=pl.when(pl.col("subject") == "ombrevale").then(2.0).otherwise("numerator")
    )
    view = build_view(replace(inputs, brand_metrics=metrics))
    assert view.control_named
    assert any(sentence.startswith("Warning") for sentence in view.summary)


def test_the_fingerprint_follows_the_answers_and_the_figures(inputs):
    assert fingerprint(inputs) == fingerprint(day_inputs())
    other = inputs.answers.with_columns(payload_hash=pl.lit("other"))
    assert fingerprint(replace(inputs, answers=other)) != fingerprint(inputs)
    shuffled = inputs.answers.sample(fraction=1, shuffle=True, seed=3)
    assert fingerprint(replace(inputs, answers=shuffled)) == fingerprint(inputs)


def test_a_monitor_without_an_own_brand_still_has_a_report(inputs):
    view = build_view(replace(inputs, brands=inputs.brands.filter(pl.col("role") != "own")))
    assert view.own_names == ""
    assert view.side_by_side == []
    assert [row.role for row in view.panels[0].visibility][-1] == "control"


def test_a_day_without_answers_has_a_view_without_figures(inputs):
    tables = {
        "answers": "raw/answers",
        "brand_metrics": "metrics/brand_metrics",
        "answer_mentions": "core/answer_mentions",
    }
    tables |= {"citations": "core/citations", "source_influence": "metrics/source_influence"}
    view = build_view(replace(inputs, **{name: empty_frame(table) for name, table in tables.items()}))
    assert (view.panels, view.figures, view.answers_shown) == ([], [], 0)
    assert view.summary[-1] == "No answer was planned for this day, so there is no figure."


def test_past_the_budget_answers_with_a_shown_sentence_are_kept_first(inputs, monkeypatch):
    monkeypatch.setattr(evidence, "ANSWER_LIST_CHARACTERS", 30_000)
    wanted = inputs.answers.filter(pl.col("repeat") == 2)["answer_id"].head(5)
    kept = evidence.chosen_answers(inputs.answers, wanted)
    assert len(kept) < len(inputs.answers)
    assert set(wanted) <= set(kept["answer_id"])
    view = build_view(inputs)
    assert view.answers_shown < view.answers_total
    quotes = [quote for one in view.panels for _, _, section in one.evidence for quote in section.sentences]
    assert any(quote.link is None for quote in quotes)


def test_many_engines_are_not_all_put_into_the_opening_sentences(inputs):
    names = [f"engine-{number}" for number in range(9)]
    local = inputs.answers.filter(pl.col("engine") == "local")
    answers = pl.concat([local.with_columns(engine_id=pl.lit(name)) for name in names])
    sentences = build_view(replace(inputs, answers=answers)).summary
    assert "3 further figures of this kind below." in sentences
