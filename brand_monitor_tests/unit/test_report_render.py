"""The HTML file: self-contained, safe with hostile text, navigable, and of bounded size."""

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace

import polars as pl
import pytest
from lxml import html

from brand_monitor.reporting.engines import EMBEDDED_LABEL
from brand_monitor.reporting.render import render_report
from brand_monitor_tests.unit.report_sample import HOSTILE, day_inputs

MOST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def report():
    return render_report(day_inputs(history_days=2))


@pytest.fixture(scope="module")
def page(report):
    return html.document_fromstring(report)


def hostile_inputs(text):
    """Return the sample with ``text`` wherever a page, an answer or a monitor file could have put it."""
    inputs = day_inputs()
    said = {name: pl.lit(text) for name in ("text", "prompt_text", "intent", "served_model", "reason")}
    mentions = inputs.answer_mentions.with_columns(
        sentence=pl.lit(text) + pl.col("surface"), kind=pl.lit("named")
    )
    brands = inputs.brands.with_columns(brand=pl.lit(text) + pl.col("brand"))
    influence = inputs.source_influence.with_columns(url=pl.lit(text), title=pl.lit(text))
    snapshots = inputs.page_snapshots.with_columns(url=pl.lit(text), reason=pl.lit(text))
    return replace(
        inputs,
        market=text,
        brands=brands,
        answers=inputs.answers.with_columns(**said),
        answer_mentions=mentions,
        citations=inputs.citations.with_columns(domain=pl.lit(text), url=pl.lit(text)),
        source_influence=influence,
        page_snapshots=snapshots,
        brand_pageranks=inputs.brand_pageranks.with_columns(label=pl.lit(text)),
        provenance=replace(inputs.provenance, run_ids=(text,), versions={text: text}),
    )


def test_the_file_asks_the_network_for_nothing(page):
    assert not page.xpath(
        "//link | //img | //iframe | //object | //embed | //form | //base | //script[@src] | //*[@srcset]"
    )
    assert not page.xpath("//*[@style] | //@*[starts-with(name(), 'on')]")
    style = page.xpath("string(//style)")
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_allows_exactly_the_files_own_style_and_script(page):
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    for name in ("style", "script"):
        digest = hashlib.sha256(page.xpath(f"string(//{name})").encode()).digest()
        assert f"{name}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert policy.startswith("default-src 'none'")


def test_links_outside_go_to_the_web_only_and_carry_no_referrer(page):
    outside = [link for link in page.xpath("//a[@href]") if not link.get("href").startswith("#")]
    assert outside
    assert all(link.get("href").startswith(("http://", "https://")) for link in outside)
    assert all("noreferrer" in link.get("rel") for link in outside)


def test_every_link_inside_has_its_target_and_no_id_is_used_twice(page):
    ids = Counter(page.xpath("//@id"))
    assert [name for name, count in ids.items() if count > 1] == []
    assert {link[1:] for link in page.xpath("//a/@href") if link.startswith("#")} <= set(ids)


def test_the_sentences_behind_a_headline_number_are_one_link_away(page):
    [link] = page.xpath("//section[@id='headline']//a[starts-with(@href, '#says-')]/@href")
    section = page.get_element_by_id(link[1:])
    assert section.tag == "details"
    assert {mark.text for mark in section.iter("mark")} == {"Larkstride"}
    assert section.xpath(".//a[starts-with(@href, '#answer-')]")


def test_every_table_cell_is_reached_by_a_header(page):
    for table in page.iter("table"):
        assert table.xpath(".//thead//th[@scope='col']")
        assert all(row.xpath("./th[@scope='row']") for row in table.xpath(".//tbody/tr"))


def test_drawings_are_described_in_words(page):
    drawings = page.xpath("//svg")
    assert len(drawings) == 7  # visibility, share and days of two engines; pages of the one that reads
    described = [drawing.get("aria-label").replace("\xa0", " ") for drawing in drawings]
    assert described[0].startswith("Visibility in smollm2. Larkstride 0 % at most 24 %; Nike")


def test_embedded_answers_are_labelled_wherever_an_engine_is_shown(page):
    for section in ("headline", "engines", "prompts", "time", "sources", "sentences", "coverage", "answers"):
        assert EMBEDDED_LABEL in page.get_element_by_id(section).text_content(), section
    answers = page.xpath("//article[contains(@class, 'answer')]")
    assert len(answers) == 84
    assert all(EMBEDDED_LABEL in answer.text_content() for answer in answers)


def test_a_number_names_its_definition_and_its_version(page):
    shown = page.get_element_by_id("definitions").text_content()
    assert "visibility@1" in shown
    assert "share_of_voice@1" in shown


def test_a_missing_figure_shows_its_reason_and_no_zero(page):
    rows = page.xpath("//section[@id='engines']//tr[th[contains(., 'Average position')]]")
    cell = rows[0].xpath("./td[@data-label='smollm2']")[0].text_content()
    assert cell == "—The brand is not named, so it has no position."


def test_a_zero_is_shown_as_a_zero(page):
    cells = page.xpath("//section[@id='coverage']//tr[1]/td[@data-label='Refused']")
    assert cells[0].text_content() == "0"


def test_branded_prompts_stand_apart(page):
    [table] = page.xpath("//table[caption[starts-with(., 'Branded prompts, apart')]]")
    assert "of 6" in table.text_content()
    assert "of 6" not in page.get_element_by_id("headline").text_content()


def test_the_same_inputs_give_the_same_file():
    assert render_report(day_inputs()) == render_report(day_inputs())


@pytest.mark.parametrize(
    "text", [HOSTILE, '"><img src=x onerror=alert(1)>', "</style></script><b>", "{{ 7 * 7 }}{% raw %}"]
)
def test_hostile_text_stays_text_everywhere(text):
    page = html.document_fromstring(render_report(hostile_inputs(text)))
    assert len(page.xpath("//script")) == len(page.xpath("//style")) == 1
    assert not page.xpath("//img | //b | //@onerror")
    assert text in page.text_content()
    assert "alert" not in page.xpath("string(//script)")
    assert "49" not in page.xpath("string(//h1)")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_a_url_that_a_browser_would_run_is_text_and_no_link(url):
    page = html.document_fromstring(render_report(hostile_inputs(url)))
    assert url in page.text_content()
    assert not [
        link for link in page.xpath("//@href | //@src") if not link.startswith(("#", "http://", "https://"))
    ]


def test_direction_overrides_do_not_reach_the_reader():
    report = render_report(hostile_inputs("safe\u202egnp.exe"))
    assert "\u202e" not in report
    assert "safe[U+202E]gnp.exe" in report


def test_huge_texts_are_cut_and_the_cut_is_said():
    report = render_report(hostile_inputs("long " * 20_000))
    assert len(report.encode()) < MOST_BYTES
    assert re.search(r"\[\d+,\d+ more characters\]", report)


def test_a_demo_day_and_ten_thousand_answers_stay_within_their_size(report):
    assert len(report.encode()) < MOST_BYTES
    large = render_report(day_inputs(answers_per_prompt=358))
    assert len(large.encode()) < MOST_BYTES
    shown = re.search(r"([\d,]+) of 10,024 planned answers, to keep this file readable", large)
    assert shown
    assert large.count('<article class="answer"') == int(shown[1].replace(",", ""))


def test_a_single_day_says_that_a_trend_needs_another():
    page = html.document_fromstring(render_report(day_inputs()))
    assert "Only one day has figures so far" in page.get_element_by_id("time").text_content()


def test_the_nearest_sources_on_the_graph_are_shown_once_whatever_the_engines():
    inputs = day_inputs()
    both = {
        name: pl.concat(
            [getattr(inputs, name), getattr(inputs, name).with_columns(engine_id=pl.lit("second"))]
        )
        for name in ("answers", "source_influence")
    }
    silent = {"source_influence": inputs.source_influence.clear()}
    for changes in ({}, both, silent):
        shown = html.document_fromstring(render_report(replace(inputs, **changes)))
        assert shown.get_element_by_id("sources").text_content().count("Nearest sources on the graph") == 1


def test_our_own_style_and_script_cannot_close_their_element(report):
    assert report.count("</script") == report.count("</style") == 1


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("look", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((ink, ground) for ink in ("ink", "muted", "accent") for ground in ("paper", "surface")),
        ("ink", "tint"),
    ],
)
def test_text_stands_out_from_its_ground_as_wcag_aa_asks(page, look, ink, ground):
    looks = re.findall(r":root \{(.*?)\}", page.xpath("string(//style)"), re.DOTALL)
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", looks[look]))
    light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
