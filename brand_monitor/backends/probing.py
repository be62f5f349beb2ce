"""What a look at a server found: facts for a person, and what is wrong with what to do about it.

Belongs here: the words that all probes share (version, clock, free space). Not here: asking a certain server,
which is ``probe.py`` in the folder of its backend.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

#: Two clocks that differ by more than this make moments of one run hard to put in order.
MOST_SKEW_SECONDS = 5.0
LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a server, and what to do; a grave one keeps the product from working."""

    what: str
    advice: str
    is_grave: bool = True


@dataclass
class Probe:
    """What a look at one server found.

    Attributes:
        where: its address, without a secret.
        facts: what a person wants to know of a server that is well.
        complaints: what is wrong.
    """

    where: str
    facts: list[str] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, what: str, advice: str, *, is_grave: bool = True) -> None:
        """Note what is wrong."""
        self.complaints.append(Complaint(what, advice, is_grave))

    def see_version(self, product: str, found: str, *, least: tuple[int, ...]) -> None:
        """Note the version, and complain of one that is too old to be supported."""
        self.facts.append(f"{product} {found}")
        if _numbers(found) < least:
            wanted = ".".join(map(str, least))
            self.complain(f"{product} {found} is not supported", f"use {product} {wanted} or newer")

    def see_clock(self, server_seconds: Callable[[], float]) -> None:
        """Compare the server's clock, seconds since 1970, with ours in the middle of the asking."""
        before = time.time()
        theirs = server_seconds()
        skew = theirs - (before + time.time()) / 2
        if abs(skew) > MOST_SKEW_SECONDS:
            order = "ahead of" if skew > 0 else "behind"
            what = f"its clock is {abs(skew):,.0f} s {order} this machine's"
            self.complain(what, "let both follow a time server (NTP)", is_grave=False)

    def see_free_space(self, free_bytes: float) -> None:
        """Note the free space, and complain of too little."""
        self.facts.append(f"{free_bytes / 1e9:,.1f} GB free")
        if free_bytes < LEAST_FREE_BYTES:
            self.complain(f"{free_bytes / 1e9:,.1f} GB free", "make room on its disk", is_grave=False)


def _numbers(version: str) -> tuple[int, ...]:
    """Return the leading numbers of a version, such as (15, 13) of "15.13 (Debian 15.13-0)"."""
    numbers = []
    for part in version.split(maxsplit=1)[0].split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)
