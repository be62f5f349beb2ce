"""The HTML of the parts that a day may lack: present or not, safe with hostile text, bounded in size."""

from collections import Counter
from dataclasses import replace

import polars as pl
import pytest
from lxml import html

from brand_monitor.reporting.engines import EMBEDDED_LABEL
from brand_monitor.reporting.render import render_report
from brand_monitor_tests.unit.report_measures import candidates, effects, measured_inputs
from brand_monitor_tests.unit.report_sample import HOSTILE, day_inputs

SECTIONS = ["changes", "sentiment", "effects", "uncounted", "candidates"]
MOST_BYTES = 1_000_000


@pytest.fixture(scope="module")
def report():
    return render_report(measured_inputs())


@pytest.fixture(scope="module")
def page(report):
    return html.document_fromstring(report)


def hostile(text):
    """Return the sample with ``text`` in every column of text that an answer, page or grader may have filled."""
    inputs = measured_inputs()
    said = {
        "core/brand_candidates": ["candidate", "sentence"],
        "core/answer_sentiments": [],
        "metrics/brand_sentiments": ["grader", "grader_version", "aspect"],
        "experiments/source_effects": ["url", "experiment_id", "scope_note", "reason"],
        "metrics/changes": ["reason"],
        "metrics/brand_contrasts": ["reason"],
    }
    optional = {
        name: rows.with_columns(**{column: pl.lit(text) for column in said.get(name, [])})
        for name, rows in inputs.optional.items()
    }
    lists = {"products": [text, text]}
    optional["core/brand_candidates"] = optional["core/brand_candidates"].with_columns(
        **{name: pl.lit(values) for name, values in lists.items()}
    )
    sentiments = inputs.optional["metrics/brand_sentiments"]
    optional["metrics/brand_sentiments"] = pl.concat([sentiments, optional["metrics/brand_sentiments"]])
    models = pl.lit([text])
    optional["metrics/changes"] = optional["metrics/changes"].with_columns(
        verdict=pl.lit("model_changed"), models_before=models, models_after=models
    )
    mentions = inputs.answer_mentions.with_columns(
        sentence=pl.lit(text), reason=pl.lit(text), evidence=pl.lit([text])
    )
    figures = inputs.brand_metrics.with_columns(
        subject=pl.when(pl.col("subject_kind") == "domain").then(pl.lit(text)).otherwise("subject")
    )
    return replace(
        inputs,
        answers=inputs.answers.with_columns(text=pl.lit(text * 40)),
        answer_mentions=mentions,
        brand_metrics=figures,
        optional=optional,
    )


def test_the_parts_stand_in_the_page_and_in_its_contents(page):
    linked = page.xpath("//nav//a/@href")
    for section in SECTIONS:
        assert page.get_element_by_id(section).tag == "section"
        assert f"#{section}" in linked


def test_a_day_without_them_has_neither_sections_nor_links_to_them():
    page = html.document_fromstring(render_report(day_inputs()))
    assert not {*SECTIONS, "cost"} & set(page.xpath("//@id"))
    assert not {f"#{section}" for section in SECTIONS} & set(page.xpath("//nav//a/@href"))


def test_every_link_inside_has_its_target_and_no_id_is_used_twice(page):
    ids = Counter(page.xpath("//@id"))
    assert [name for name, count in ids.items() if count > 1] == []
    assert {link[1:] for link in page.xpath("//a/@href") if link.startswith("#")} <= set(ids)


def test_every_table_cell_is_reached_by_a_header(page):
    for table in page.iter("table"):
        columns = table.xpath(".//thead//th[@scope='col']")
        for row in table.xpath(".//tbody/tr"):
            assert row.xpath("./th[@scope='row']")
            assert len(row) == len(columns)


def test_embedded_answers_are_labelled_in_every_part(page):
    for section in SECTIONS:
        assert EMBEDDED_LABEL in page.get_element_by_id(section).text_content(), section


def test_the_reach_of_an_effect_stands_above_its_table(page):
    [section] = page.xpath("//section[@id='effects']")
    assert "This model on this frozen context, not the consumer product." in section.text_content()
    assert "caus" not in section.text_content()


def test_a_passage_leads_to_its_answer(page):
    assert page.xpath("//section[@id='sentiment']//a[starts-with(@href, '#answer-')]")
    assert page.xpath("//section[@id='uncounted']//a[starts-with(@href, '#answer-')]")


def test_all_is_there_without_a_script(page):
    for section in SECTIONS:
        assert not page.xpath(f"//section[@id='{section}']//*[@hidden]")


@pytest.mark.parametrize("text", [HOSTILE, '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}{% raw %}"])
def test_hostile_text_stays_text_in_every_part(text):
    page = html.document_fromstring(render_report(hostile(text)))
    assert len(page.xpath("//script")) == len(page.xpath("//style")) == 1
    assert not page.xpath("//img | //b | //@onerror")
    for section in SECTIONS:
        assert text in page.get_element_by_id(section).text_content(), section


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x"])
def test_the_address_of_a_source_that_a_browser_would_run_is_no_link(url):
    page = html.document_fromstring(
        render_report(measured_inputs(experiments__source_effects=effects(url=url)))
    )
    assert not page.xpath("//section[@id='effects']//a")


def test_direction_overrides_do_not_reach_the_reader():
    report = render_report(hostile("safe\u202egnp.exe"))
    assert "\u202e" not in report
    assert "safe[U+202E]gnp.exe" in report


def test_huge_texts_and_many_rows_leave_the_report_of_a_day_small():
    inputs = hostile("long " * 5_000)
    many = measured_inputs(
        core__brand_candidates=candidates(inputs, 3_000),
        experiments__source_effects=pl.concat([effects(experiment_id=f"e{n}") for n in range(200)]),
    )
    for day in (inputs, many):
        assert len(render_report(day).encode()) < MOST_BYTES


def test_the_same_tables_in_another_order_give_the_same_file(report):
    inputs = measured_inputs()
    shuffled = {name: rows.sample(fraction=1, shuffle=True, seed=3) for name, rows in inputs.optional.items()}
    assert render_report(replace(inputs, optional=shuffled)) == report
