"""What processes and machines share while they ask or scrape: limits, pauses, turns per host, cached answers.

All of it may be lost at any time: limits start anew, and a cached answer is asked again. What must not be
lost is in the journal.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True)
class Rates:
    """Most requests and tokens a minute; None where there is no limit."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None

    @property
    def are_limited(self) -> bool:
        """Whether there is anything to wait for."""
        return self.requests_per_minute is not None or self.tokens_per_minute is not None


def slots(key: str) -> str:
    """Return the key under which the next free slot of a key is kept: slots are no pauses."""
    return f"slots/{key}"


class Coordination(ABC):
    """Shared by everybody who opens the same store. Keys are free text, such as ``openai/gpt-6-luna``.

    Every method raises ``TransientFailure`` if the store cannot be reached, and ``SetupError`` if it refuses
    who asks: nobody may ask a model then, since nobody knows how much the others ask.
    """

    @abstractmethod
    async def reserve(self, key: str, rates: Rates, tokens: int) -> float:
        """Take one request and ``tokens`` tokens from the minute, both or neither.

        The minute slides: of the minute before counts the share that still lies within the last 60 s. A
        call that needs more tokens than a minute has takes the whole minute.

        Returns:
            0.0 if they are taken, else the seconds after which they may be free; others may be faster.
        """

    @abstractmethod
    async def settle_tokens(self, key: str, rates: Rates, *, reserved: int, used: int) -> None:
        """Correct a reservation by what the call really used; gives back at most what the minute holds."""

    @abstractmethod
    async def pause(self, key: str, seconds: float) -> None:
        """Ask nobody under this key for so long, in all processes; never shortens an earlier pause."""

    @abstractmethod
    async def paused_seconds(self, key: str) -> float:
        """Return how long the pause still lasts, 0.0 if there is none."""

    @abstractmethod
    async def next_slot(self, key: str, seconds: float) -> float:
        """Take the next free slot of a key; slots are ``seconds`` apart, whoever takes them.

        Returns:
            The seconds until the slot, 0.0 if it is now. Whoever does not use it leaves a gap, no lock.
        """

    @abstractmethod
    async def cached(self, key: str) -> str | None:
        """Return what was remembered under a key, None if nothing was or its time is over."""

    @abstractmethod
    async def remember(self, key: str, value: str, ttl_seconds: float) -> None:
        """Remember a value for so long; replaces an earlier one."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of connections. What is shared stays."""
