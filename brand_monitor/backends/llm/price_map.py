"""The price map that LiteLLM ships, read as a file: the package itself is never imported for it.

Importing LiteLLM takes seconds of CPU and 180 MB; its map is 3 MB of JSON that parses in 40 ms. Belongs
here: finding the file and keeping what a price needs. Not here: what our own price files say (``prices``).
"""

import importlib.metadata
import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from brand_monitor.domain.costs.pricing import LongInput, Price, Rates, SearchUnit

_FILE = "model_prices_and_context_window_backup.json"
_TEXT_MODES = frozenset({"chat", "responses", "completion"})
_LONG = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")
_MILLION = 1_000_000


@dataclass(frozen=True)
class PriceMap:
    """Prices by (provider, model), and the provider of names that are written without one."""

    prices: Mapping[tuple[str, str], Price]
    providers: Mapping[str, str]


@lru_cache(maxsize=1)
def litellm_map() -> PriceMap:
    """Return the map of the installed LiteLLM, an empty one if there is none or it cannot be read.

    Parsed once per process, when the first price is asked for that our own files do not have.
    """
    spec = importlib.util.find_spec("litellm")
    folders = list(spec.submodule_search_locations or []) if spec else []
    try:
        version = importlib.metadata.version("litellm")
        document = json.loads((Path(folders[0]) / _FILE).read_bytes())
    except (IndexError, OSError, ValueError, importlib.metadata.PackageNotFoundError):
        return PriceMap({}, {})
    return map_of(document, source=f"litellm {version}")


def map_of(document: Mapping[str, Any], *, source: str) -> PriceMap:
    """Return the prices of a map in LiteLLM's format; entries that are no text model are left out.

    A model whose input and output both cost 0 is left out too: in that map it stands for "free tier" or
    "not known", and an unknown price is never 0.
    """
    prices: dict[tuple[str, str], Price] = {}
    providers: dict[str, str] = {}
    for key, entry in document.items():
        if not isinstance(entry, dict) or entry.get("mode") not in _TEXT_MODES:
            continue
        provider = entry.get("litellm_provider")
        price = _price(entry, str(provider), source)
        if not isinstance(provider, str) or price is None:
            continue
        prefix, _, rest = key.partition("/")
        prices[provider, key.removeprefix(f"{provider}/")] = price
        if rest:
            # Keys such as vertex_ai/claude-x name a provider by another word than the entry does.
            prices.setdefault((prefix, rest), price)
        else:
            providers[key] = provider
    return PriceMap(prices, providers)


def _price(entry: Mapping[str, Any], provider: str, source: str) -> Price | None:
    rates = _rates(entry, "")
    if rates is None or not (rates.input_usd_per_million or rates.output_usd_per_million):
        return None
    fee = _fee(entry.get("search_context_cost_per_query"))
    return Price(
        rates, source, long_input=_long(entry), search_usd=fee, search_unit=_search_unit(entry, provider)
    )


def _rates(entry: Mapping[str, Any], suffix: str) -> Rates | None:
    """Return the rates whose keys end in ``suffix``; the output falls back to the one without."""
    read = _usd(entry, f"input_cost_per_token{suffix}")
    written = _usd(entry, f"output_cost_per_token{suffix}")
    if written is None:
        written = _usd(entry, "output_cost_per_token")
    if read is None or written is None:
        return None
    return Rates(
        read,
        written,
        _usd(entry, f"cache_read_input_token_cost{suffix}"),
        _usd(entry, f"cache_creation_input_token_cost{suffix}"),
    )


def _long(entry: Mapping[str, Any]) -> LongInput | None:
    thousands = [int(found[1]) for key in entry if (found := _LONG.fullmatch(key))]
    if not thousands:
        return None
    rates = _rates(entry, f"_above_{min(thousands)}k_tokens")
    return LongInput(min(thousands) * 1_000, rates) if rates else None


def _search_unit(entry: Mapping[str, Any], provider: str) -> SearchUnit:
    if entry.get("web_search_billing_unit") == "per_query":
        return "query"
    # Google's older models are charged per prompt; the map says nothing there.
    return "prompt" if provider == "gemini" or provider.startswith("vertex_ai") else "search"


def _fee(by_size: Any) -> float | None:
    """Return USD per search for the middle context size; the sizes of current models cost the same."""
    if not isinstance(by_size, dict):
        return None
    fee = by_size.get("search_context_size_medium")
    return float(fee) if isinstance(fee, int | float) and fee >= 0 else None


def _usd(entry: Mapping[str, Any], key: str) -> float | None:
    """Return USD per million tokens from USD per token, rounded to the digits that prices have."""
    per_token = entry.get(key)
    if not isinstance(per_token, int | float) or per_token < 0:
        return None
    return round(per_token * _MILLION, 9)
