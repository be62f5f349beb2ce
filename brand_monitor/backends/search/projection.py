"""What the index should hold according to the lake: comparing it, and building it anew.

Belongs here: what is true of every index. Not here: reading the lake (``defs.search``), any one index.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import polars as pl

from brand_monitor.backends.checksums import frame_checksum
from brand_monitor.backends.search.interface import COLLECTIONS, Collection, Entry, SearchIndex
from brand_monitor.failures import PermanentFailure

# The embedded index does not hold the language: it decides how words are cut, not what is shown.
_COMPARED = ["entry_id", "title", "text", "url", "engine_id"]


@dataclass(frozen=True)
class Day:
    """The entries of one monitor, day and collection, as the lake has them."""

    monitor_id: str
    day: date
    collection: Collection
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Difference:
    """A day that the index holds otherwise than the lake. Counts are of entries."""

    monitor_id: str
    day: date
    collection: Collection
    in_lake: int
    in_index: int

    def __str__(self) -> str:
        """Return the day and both counts."""
        where = f"{self.collection} of {self.monitor_id} on {self.day}"
        if self.in_lake == self.in_index:
            return f"{where}: {self.in_lake} in the lake and in the index, with other content"
        return f"{where}: {self.in_lake} in the lake, {self.in_index} in the index"


def differences(index: SearchIndex, lake: Iterable[Day]) -> list[Difference]:
    """Compare counts and checksums of every day, also of days that only the index holds: reads all of both.

    Args:
        index: what is to be checked.
        lake: every day of the lake; one at a time is held in memory.
    """
    found = []
    unseen = {(each, *day) for each in COLLECTIONS for day in index.days(each)}
    for each in lake:
        unseen.discard((each.collection, each.monitor_id, each.day))
        held = index.entries(each.monitor_id, each.day, each.collection)
        if len(held) != len(each.entries) or entries_checksum(held) != entries_checksum(each.entries):
            found.append(Difference(each.monitor_id, each.day, each.collection, len(each.entries), len(held)))
    for collection, monitor_id, day in sorted(unseen):
        found.append(Difference(monitor_id, day, collection, 0, index.count(monitor_id, day, collection)))
    return found


def rebuild(index: SearchIndex, lake: Callable[[], Iterable[Day]]) -> int:
    """Build the index anew beside the live one, compare it with the lake, and let it take over.

    Args:
        index: the live index; it serves readers until the end.
        lake: returns every day of the lake; it is read twice.

    Returns:
        Entries that the new index holds.

    Raises:
        PermanentFailure: the new index differs from the lake, or refuses an entry; the live one stays.
        TransientFailure: another writer or rebuild did not end in time; the live one stays.
    """
    total = 0
    with index.rebuilding() as staged:
        for each in lake():
            staged.replace_day(each.monitor_id, each.day, each.collection, each.entries)
            total += len(each.entries)
        if found := differences(staged, lake()):
            raise PermanentFailure(
                f"the rebuilt search index differs from the lake in {len(found)} days and was dropped, "
                f"first {found[0]}; did something write to the lake meanwhile? Rebuild again"
            )
    return total


def entries_checksum(entries: Sequence[Entry]) -> str:
    """Return the SHA-256 of the entries in any order, without their languages."""
    rows = [asdict(entry) for entry in entries]
    schema = dict.fromkeys(_COMPARED, pl.String)
    return frame_checksum(pl.DataFrame(rows, schema=schema))


def days_of(frame: pl.DataFrame, collection: Collection, day: date) -> Iterator[Day]:
    """Yield a day for each monitor of a frame.

    Args:
        frame: rows of one day of ``core/documents``, or answers with status ok of ``raw/answers``.
        collection: which of the two.
        day: the day.
    """
    for monitor_id in sorted(frame["monitor_id"].unique()):
        mine = frame.filter(pl.col("monitor_id") == monitor_id)
        yield Day(monitor_id, day, collection, list(entries_of(mine, collection)))


def entries_of(frame: pl.DataFrame, collection: Collection) -> Iterator[Entry]:
    """Yield an entry for each row of a frame as in ``days_of``."""
    if collection == "documents":
        for row in frame.select("document_id", "title", "text", "url", "language").iter_rows():
            document_id, title, text, url, language = row
            yield Entry(document_id, title=title or "", text=text, url=url, language=language or "")
    else:
        columns = frame.select("answer_id", "prompt_text", "text", "engine_id", "locale")
        for answer_id, question, text, engine_id, locale in columns.iter_rows():
            yield Entry(answer_id, title=question, text=text, engine_id=engine_id, language=locale)
