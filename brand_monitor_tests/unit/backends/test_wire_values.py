"""The readers of foreign JSON and of waits: no value is too odd for them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.providers.values import (
    count,
    items,
    mapping,
    mappings,
    number,
    string,
    strings,
    total,
    word,
)
from brand_monitor.backends.llm.providers.waits import asked_wait, duration, seconds
from brand_monitor_tests.provider_stubs.odd_bodies import ANY_JSON


class TestValues:
    @given(ANY_JSON)
    def test_any_json_gives_a_value_of_the_type_or_none(self, value):
        assert isinstance(mapping(value), dict)
        assert all(isinstance(one, dict) for one in mappings(value))
        assert all(one.strip() for one in strings(value))
        assert len(items(value)) == (len(value) if isinstance(value, list) else 0)
        assert word(value) is None or word(value) == string(value)
        assert number(value) is None or 0 <= number(value) < math.inf
        assert count(value) is None or count(value) == value

    @pytest.mark.parametrize(
        ("value", "number_of_it", "count_of_it"),
        [
            (3, 3.0, 3),
            (3.0, 3.0, 3),
            (0.5, 0.5, None),
            (0, 0.0, 0),
            (-1, None, None),
            (True, None, None),
            ("3", None, None),
            (math.nan, None, None),
            (math.inf, None, None),
            (2**53, None, None),
            (10**400, None, None),
        ],
    )
    def test_numbers_are_those_that_a_field_can_mean(self, value, number_of_it, count_of_it):
        assert (number(value), count(value)) == (number_of_it, count_of_it)

    def test_a_lone_surrogate_is_replaced_and_the_length_stays(self):
        assert string("a\ud83d🍵\udfffb") == "a\ufffd🍵\ufffdb"

    def test_blank_texts_say_nothing(self):
        assert (word(" \n"), word("a "), strings(["", "a", None, "\t"])) == (None, "a ", ["a"])

    def test_a_total_is_of_what_is_known_and_none_of_nothing(self):
        assert (total(1, None, "x", 2), total(None, "x"), total()) == (3, None, None)


class TestWaits:
    @pytest.mark.parametrize(
        ("text", "length"),
        [
            ("6m0s", 360.0),
            ("120ms", 0.12),
            ("34.4s", 34.4),
            ("1h2m3.5s", 3_723.5),
            ("1d", 86_400.0),
            ("", None),
            ("6", None),
            ("s", None),
            ("6m 0s", None),
            ("-6s", None),
            (None, None),
        ],
    )
    def test_a_duration_is_read_in_seconds(self, text, length):
        assert duration(text) == (None if length is None else pytest.approx(length))

    @given(st.text() | st.none())
    def test_any_text_is_a_wait_or_none(self, text):
        for found in (
            duration(text),
            seconds(text),
            asked_wait({"retry-after": text or "", "date": text or ""}),
        ):
            assert found is None or 0 <= found < math.inf

    def test_a_date_that_is_over_means_no_wait(self):
        headers = {"retry-after": "Wed, 25 Nov 2026 09:00:00 GMT", "date": "Wed, 25 Nov 2026 10:00:00 GMT"}
        assert asked_wait(headers) == 0.0

    def test_a_retry_after_may_be_a_duration(self):
        assert asked_wait({"retry-after": "34.4s"}) == 34.4
