"""Published figures as they are shown: null is never 0, and few prompts bear no percentage."""

from dataclasses import replace

from brand_monitor.reporting.figures import Figure, Figures, remark_texts
from brand_monitor.schemas.registry import empty_frame
from brand_monitor_tests.unit.report_sample import day_inputs

SHARE = Figure(
    engine_id="e",
    segment="non_branded",
    subject="b",
    metric="visibility",
    definition="visibility@1",
    value=0.5,
    lower=0.3,
    upper=0.7,
    numerator=5,
    denominator=10,
    n=10,
    k=5,
    reason=None,
)


def shown(figure):
    return figure.shown.replace("\xa0", " ")


def test_a_figure_that_nobody_computed_says_so_and_has_no_value():
    figure = Figures(empty_frame("metrics/brand_metrics")).get("e", "b", "visibility")
    assert (figure.value, figure.shown, figure.counts, figure.interval) == (None, "—", "", "")
    assert figure.missing == "This figure was not computed."


def test_a_null_figure_shows_its_reason_in_words():
    figure = replace(SHARE, value=None, lower=None, upper=None, reason="no_answers")
    assert figure.shown == "—"
    assert figure.missing == "No usable answer: all failed, were empty or were refused."


def test_an_unknown_reason_is_shown_as_it_is_and_a_lost_one_is_named():
    assert replace(SHARE, value=None, reason="Ran out of budget.").missing == "Ran out of budget."
    assert replace(SHARE, value=None, reason=None).missing == "No reason was recorded."


def test_three_or_four_prompts_show_counts_and_no_percentage():
    assert shown(replace(SHARE, flags=("counts_only_under_5_prompts",))) == "5 of 10"
    assert shown(SHARE) == "50 %"


def test_an_interval_at_the_edge_is_worded_as_a_bound():
    never = replace(SHARE, value=0.0, lower=0.0, upper=0.24)
    always = replace(SHARE, value=1.0, lower=0.76, upper=1.0)
    assert [one.interval.replace("\xa0", " ") for one in (SHARE, never, always)] == [
        "30 to 70 %",
        "at most 24 %",
        "at least 76 %",
    ]


def test_a_rank_is_no_percentage_and_carries_no_count():
    rank = replace(
        SHARE, metric="entity_rank", definition="entity_rank@1", value=1.75, lower=None, reason="descriptive"
    )
    assert (rank.shown, rank.counts, rank.missing) == ("1.8", "", "")


def test_a_definition_of_another_version_of_the_code_is_still_shown():
    assert shown(replace(SHARE, definition="visibility@99")) == "50 %"


def test_every_remark_has_a_meaning_in_words():
    figures = Figures(day_inputs().brand_metrics).all()
    remarks = remark_texts(figures)
    assert {"descriptive", "no_mentions", "unequal_repeats"} <= {name for name, _ in remarks}
    assert all(meaning.endswith(".") and "known for this id" not in meaning for _, meaning in remarks)


def test_the_headline_metrics_come_first_among_the_metrics():
    assert Figures(day_inputs().brand_metrics).metrics_of("brand")[0] == "visibility"
