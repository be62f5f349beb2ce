"""The report on what stays, what drifts and where scatter comes from: short, and honest where nothing is known."""

from brand_monitor.reporting.model import build_view
from brand_monitor.reporting.render import render_report
from brand_monitor.reporting.text import percent, percent_range
from brand_monitor.schemas.registry import empty_frame
from brand_monitor_tests.unit.report_measures import measured_inputs


def test_overlaps_have_their_interval_or_the_reason_of_its_absence():
    (one,) = build_view(measured_inputs()).steady
    found = {(row.items, row.name): row for row in one.stable}
    repeats = found["named brands", "Overlap of repeats"]
    assert (repeats.value, repeats.note, repeats.sample) == ("0.62", "0.50 to 0.73", "12 prompts")
    days = found["named brands", "Overlap with the last day before"]
    assert days.note.startswith("Another model answered")
    assert found["named brands", "Volatility"].sample == "6 transitions"


def test_a_drift_is_found_only_where_its_test_says_so():
    (one,) = build_view(measured_inputs()).steady
    assert [(row.verdict, row.is_found) for row in one.drifts] == [
        ("insufficient data", False),
        ("drifted", True),
    ]
    assert "down since" in one.drifts[1].note


def test_raw_and_corrected_rates_stand_side_by_side():
    (one,) = build_view(measured_inputs()).steady
    (row,) = one.corrected
    assert row.raw == (percent(0.4), percent_range(0.3, 0.5))
    assert row.corrected == (percent(0.44), percent_range(0.31, 0.58))
    assert "Rates are not corrected" not in render_report(measured_inputs())


def test_without_a_gold_set_the_report_says_that_rates_are_not_corrected():
    none = empty_frame("metrics/corrected_rates")
    assert "Rates are not corrected" in render_report(measured_inputs(metrics__corrected_rates=none))


def test_sources_of_scatter_that_cannot_be_told_say_why():
    (row,) = build_view(measured_inputs()).scatter
    assert [factor for factor, _ in row.shares] == ["prompt", "repeat"]
    assert row.note == "engine: There is only one of it, so nothing varies."
