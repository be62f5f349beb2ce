"""The breaker of one engine: a state machine over a clock that says when nobody should ask.

Belongs here: the states. Not here: waiting, or which fault counts (``gate``).

    closed --5 failures in a row--> open --pause over--> half-open --answer--> closed
                                      ^--failure, twice the pause--'
"""

import random
import time
from collections.abc import Callable

FAILURES_TO_OPEN = 5
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 60.0
#: After so many probes in vain nothing is tried again; with their pauses that takes about three minutes.
MOST_PROBES = 6
#: A probe that never comes back (cancelled, say) is forgotten after this time; longer than any call takes.
PROBE_SECONDS = 660.0
#: While a probe is out, the others look again this often.
LOOK_SECONDS = 1.0


class Breaker:
    """Opens after failures in a row, lets one probe through when a pause is over, and gives up in the end.

    Args:
        clock: monotonic seconds.
        jitter: draws from 0 to 1; a pause is 3/4 to 5/4 of its length, so that processes spread out.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock
        self._jitter = jitter
        self._failures = 0
        self._probes = 0
        self._open_until: float | None = None  # None: closed
        self._probe_until: float | None = None  # None: no probe is out

    @property
    def is_open(self) -> bool:
        """Whether calls are held back, but for a probe."""
        return self._open_until is not None

    @property
    def has_given_up(self) -> bool:
        """Whether every probe was in vain; an answer that arrives late still closes the breaker."""
        return self._probes >= MOST_PROBES

    def wait_seconds(self) -> float:
        """Return how long to wait before asking, 0.0 if a call or a probe may go now."""
        if self._open_until is None:
            return 0.0
        if (left := self._open_until - self._clock()) > 0:
            return left
        if self._probe_until is not None and self._probe_until > self._clock():
            return LOOK_SECONDS
        return 0.0

    def went(self) -> None:
        """Note that a call leaves now: where the breaker is open it is the probe."""
        if self._open_until is not None:
            self._probe_until = self._clock() + PROBE_SECONDS

    def succeeded(self) -> None:
        """Note that somebody answered: everything is well."""
        self._failures = self._probes = 0
        self._open_until = self._probe_until = None

    def failed(self) -> None:
        """Note a failure. Calls that were in the air when the breaker opened say nothing new."""
        if self._open_until is None:
            self._failures += 1
            if self._failures >= FAILURES_TO_OPEN:
                self._open()
        elif self._open_until <= self._clock():
            self._probes += 1
            self._open()

    def _open(self) -> None:
        pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**self._probes)
        self._open_until = self._clock() + pause * (0.75 + self._jitter() / 2)
        self._probe_until = None
