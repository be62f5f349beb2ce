"""What a call may cost before it is sent, and what it did cost: the price sheet applied to the journal.

Belongs here: from entries and readings to money. Not here: prices (``prices``), arithmetic
(``domain.costs.pricing``), budgets (``tables.spending``).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from brand_monitor.backends.llm.chat import WIRE as CHAT
from brand_monitor.backends.llm.interface import Reading
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.providers.values import mapping
from brand_monitor.backends.tables.entries import JournalEntry
from brand_monitor.domain.costs.pricing import (
    CAPTURED_ELSEWHERE,
    NOT_CHARGED,
    Cost,
    estimated_input,
    expected_cost,
    price_of,
)
from brand_monitor.monitor.engines import EngineSpec

#: Searches that a call with web search is expected to make at most; a model that makes more costs more.
MOST_SEARCHES = 5
#: Characters of one source in the context of a grounded answer.
_SOURCE_CHARACTERS = 600


class Pricer:
    """Prices the calls of one engine.

    Args:
        sheet: the prices.
        engine: whose calls they are.
        day: UTC day on which they are sent.
    """

    def __init__(self, sheet: PriceSheet, engine: EngineSpec, day: date) -> None:
        self._sheet = sheet
        self._engine = engine
        self._day = day
        family, model = engine.answerer
        self._price = sheet.price(family, model, day)

    @property
    def is_known(self) -> bool:
        """Whether a price of the model is known, so that a budget can be kept."""
        return self.reserve_for(0).usd is not None

    def expected_input(self, characters: int) -> int:
        """Return the tokens that a call with so many characters of text is expected to read."""
        sources = self._engine.top_k * _SOURCE_CHARACTERS if self._engine.family == "grounded" else 0
        return estimated_input(characters + sources, searches=MOST_SEARCHES if self._engine.web else 0)

    def reserve_for(self, characters: int) -> Cost:
        """Return the most that a call with so many characters of text is expected to cost."""
        return expected_cost(
            self._price,
            input_tokens=self.expected_input(characters),
            max_tokens=self._engine.asked_max_tokens,
            searches=MOST_SEARCHES if self._engine.web else 0,
        )

    def reserve(self, entry: JournalEntry) -> float:
        """Return the USD to set aside while the call is in the air; 0 where the price is not known."""
        return self.reserve_for(_characters(entry)).usd or 0.0

    def expected_tokens(self, entry: JournalEntry) -> int:
        """Return the tokens, read and written, that the call may use: what rate limits are counted in."""
        return self.expected_input(_characters(entry)) + self._engine.asked_max_tokens

    def price(self, entry: JournalEntry, payload: Mapping[str, Any], reading: Reading) -> Cost:
        """Return what the call cost, see ``cost_of``."""
        return cost_of(self._sheet, entry, payload, reading, self._day)


def cost_of(
    sheet: PriceSheet, entry: JournalEntry, payload: Mapping[str, Any], reading: Reading, day: date
) -> Cost:
    """Return what an answer cost, by who served it.

    Args:
        sheet: the prices.
        entry: the call.
        payload: whose ``wire`` says whose price it is.
        reading: what the payload says.
        day: UTC day on which it was sent.
    """
    wire = payload.get("wire")
    if not isinstance(wire, str):
        return CAPTURED_ELSEWHERE
    family = "local" if wire == CHAT else wire
    if reading.status == "refused" and "error" in mapping(payload.get("response")):
        return NOT_CHARGED
    price = sheet.price_served(family, reading.served_model, entry.spec.model, day)
    return price_of(reading.usage, price, web=entry.spec.web)


def _characters(entry: JournalEntry) -> int:
    """Return the characters that a call shows: its question, and the sources of its design if it has one."""
    shown = len((entry.spec.design or {}).get("order", ())) * _SOURCE_CHARACTERS
    return len(entry.spec.prompt_text) + len(entry.spec.system or "") + shown
