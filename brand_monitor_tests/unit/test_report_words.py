"""What the report says in sentences: never more than its figures say."""

from dataclasses import replace

import pytest

from brand_monitor.reporting import words
from brand_monitor.reporting.engines import engine_views
from brand_monitor.reporting.figures import Figure
from brand_monitor_tests.unit.report_sample import day_inputs

FIGURE = Figure(
    engine_id="smollm2",
    segment="non_branded",
    subject="larkstride",
    metric="visibility",
    definition="visibility@1",
    value=0.39,
    lower=0.22,
    upper=0.58,
    numerator=14,
    denominator=36,
    n=36,
    k=12,
    reason=None,
)


@pytest.fixture(scope="module")
def engines():
    return {engine.family: engine for engine in engine_views(day_inputs().answers)}


def say(engine, *, only_of_its_family=True, **changes):
    figure = replace(FIGURE, **changes)
    said = words.own_sentence("Larkstride", engine, figure, only_of_its_family=only_of_its_family)
    return said.replace("\xa0", " ")


def test_a_brand_that_is_never_named_is_said_with_its_upper_bound(engines):
    said = say(engines["local"], value=0.0, lower=0.0, upper=0.221, numerator=0)
    assert said == "By itself, the model never named Larkstride: 0 of 36 answers, at most 22 % (95 %)."


def test_a_named_brand_is_said_with_counts_and_interval(engines):
    assert say(engines["grounded"]) == (
        "With the scraped pages to read, the model named Larkstride in 14 of 36 answers: 39 %, 95 % interval 22 to 58 %."
    )


def test_an_engine_of_another_family_is_called_by_its_name(engines):
    assert say(replace(engines["local"], family="import", engine_id="captured")).startswith(
        "captured named Larkstride"
    )


def test_two_engines_of_one_family_are_told_apart_by_name(engines):
    assert say(engines["local"], only_of_its_family=False).startswith("By itself, smollm2 named Larkstride")


def test_a_missing_figure_is_said_with_its_reason_and_without_a_number(engines):
    said = say(engines["local"], value=None, lower=None, upper=None, numerator=None, n=0, reason="no_answers")
    assert said == (
        "Larkstride in smollm2: no figure. No usable answer: all failed, were empty or were refused."
    )


def test_a_figure_without_an_interval_says_why(engines):
    said = say(engines["local"], lower=None, upper=None, reason="fewer_than_3_prompts")
    assert said.endswith("39 %, without an interval (Under 3 prompts no interval is given).")


def test_the_control_is_praised_only_where_it_was_never_named():
    silent = replace(FIGURE, value=0.0, numerator=0)
    assert words.control_sentence("Ombrevale", [silent, silent]) == (
        "The invented control Ombrevale was named in 0 of 72 answers, as it must be."
    )
    assert words.control_sentence("Ombrevale", [silent, FIGURE]).startswith("Warning")
    assert "could not be measured" in words.control_sentence("Ombrevale", [replace(FIGURE, value=None)])


def test_answers_that_are_left_out_are_counted_by_status(engines):
    both = list(engines.values())
    assert words.left_out_sentence(both).startswith("Of 84 planned answers, 2 failed, 1 refused, 1 empty:")
    clean = [replace(engine, statuses={"ok": engine.planned}) for engine in both]
    assert words.left_out_sentence(clean) == "All 84 planned answers arrived and could be read."
    assert words.left_out_sentence([]) == "No answer was planned for this day, so there is no figure."


def test_no_competitor_is_called_most_named_where_none_is_named():
    assert words.most_named_sentence([("Nike", replace(FIGURE, value=0.0))]) is None
    assert words.most_named_sentence([("Nike", FIGURE), ("Hoka", replace(FIGURE, value=0.1))]) == (
        "Competitor named most often here: Nike, 14 of 36 answers."
    )
