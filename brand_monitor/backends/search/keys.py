"""Names of days and entries, the same in every search index; and what makes a day refusable.

Belongs here: keys, and checks that come before any index is touched. Not here: any one index.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from hashlib import blake2b

from brand_monitor.backends.search.interface import Entry
from brand_monitor.failures import PermanentFailure


def day_key(monitor_id: str, day: date, collection: str) -> str:
    """Return the term that the entries of one replaced day share."""
    return f"{collection}/{day.isoformat()}/{monitor_id}"


def split_day_key(key: str) -> tuple[str, date]:
    """Return (monitor_id, day) of a key."""
    _, day, monitor_id = key.split("/", maxsplit=2)
    return monitor_id, date.fromisoformat(day)


def identity(monitor_id: str, entry_id: str) -> int:
    """Return 64 bits that stand for an entry over all days; equal scores are ordered by them."""
    digest = blake2b(f"{monitor_id}\0{entry_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def refuse_repeated(entries: Sequence[Entry]) -> None:
    """Raise for a day that holds an entry twice.

    Raises:
        PermanentFailure: two entries share an ``entry_id``.
    """
    repeated = [entry_id for entry_id, times in Counter(e.entry_id for e in entries).items() if times > 1]
    if repeated:
        raise PermanentFailure(
            f"{len(repeated)} entries appear twice in one day, first {repeated[0]!r}; "
            "an entry_id names one entry: drop the copies before indexing"
        )
