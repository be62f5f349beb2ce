"""Numbers and foreign text as a reader may safely see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.reporting import text

CONTROL = [chr(code) for code in (0x00, 0x07, 0x1B, 0x7F, 0x85, 0x200F, 0x202E, 0x2066)]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (0.0, "0 %"),
        (0.001, "under 1 %"),
        (0.386, "39 %"),
        (0.999, "over 99 %"),
        (1.0, "100 %"),
    ],
)
def test_a_missing_share_is_a_dash_and_a_small_one_is_not_zero(value, shown):
    assert text.percent(value).replace("\N{NO-BREAK SPACE}", " ") == shown


def test_counts_without_a_denominator_are_a_dash():
    assert text.count_of(None, 36) == text.count_of(14, None) == "—"
    assert text.count_of(14.0, 36.0) == "14 of 36"


def test_an_unknown_price_is_not_zero():
    assert (text.money(None), text.money(0), text.money(0.00042), text.money(1234.5)) == (
        "unknown",
        "$0.00",
        "$0.0004",
        "$1,234.50",
    )


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_text_is_cut_and_says_how_much_is_missing(raw, limit):
    shown = text.plain(raw, limit)
    assert ("more characters" in shown) or len(raw) <= limit
    assert not any(character in shown for character in CONTROL)


def test_direction_overrides_are_shown_as_what_they_are():
    assert text.plain("safe\u202egnp.exe") == "safe[U+202E]gnp.exe"


def test_a_label_is_one_short_line():
    assert text.label("a\n  b\tc") == "a b c"
    assert len(text.label("x" * 500)) == text.MAX_LABEL


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "//no-scheme.example/",
        "/relative",
        "http://",
        "http://[broken",
        "https://a.example/\u202egnp",
        "https://a.example/" + "x" * 3_000,
    ],
)
def test_only_web_addresses_become_links(url):
    assert text.href(url) is None


def test_a_web_address_is_kept_as_it_is():
    assert text.href("https://a.example/b?c=d&e=f") == "https://a.example/b?c=d&e=f"


@given(st.text())
def test_any_text_is_a_link_to_the_web_or_none(raw):
    assert text.href(raw) is None or raw.lower().startswith(("http://", "https://"))


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_an_anchor_is_safe_and_stable_whatever_its_parts_hold(parts):
    anchor = text.anchor("says", *parts)
    assert anchor == text.anchor("says", *parts)
    assert anchor.removeprefix("says-").isalnum()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.273, "+27 points"),
        (-0.05, "\N{MINUS SIGN}5 points"),
        (0.0, "0 points"),
        (0.001, "0 points"),
        (None, "\N{EM DASH}"),
    ],
)
def test_a_difference_of_shares_is_in_points_with_its_sign(value, shown):
    assert text.points(value) == shown


def test_a_signed_range_needs_both_ends():
    assert text.signed_range(-0.1, 0.63) == "\N{MINUS SIGN}0.10 to +0.63"
    assert text.signed_range(None, 0.63) == text.points_range(0.1, None) == ""


@pytest.mark.parametrize(
    ("value", "shown"), [(0.00099, "under\xa00.001"), (0.001, "0.001"), (1.0, "1.000"), (None, "\N{EM DASH}")]
)
def test_a_small_chance_is_never_shown_as_zero(value, shown):
    assert text.chance(value) == shown
