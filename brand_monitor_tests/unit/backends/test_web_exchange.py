"""Reading of headers that servers get wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.web.exchange import media_type
from brand_monitor.backends.web.outcomes import named_status


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, (None, None)),
        ("", (None, None)),
        ("text/html", ("text/html", None)),
        ("Text/HTML; Charset=ISO-8859-1", ("text/html", "iso-8859-1")),
        ('text/html;charset="utf-8"', ("text/html", "utf-8")),
        ("text/html; charset=", ("text/html", None)),
        (";charset=utf-8", (None, "utf-8")),
    ],
)
def test_media_type_and_charset_are_read(header, expected):
    assert media_type(header) == expected


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=60))
def test_no_content_type_makes_it_raise(header):
    media_type(header)
    media_type(f"text/html; charset*={header}")


def test_a_status_without_a_name_is_a_number():
    assert [named_status(404), named_status(299)] == ["404 Not Found", "299"]
