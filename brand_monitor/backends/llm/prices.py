"""What a model costs on a day: the installation's price file, ours, then LiteLLM's map.

Belongs here: which price a model gets. Not here: the arithmetic (``domain.costs``), the form of the files
(``price_files``) and of the map (``price_map``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

from brand_monitor.backends.llm.price_files import PriceEntry, read_price_file
from brand_monitor.backends.llm.price_map import litellm_map
from brand_monitor.domain.costs.pricing import OWN_MACHINE, Price

#: The price file that ships with the package.
SHIPPED_FILE = Path(__file__).parents[2] / "prices" / "prices.yaml"
#: Name of an installation's own price file, in its home folder.
OWN_FILE = "prices.yaml"
_HOSTED = frozenset({"openai", "anthropic", "gemini", "perplexity", "litellm"})
#: A release date at the end of a model's name: -2025-08-07, -20251001, @20251001.
_DATED = re.compile(r"[-@](\d{4}-\d{2}-\d{2}|20\d{6})$")


class PriceSheet:
    """Finds prices. Nothing is read before the first question; each file is read once.

    Args:
        home: folder of the installation, whose ``prices.yaml`` wins over everything else; None for none.
        shipped: the price file of the package.
    """

    def __init__(self, home: Path | None = None, *, shipped: Path = SHIPPED_FILE) -> None:
        self._own = home / OWN_FILE if home else None
        self._shipped = shipped

    def price(self, family: str, model: str, day: date) -> Price | None:
        """Return what a model costs on a day, None where no price is known.

        A source that knows the dated name of a model (``gpt-5-mini-2025-08-07``) or its undated one wins
        over the sources after it. A source may give the token prices alone or the search fee alone; the
        other half is taken from the next one, and ``source`` then names both.

        Args:
            family: engine family. ``local`` and a ``grounded`` engine on the embedded model cost nothing;
                ``grounded`` with a hosted model (``openai/gpt-6-luna``) costs what that one does. Captured
                answers (``import``) have no known price.
            model: name in the provider's words; for ``litellm`` with the provider in front (``groq/..``).
            day: UTC day of the call.

        Raises:
            PriceFileError: a price file is wrong.
        """
        if family in {"local", "grounded"}:
            hosted, _, name = model.partition("/")
            if family == "local" or hosted not in _HOSTED:
                return OWN_MACHINE
            return self.price(hosted, name, day)
        if family not in _HOSTED:
            return None
        provider, name = _canonical(family, model)
        return self._found(provider, name, day)

    def price_served(self, family: str, served: str | None, asked: str, day: date) -> Price | None:
        """Return the price of the model that answered, of the one asked for where that one is unknown.

        Args:
            family: engine family.
            served: name in the reply, None where it has none.
            asked: name in the monitor file.
            day: UTC day of the call.

        Raises:
            PriceFileError: a price file is wrong.
        """
        if family == "grounded":
            # The engine knows only what it was told to ask: the prefix says whose model that is.
            hosted, _, name = asked.partition("/")
            if hosted in _HOSTED:
                return self.price_served(hosted, served, name, day)
        if served and family in _HOSTED:
            provider, _ = _canonical(family, asked)
            found = self._found(provider, _bare(provider, served), day)
            if found:
                return found
        return self.price(family, asked, day)

    def _found(self, provider: str, model: str, day: date) -> Price | None:
        names = list(dict.fromkeys((model, _DATED.sub("", model))))
        tokens: Price | None = None
        fee: Price | None = None
        for candidate, has_tokens in self._candidates(provider, names, day):
            if fee is None and candidate.search_usd is not None:
                fee = candidate
            if tokens is None and has_tokens:
                tokens = candidate
            if tokens and fee:
                break
        # A model of which nobody knows what its tokens cost has no price, whatever its searches cost.
        if tokens is None or fee is None or fee is tokens:
            return tokens
        source = tokens.source if fee.source == tokens.source else f"{tokens.source}, search {fee.source}"
        return replace(
            tokens,
            search_usd=fee.search_usd,
            search_unit=fee.search_unit,
            source=source,
            note=fee.note or tokens.note,
        )

    def _candidates(self, provider: str, names: Sequence[str], day: date) -> Iterator[tuple[Price, bool]]:
        """Yield prices from the strongest to the weakest, and whether each has token prices."""
        for entries, label in self._files:
            for entry in _matching(entries, provider, names, day):
                yield _as_price(entry, label), entry.rates() is not None
        known = litellm_map().prices
        for name in names:
            if price := known.get((provider, name)):
                yield price, True

    @cached_property
    def _files(self) -> list[tuple[list[PriceEntry], str]]:
        files = []
        if self._own and self._own.is_file():
            files.append((read_price_file(self._own), f"own {OWN_FILE}"))
        files.append((read_price_file(self._shipped), self._shipped.name))
        return files


def _canonical(family: str, model: str) -> tuple[str, str]:
    """Return provider and the model's name as that provider writes it."""
    if family != "litellm":
        return family, _bare(family, model)
    provider, slash, name = model.partition("/")
    if not slash:
        return litellm_map().providers.get(model, "openai"), model
    # LiteLLM writes openai/responses/gpt-x for the same model over another path.
    return provider, name.removeprefix("responses/") if provider == "openai" else name


def _bare(provider: str, model: str) -> str:
    if provider == "perplexity":
        return model  # its own names hold a slash: perplexity/sonar, openai/gpt-6-luna
    return model.removeprefix("models/").removeprefix(f"{provider}/")


def _matching(
    entries: Sequence[PriceEntry], provider: str, names: Sequence[str], day: date
) -> list[PriceEntry]:
    """Return the entries for a model on a day: exact names before prefixes, long before short, new first."""
    ranked = [
        (rank, -entry.valid_from.toordinal(), entry)
        for entry in entries
        if entry.provider == provider
        and entry.valid_from <= day
        and (rank := _rank(entry.model, names)) is not None
    ]
    return [entry for *_, entry in sorted(ranked, key=lambda item: item[:2])]


def _rank(pattern: str, names: Sequence[str]) -> int | None:
    """Return how well a pattern fits, smaller is better: the name itself, its undated form, a prefix."""
    if pattern in names:
        return names.index(pattern) - 1_000
    if pattern.endswith("*") and names[0].startswith(pattern[:-1]):
        return -len(pattern)
    return None


def _as_price(entry: PriceEntry, label: str) -> Price:
    fee = entry.search_usd_per_thousand
    return Price(
        entry.rates() or OWN_MACHINE.rates,  # a fee alone: its rates are never used
        source=f"{label} {entry.valid_from}",
        valid_from=entry.valid_from,
        long_input=entry.long_rates(),
        search_usd=None if fee is None else fee / 1_000,
        search_unit=entry.search_unit or "search",
        note=entry.free_searches,
    )
