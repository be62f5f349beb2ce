"""From what a call used to what it cost: token prices, search fees, and why a cost is not known.

Belongs here: the arithmetic of one call. Not here: where prices come from (``backends.llm.prices``), sums
over answers (``cost``). A cost that is not known is null with a reason and never 0.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, Protocol

#: What a search fee is charged for: each query of the model (Gemini 3 and later), each prompt that led to
#: any search (Gemini 2.5), or each call of the search tool (OpenAI, Anthropic, Perplexity).
SearchUnit = Literal["query", "prompt", "search"]

#: A planned search brings about this many tokens of pages into the input: the replies on record held 6,000
#: to 9,000 for one or two searches.
TOKENS_PER_SEARCH = 10_000
#: Fewest characters that a token stands for on average; English has about 4, so this errs to the dear side.
CHARACTERS_PER_TOKEN = 2.5

_MILLION = 1_000_000

#: Ids of ``Cost.reason`` and what they say.
COST_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unknown_price": "No price is known for this model on this day: add one to prices.yaml.",
        "no_usage": "The reply does not say how many tokens were used.",
        "no_searches": "A web call whose reply does not say how many searches are billed.",
        "unknown_search_fee": "The model searched, and what a search costs is not known.",
        "own_machine": "Answered on this machine: nothing is charged.",
        "captured_elsewhere": "Asked by somebody else, and imported: what it cost is theirs to know.",
        "not_charged": "Refused with an error before a word was written: nothing is charged.",
        "from_cache": "Served from the cache of earlier replies: nothing is charged.",
    }
)


class TokenUsage(Protocol):
    """What a call used; ``backends.llm.interface.Usage`` has this form. None: the reply does not say."""

    @property
    def input_tokens(self) -> int | None:
        """All tokens that were read, cached parts included."""

    @property
    def cached_tokens(self) -> int | None:
        """The part of the input that came from the provider's cache."""

    @property
    def cache_write_tokens(self) -> int | None:
        """The part of the input that was written to it."""

    @property
    def output_tokens(self) -> int | None:
        """All tokens that were written, reasoning included."""

    @property
    def searches(self) -> int | None:
        """Searches that are billed."""

    @property
    def stated_cost_usd(self) -> float | None:
        """What the provider says that the call cost."""


@dataclass(frozen=True)
class Rates:
    """USD per million tokens. Parts of the input without a price of their own cost as much as the rest."""

    input_usd_per_million: float
    output_usd_per_million: float
    cached_input_usd_per_million: float | None = None
    cache_write_usd_per_million: float | None = None


@dataclass(frozen=True)
class LongInput:
    """Rates of the whole call as soon as its input has more than ``above_tokens`` tokens."""

    above_tokens: int
    rates: Rates


@dataclass(frozen=True)
class Price:
    """What a model costs from ``valid_from`` on (None: undated).

    Attributes:
        rates: token prices.
        source: where the price was found, such as ``prices.yaml 2026-11-17`` or ``litellm 1.106.2``.
        long_input: dearer rates for long inputs, if the model has them.
        search_usd: fee for one search, query or prompt, by ``search_unit``; None where it is not known.
        search_unit: what the fee is charged for.
        is_own_machine: nothing is charged, whatever is used.
        note: what the price leaves out; searches that are free up to a monthly number are charged here.
    """

    rates: Rates
    source: str
    valid_from: date | None = None
    long_input: LongInput | None = None
    search_usd: float | None = None
    search_unit: SearchUnit = "search"
    is_own_machine: bool = False
    note: str | None = None


@dataclass(frozen=True)
class Cost:
    """What a call costs in USD.

    Attributes:
        usd: the cost; None where it is not known, which ``reason`` explains.
        reason: key of ``COST_REASONS``: why the cost is null, or why nothing is charged.
        source: what the cost rests on: the source of the price, or ``provider`` where it states the cost.
    """

    usd: float | None
    reason: str | None = None
    source: str | None = None

    @property
    def note(self) -> str | None:
        """Reason or source, whichever says more: for the column ``cost_note``."""
        return self.reason or self.source


#: What a reply from the cache of earlier replies costs.
FROM_CACHE: Final = Cost(0.0, "from_cache")
NOT_CHARGED: Final = Cost(0.0, "not_charged")
CAPTURED_ELSEWHERE: Final = Cost(None, "captured_elsewhere")
OWN_MACHINE: Final = Price(Rates(0.0, 0.0), source="own machine", search_usd=0.0, is_own_machine=True)


def price_of(usage: TokenUsage, price: Price | None, *, web: bool = False) -> Cost:
    """Return what a call cost: as the provider states it, else usage times price.

    Args:
        usage: what the reply says was used; reasoning is part of the output.
        price: the model's price; None where none is known.
        web: the call could search, so that a reply which does not count its searches has no known cost.
    """
    if price and price.is_own_machine:
        return Cost(0.0, "own_machine", price.source)
    stated = usage.stated_cost_usd
    if stated is not None and math.isfinite(stated) and stated >= 0:
        return Cost(stated, None, "provider")
    if price is None:
        return Cost(None, "unknown_price")
    return _charged(usage, price, web=web)


def expected_cost(price: Price | None, *, input_tokens: int, max_tokens: int, searches: int = 0) -> Cost:
    """Return an upper bound of what one call will cost, for plans and budgets.

    It holds as long as the input and the searches are no more than given: all of the input is taken at its
    dearest price, and the reply is as long as allowed.

    Args:
        price: the model's price; None where none is known.
        input_tokens: tokens that will be read, pages found by searches included (``estimated_input``).
        max_tokens: cap on the reply, reasoning included.
        searches: most searches that will be billed.
    """
    if price is None:
        return Cost(None, "unknown_price")
    if price.is_own_machine:
        return Cost(0.0, "own_machine", price.source)
    fee = _search_fee(price, searches)
    if fee is None:
        return Cost(None, "unknown_search_fee", price.source)
    rates = _rates_for(price, input_tokens)
    dearest = max(
        rates.input_usd_per_million,
        rates.cached_input_usd_per_million or 0.0,
        rates.cache_write_usd_per_million or 0.0,
    )
    tokens = (input_tokens * dearest + max_tokens * rates.output_usd_per_million) / _MILLION
    return Cost(tokens + fee, None, price.source)


def estimated_input(characters: int, *, searches: int = 0) -> int:
    """Return a generous number of tokens for a text of so many characters and the pages of its searches."""
    return math.ceil(characters / CHARACTERS_PER_TOKEN) + searches * TOKENS_PER_SEARCH


def _charged(usage: TokenUsage, price: Price, *, web: bool) -> Cost:
    """Return usage times price, null with a reason where the usage does not say enough."""
    read, written = usage.input_tokens, usage.output_tokens
    if read is None or written is None or min(read, written) < 0:
        return Cost(None, "no_usage", price.source)
    if web and usage.searches is None:
        return Cost(None, "no_searches", price.source)
    fee = _search_fee(price, usage.searches or 0)
    if fee is None:
        return Cost(None, "unknown_search_fee", price.source)
    tokens = _token_cost(
        _rates_for(price, read),
        read=read,
        cached=usage.cached_tokens or 0,
        cache_write=usage.cache_write_tokens or 0,
        written=written,
    )
    return Cost(tokens + fee, None, price.source)


def _rates_for(price: Price, input_tokens: int) -> Rates:
    if price.long_input and input_tokens > price.long_input.above_tokens:
        return price.long_input.rates
    return price.rates


def _search_fee(price: Price, searches: int) -> float | None:
    """Return the fee, 0 where nothing was searched, None where a search was made at an unknown fee."""
    billed = min(searches, 1) if price.search_unit == "prompt" else searches
    if billed <= 0:
        return 0.0
    return None if price.search_usd is None else billed * price.search_usd


def _token_cost(rates: Rates, *, read: int, cached: int, cache_write: int, written: int) -> float:
    """Return the price of the tokens. Parts that claim more than the whole input are cut to it."""
    cached = min(max(cached, 0), read)
    cache_write = min(max(cache_write, 0), read - cached)
    full = rates.input_usd_per_million
    parts = (
        (read - cached - cache_write, full),
        (cached, _or(rates.cached_input_usd_per_million, full)),
        (cache_write, _or(rates.cache_write_usd_per_million, full)),
        (written, rates.output_usd_per_million),
    )
    return sum(tokens * usd for tokens, usd in parts) / _MILLION


def _or(usd: float | None, otherwise: float) -> float:
    return otherwise if usd is None else usd
