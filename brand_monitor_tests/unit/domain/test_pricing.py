"""A call costs what the provider states, else usage times price; an unknown cost is null, never 0."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.interface import Usage
from brand_monitor.domain.costs.pricing import (
    COST_REASONS,
    FROM_CACHE,
    OWN_MACHINE,
    Cost,
    LongInput,
    Price,
    Rates,
    estimated_input,
    expected_cost,
    price_of,
)

RATES = Rates(2.0, 10.0, cached_input_usd_per_million=0.2, cache_write_usd_per_million=2.5)
PRICE = Price(RATES, "a source", search_usd=0.01)
LONG = replace(PRICE, long_input=LongInput(272_000, Rates(4.0, 15.0, 0.4, 5.0)))

tokens = st.integers(0, 2_000_000)
maybe_tokens = st.none() | tokens
rates = st.builds(
    Rates,
    st.floats(0, 100),
    st.floats(0, 100),
    st.none() | st.floats(0, 100),
    st.none() | st.floats(0, 100),
)
prices = st.builds(
    Price,
    rates,
    st.just("a source"),
    search_usd=st.none() | st.floats(0, 1),
    search_unit=st.sampled_from(["search", "query", "prompt"]),
)
usages = st.builds(
    Usage, maybe_tokens, maybe_tokens, maybe_tokens, maybe_tokens, searches=st.none() | st.integers(0, 9)
)
full_usages = st.builds(Usage, tokens, tokens, tokens, tokens, searches=st.integers(0, 9))


@dataclass(frozen=True)
class OtherUsage:
    """Has the form that is asked for and nothing else in common with the real one."""

    input_tokens: int | None = 1_000_000
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    output_tokens: int | None = 0
    searches: int | None = None
    stated_cost_usd: float | None = None


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (Usage(input_tokens=1_000, output_tokens=100), 0.003),
        (Usage(input_tokens=1_000, cached_tokens=400, output_tokens=100), 0.002 - 0.0008 + 0.00008 + 0.001),
        (Usage(input_tokens=1_000, cache_write_tokens=1_000, output_tokens=0), 0.0025),
        (Usage(input_tokens=1_000, output_tokens=100, reasoning_tokens=90), 0.003),
        (Usage(input_tokens=0, output_tokens=0, searches=3), 0.03),
        (Usage(input_tokens=0, output_tokens=0), 0.0),
    ],
)
def test_usage_times_price(usage: Usage, usd: float) -> None:
    assert price_of(usage, PRICE) == Cost(pytest.approx(usd), None, "a source")


def test_any_object_of_that_form_has_a_cost() -> None:
    assert price_of(OtherUsage(), PRICE).usd == pytest.approx(2.0)


def test_what_the_provider_states_wins_even_where_no_price_is_known() -> None:
    usage = Usage(input_tokens=1_000, output_tokens=100, stated_cost_usd=0.00119)
    assert price_of(usage, PRICE, web=True) == Cost(0.00119, None, "provider")
    assert price_of(usage, None) == Cost(0.00119, None, "provider")


@pytest.mark.parametrize("stated", [-1.0, float("nan"), float("inf")])
def test_a_stated_cost_that_is_no_amount_is_ignored(stated: float) -> None:
    usage = Usage(input_tokens=1_000, output_tokens=100, stated_cost_usd=stated)
    assert price_of(usage, PRICE).usd == pytest.approx(0.003)


@pytest.mark.parametrize(
    ("usage", "price", "reason"),
    [
        (Usage(input_tokens=1, output_tokens=1), None, "unknown_price"),
        (Usage(), PRICE, "no_usage"),
        (Usage(input_tokens=1), PRICE, "no_usage"),
        (Usage(input_tokens=-1, output_tokens=1), PRICE, "no_usage"),
        (Usage(input_tokens=1, output_tokens=1), PRICE, "no_searches"),
        (
            Usage(input_tokens=1, output_tokens=1, searches=1),
            replace(PRICE, search_usd=None),
            "unknown_search_fee",
        ),
    ],
)
def test_an_unknown_cost_is_null_and_says_why(usage: Usage, price: Price | None, reason: str) -> None:
    cost = price_of(usage, price, web=True)
    assert (cost.usd, cost.reason) == (None, reason)
    assert cost.note == reason
    assert reason in COST_REASONS


def test_a_web_call_that_did_not_search_needs_no_fee() -> None:
    usage = Usage(input_tokens=1_000, output_tokens=100, searches=0)
    assert price_of(usage, replace(PRICE, search_usd=None), web=True).usd == pytest.approx(0.003)


def test_queries_are_charged_each_and_prompts_once() -> None:
    usage = Usage(input_tokens=0, output_tokens=0, searches=4)
    each = replace(PRICE, search_usd=0.014, search_unit="query")
    once = replace(PRICE, search_usd=0.035, search_unit="prompt")
    assert price_of(usage, each).usd == pytest.approx(0.056)
    assert price_of(usage, once).usd == pytest.approx(0.035)


def test_a_long_input_makes_the_whole_call_dearer() -> None:
    at = price_of(Usage(input_tokens=272_000, output_tokens=1_000), LONG).usd
    above = price_of(Usage(input_tokens=272_001, output_tokens=1_000), LONG).usd
    assert at == pytest.approx(0.544 + 0.01)
    assert above == pytest.approx(272_001 * 4e-6 + 0.015)


def test_our_own_machine_and_the_cache_charge_nothing_and_say_so() -> None:
    assert price_of(Usage(), OWN_MACHINE, web=True) == Cost(0.0, "own_machine", "own machine")
    assert expected_cost(OWN_MACHINE, input_tokens=9, max_tokens=9).usd == 0
    assert (FROM_CACHE.usd, FROM_CACHE.reason) == (0.0, "from_cache")


def test_parts_that_claim_more_than_the_whole_input_are_cut() -> None:
    usage = Usage(input_tokens=1_000, cached_tokens=5_000, cache_write_tokens=5_000, output_tokens=0)
    assert price_of(usage, PRICE).usd == pytest.approx(0.0002)


@pytest.mark.parametrize(
    ("price", "searches", "reason"),
    [(None, 0, "unknown_price"), (replace(PRICE, search_usd=None), 1, "unknown_search_fee")],
)
def test_a_plan_without_a_price_has_no_cost(price: Price | None, searches: int, reason: str) -> None:
    cost = expected_cost(price, input_tokens=1, max_tokens=1, searches=searches)
    assert (cost.usd, cost.reason) == (None, reason)


@given(prices, usages)
def test_a_cost_is_a_positive_amount_or_null_with_a_reason(price: Price, usage: Usage) -> None:
    cost = price_of(usage, price, web=True)
    assert (cost.usd is None) == (cost.reason is not None)
    assert cost.usd is None or cost.usd >= 0
    if None in {usage.input_tokens, usage.output_tokens, usage.searches}:
        assert cost.usd is None


@given(prices, full_usages, full_usages)
def test_more_tokens_and_searches_never_cost_less(price: Price, usage: Usage, added: Usage) -> None:
    plain = replace(usage, cached_tokens=None, cache_write_tokens=None)
    more = replace(
        plain,
        input_tokens=plain.input_tokens + added.input_tokens,
        output_tokens=plain.output_tokens + added.output_tokens,
        searches=plain.searches + added.searches,
    )
    known = replace(price, search_usd=price.search_usd or 0.0)
    assert price_of(more, known).usd >= price_of(plain, known).usd * (1 - 1e-12)


@given(prices, full_usages)
def test_the_expected_cost_bounds_every_call_within_it(price: Price, usage: Usage) -> None:
    actual = price_of(usage, price)
    bound = expected_cost(
        price, input_tokens=usage.input_tokens, max_tokens=usage.output_tokens, searches=usage.searches
    )
    assert (actual.usd, actual.reason) == (None, bound.reason) or actual.usd <= bound.usd * (1 + 1e-12)


@given(st.integers(0, 10**6), st.integers(0, 5))
def test_the_estimated_input_grows_with_text_and_searches(characters: int, searches: int) -> None:
    estimate = estimated_input(characters, searches=searches)
    assert characters / 4 <= estimate
    assert estimated_input(characters, searches=searches + 1) > estimate
