"""Drawings: readable in light, dark and on paper, safe with hostile names, honest about what is missing."""

import re
from datetime import date, timedelta

import pytest
from lxml import etree

from brand_monitor.reporting import charts
from brand_monitor.reporting.charts import ForestRow, PairRow, StripRow
from brand_monitor.reporting.svg import inline_svg
from brand_monitor.reporting.trends import Point

OWN = ForestRow(
    name="Larkstride", role="own", value=0.4, lower=0.2, upper=0.6, shown="40 %", interval="20 to 60 %"
)
RIVAL = ForestRow(
    name="Nike", role="competitor", value=0.5, lower=0.3, upper=0.7, shown="50 %", interval="30 to 70 %"
)
CONTROL = ForestRow(
    name="Ombrevale", role="control", value=0, lower=0, upper=0.2, shown="0 %", interval="at most 20 %"
)
MISSING = ForestRow(
    name="Hoka",
    role="competitor",
    value=None,
    lower=None,
    upper=None,
    shown="—",
    interval="",
    note="No usable answer.",
)


def draw(chart):
    return etree.fromstring(inline_svg(chart, "a description"))


def texts(drawing):
    return ["".join(node.itertext()) for node in drawing.iter("{*}text")]


def dots(drawing):
    return [node for node in drawing.iter("{*}path") if "A" in node.get("d", "")]


def a_drawing_of_each_kind():
    days = [
        Point(day=date(2026, 1, 1) + timedelta(days=n), value=0.1 * n, lower=0.0, upper=0.5) for n in range(4)
    ]
    return [
        charts.forest([OWN, RIVAL, CONTROL], 1.0),
        charts.strips(
            [StripRow(name="Larkstride", role="own", points=days, shown="30 %")], 1.0, "01 Jan", "04 Jan", 3
        ),
        charts.pairs([PairRow(name="a.example/b", having=0.6, without=0.2, shown="in 3 of 9")], 1.0),
    ]


@pytest.mark.parametrize("chart", a_drawing_of_each_kind(), ids=["forest", "strips", "pairs"])
def test_every_colour_is_one_of_the_page_and_the_width_is_a_phones(chart):
    drawing = draw(chart)
    markup = etree.tostring(drawing, encoding="unicode")
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', markup)) - {"none"}
    assert colours
    assert all(colour.startswith("var(--") for colour in colours)
    assert drawing.get("viewBox").split()[2] == str(charts.WIDTH)
    assert "style=" not in markup  # the page's policy forbids inline styles


def test_a_drawing_has_a_description_for_those_who_hear_it():
    drawing = draw(charts.forest([OWN], 1.0))
    assert (drawing.get("role"), drawing.get("aria-label")) == ("img", "a description")


def test_an_interval_is_drawn_from_its_lower_to_its_upper_end():
    lines = [
        node
        for node in draw(charts.forest([OWN], 1.0)).iter("{*}line")
        if node.get("stroke") == "var(--accent)"
    ]
    start = float(re.findall(r"[\d.]+", lines[0].get("transform"))[0])
    end = start + float(lines[0].get("x2"))
    assert (start / charts.PLOT, end / charts.PLOT) == (pytest.approx(0.2), pytest.approx(0.6))


def test_a_missing_figure_has_no_dot_and_shows_its_reason():
    drawing = draw(charts.forest([OWN, MISSING], 1.0))
    assert len(dots(drawing)) == 1
    assert "No usable answer." in texts(drawing)
    assert "0 %" not in [text.replace("\xa0", " ") for text in texts(drawing)][-4:]


def test_the_control_is_hollow_and_the_own_brand_filled():
    fills = [node.get("fill") for node in dots(draw(charts.forest([OWN, RIVAL, CONTROL], 1.0)))]
    assert fills == ["var(--accent)", "var(--muted)", "var(--paper)"]


def test_a_day_without_a_figure_is_a_gap_and_not_a_zero():
    points = [
        Point(day=date(2026, 1, day), value=value, lower=None, upper=None)
        for day, value in ((1, 0.5), (2, None), (3, 0.5), (4, 0.5))
    ]
    drawing = draw(
        charts.strips([StripRow(name="x", role="own", points=points, shown="50 %")], 1.0, "a", "b", 3)
    )
    assert len(dots(drawing)) == 3


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"/><image href="x">', "'; datum.x = 1 //", "\\u003c", "a" * 9_000]
)
def test_a_hostile_name_stays_text(name):
    drawing = draw(charts.forest([ForestRow(**{**OWN.__dict__, "name": name})], 1.0))
    tags = {etree.QName(node).localname for node in drawing.iter()}
    assert tags <= {"svg", "g", "line", "path", "text"}
    assert any(text and name.startswith(text[:5]) for text in texts(drawing))


@pytest.mark.parametrize(
    ("values", "top"),
    [([0.05, None], 0.1), ([0.2], 0.25), ([0.5], 0.5), ([0.51], 1.0), ([], 1.0), ([None], 1.0)],
)
def test_an_axis_holds_every_value(values, top):
    assert charts.axis_top(values) == top
