"""What is read out of a page, and that nothing a page contains makes reading raise."""

import re
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from brand_monitor.domain import documents
from brand_monitor.domain.charsets import SUPPORTED, decode_page
from brand_monitor.domain.documents import (
    MAX_LINKS,
    ExtractedPage,
    UnreadablePage,
    document_id,
    extract_page,
    outgoing_links,
)

DAY = date(2026, 11, 24)
FILLER = (
    "<p>We walked to the market in the morning and bought bread, apples and a new pair of laces there.</p>"
)


def read(html: str | bytes, content_type: str | None = "text/html", charset: str | None = None):
    body = html.encode() if isinstance(html, str) else html
    return extract_page(body, content_type=content_type, charset=charset, fetched_on=DAY)


def article(content: str, head: str = "", html: str = "<html>") -> str:
    return (
        f"<!doctype html>{html}<head><title>A walk</title>{head}</head><body><nav><a href=/menu>Menu</a></nav>"
        f"<article><h1>A walk</h1>{content}{FILLER * 3}</article><footer>Imprint 2019</footer></body></html>"
    )


class TestText:
    def test_the_main_text_comes_without_menus(self):
        page = read(article("<p>It was a fine day for a walk, and we took the long way round the lake.</p>"))
        assert page.title == "A walk"
        assert page.text.splitlines()[:2] == [
            "A walk",
            "It was a fine day for a walk, and we took the long way round the lake.",
        ]
        assert "Menu" not in page.text
        assert "Imprint" not in page.text

    def test_a_link_does_not_cut_its_sentence(self):
        page = read(
            article("<p>We like the <a href='/dawn'>Larkstride\n  Dawn</a>, because it is\nsoft.</p>")
        )
        assert "We like the Larkstride Dawn, because it is soft." in page.text.splitlines()

    def test_list_items_and_table_rows_stay_lines_of_their_own(self):
        page = read(article("<ul><li>Soft soles</li><li>Firm heels</li></ul>"))
        assert {"- Soft soles", "- Firm heels"} <= set(page.text.splitlines())

    def test_forum_posts_are_content(self):
        posts = "".join(
            f"<article class=post><p>Reply number {n} is about laces.</p></article>" for n in range(4)
        )
        page = read(f"<html><title>Thread</title><body><main><h1>Thread</h1>{posts}</main></body></html>")
        assert all(f"Reply number {number}" in page.text for number in range(4))

    def test_words_are_counted(self):
        assert ExtractedPage(None, None, None, "one  two\nthree", ()).word_count == 3

    def test_broken_markup_is_read_as_browsers_read_it(self):
        html = f"<title>Walk</title><body><table><td><div><h1>Walk</h2><p>Rain & wind <b>and <i>snow</b></i>{FILLER * 3}<body>"
        assert "Rain & wind and snow" in read(html).text


class TestLanguage:
    @pytest.mark.parametrize(
        ("html", "head", "language"),
        [
            ("<html lang=de>", "", "de"),
            ("<html lang='FR-ca'>", "", "fr"),
            ("<html>", "<meta http-equiv=Content-Language content='es, en'>", "es"),
            ("<html lang=''>", "", None),
            ("<html lang=mul>", "", None),
            ("<html>", "", None),
        ],
    )
    def test_the_declared_language_is_a_two_letter_code(self, html, head, language):
        assert read(article("<p>Text.</p>", head, html)).language == language


class TestDate:
    def test_the_date_of_publication_is_the_one_that_the_page_states(self):
        head = "<meta property='article:published_time' content='2026-03-04T22:10:00Z'>"
        assert read(article("<p>Text.</p>", head)).published_on == "2026-03-04"

    def test_a_date_after_the_fetch_is_not_believed(self):
        head = "<meta property='article:published_time' content='2031-03-04T22:10:00Z'>"
        assert read(article("<p>Text.</p>", head)).published_on is None

    def test_no_date_is_guessed_from_the_text(self):
        assert read(article("<p>In 2020 we walked 12 km.</p>")).published_on is None


class TestLinks:
    def links(self, content: str, head: str = "") -> list[str]:
        return outgoing_links(read(article(content, head)), "http://walk.example/a/page")

    def test_links_of_the_text_are_canonical_in_order_and_without_repeats(self):
        content = (
            "<p>Go to <a href='b?utm_source=x'>b</a> and <a href='http://Shop.example:80/#top'>a shop</a>, then to"
            " <a href='../c'>c</a>, to <a href='/a/b'>b</a> again, <a href='#here'>here</a> and"
            " <a href='/a/page#part'>back</a>.</p>"
        )
        assert self.links(content) == [
            "http://walk.example/a/b",
            "http://shop.example/",
            "http://walk.example/c",
        ]

    def test_links_of_menus_are_left_out(self):
        assert self.links("<p>No links.</p>") == []

    def test_a_base_element_moves_relative_links(self):
        assert self.links("<p><a href='x'>x</a> is there.</p>", "<base href='/other/'>") == [
            "http://walk.example/other/x"
        ]

    def test_what_leads_to_no_web_page_is_left_out(self):
        content = "".join(
            f"<p>See <a href='{href}'>this</a>.</p>"
            for href in (
                "mailto:a@b.example",
                "javascript:alert(1)",
                "http://[broken",
                "tel:1",
                " ",
                "ftp://x.example/",
            )
        )
        assert self.links(content) == []

    def test_the_number_of_links_is_bounded(self):
        content = "".join(
            f"<p>Item <a href='/{n}'>number {n}</a> of the long list.</p>" for n in range(MAX_LINKS + 50)
        )
        assert len(self.links(content)) == MAX_LINKS


class TestCharset:
    GERMAN = article("<p>Die Füße am größten: schöne Grüße vom Übungsplatz.</p>")

    def test_latin_1_declared_by_the_server(self):
        assert "schöne Grüße" in read(self.GERMAN.encode("latin-1"), charset="ISO-8859-1").text

    def test_latin_1_declared_by_the_page(self):
        for meta in (
            "<meta charset=latin1>",
            "<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'>",
        ):
            html = self.GERMAN.replace("<title>", f"{meta}<title>")
            assert "schöne Grüße" in read(html.encode("latin-1")).text

    def test_latin_1_declared_by_nobody(self):
        assert "schöne Grüße" in read(self.GERMAN.encode("latin-1")).text

    def test_utf_8_declared_by_nobody(self):
        assert "schöne Grüße" in read(self.GERMAN.encode()).text

    def test_a_server_that_declares_the_wrong_charset_does_not_garble_the_page(self):
        assert decode_page("Grüße".encode("latin-1"), "utf-8") == ("Grüße", "cp1252")

    def test_latin_1_means_what_browsers_take_it_for(self):
        assert decode_page(b"\x93soft\x94 \x80 5", "iso-8859-1")[0] == "\u201csoft\u201d \u20ac 5"

    @pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16"])
    def test_a_byte_order_mark_is_believed_before_everything_else(self, charset):
        assert decode_page("Grüße".encode(charset), "koi8-r")[0] == "Grüße"

    @pytest.mark.parametrize("charset", sorted(SUPPORTED))
    def test_what_browsers_decode_we_decode(self, charset):
        assert decode_page("soft".encode(charset), charset) == ("soft", charset)

    @pytest.mark.parametrize(
        "label", ["utf-7", "unicode_escape", "punycode", "base64", "rot13", "undefined", "\0", "x" * 99]
    )
    def test_other_codecs_are_not_run_on_a_page(self, label):
        assert decode_page(b"+ADw-script+AD4- \\u0041", label) == ("+ADw-script+AD4- \\u0041", "utf-8")

    def test_a_page_that_says_utf_16_in_ascii_is_not_utf_16(self):
        html = '<meta charset="utf-16">soft'
        assert decode_page(html.encode(), None) == (html, "utf-8")

    @given(
        st.binary(max_size=300),
        st.one_of(st.none(), st.text(max_size=20), st.sampled_from(sorted(SUPPORTED))),
    )
    def test_decoding_never_raises_and_gives_text_that_can_be_stored(self, body, label):
        text, name = decode_page(body, label)
        assert text.encode().decode() == text
        assert name in SUPPORTED


class TestUnreadable:
    @pytest.mark.parametrize(
        ("body", "content_type", "reason"),
        [
            (b"", "text/html", "empty"),
            (b" \n\t ", "text/html", "empty"),
            (b"%PDF-1.7 ...", "application/pdf", "not_html"),
            (b"<p>hello</p>", "text/plain", "not_html"),
            (b"\x89PNG\r\n", None, "not_html"),
            (b"<html><body><img src=x></body></html>", "text/html", "no_text"),
        ],
    )
    def test_the_reason_is_typed(self, body, content_type, reason):
        page = read(body, content_type)
        assert isinstance(page, UnreadablePage)
        assert page.reason == reason
        assert page.detail

    def test_a_page_without_a_type_is_read_if_it_looks_like_html(self):
        assert isinstance(read(article("<p>Text.</p>"), None), ExtractedPage)

    HOSTILE = st.lists(
        st.sampled_from(
            [
                "<html lang=", "<div>", "</div>", "<p>", "<table><tr><td>", "<a href='", "'>", "<base href='http://[",
                "<script>", "</script>", "<script type='application/ld+json'>", '{"@type": ["', "<!--", "-->", "]]>",
                "<svg><math>", "&#0;", "&#xD800;", "&#x110000;", "&amp", "\0", "\ud800", "\U0010ffff", "<![CDATA[",
                "<meta property='article:published_time' content='", "9999-99-99", "<title>", "<time datetime=",
                "<?xml version='1.0' encoding='utf-16'?>", "<body onload=", "some words of text. ", "<li>", "\x0b", "<h1>",
            ]
        ),
        max_size=40,
    ).map("".join)  # fmt: skip

    @settings(max_examples=150, deadline=None)
    @given(st.one_of(HOSTILE.map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=400)))
    @example(b"<div>" * 20_000)
    @example(b"<html><script type='application/ld+json'>" + b"[" * 20_000)
    @example(b"<a href=x>" * 5_000)
    @example(b"\xff\xfe<\0p\0>\0")
    def test_no_page_makes_it_raise(self, body):
        page = read(body)
        if isinstance(page, ExtractedPage):
            assert page.text.strip()
            assert document_id("http://walk.example/", page.text)
            assert all(link.startswith("http") for link in outgoing_links(page, "http://walk.example/"))


class TestDocumentId:
    def test_it_changes_with_url_and_text_and_with_nothing_else(self):
        ids = {
            document_id(url, text)
            for url in ("http://a.example/", "http://b.example/")
            for text in ("x", "y")
        }
        assert len(ids) == 4
        assert document_id("http://a.example/", "x") in ids
        assert {len(one) for one in ids} == {16}


def test_whatever_a_parser_raises_is_a_reason_and_not_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(documents, "_extract", breaks)
    page = documents.extract_page(
        b"<html><p>text", content_type="text/html", charset=None, fetched_on=date(2026, 11, 24)
    )
    assert page == documents.UnreadablePage("unparsable", "RecursionError: too deep")


def test_the_extractor_names_its_version() -> None:
    assert re.fullmatch(r"trafilatura-\d+\.\d+\.\d+-r\d+", documents.extractor())
