"""How far an asking is, in words: for bars of a terminal and for lines of a log.

Belongs here: the words. Not here: counting (``backends.llm.asking``), bars (``cli.progress``).
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from brand_monitor.reporting.text import money, plain

if TYPE_CHECKING:
    from brand_monitor.backends.llm.progress import Progress


def state_of(asked: "Progress") -> str:
    """Return what there is to say besides the count of answers, the time left at the end.

    Such as ``1 failed; timeout 3, refused 1; $0.0120 so far; 0:01:10 left``. The classes count every failed
    attempt, also one that a later attempt made good, and answers that are none.
    """
    faults = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in asked.faults.most_common())
    parts = [
        f"{asked.failed:,} failed" if asked.failed else "",
        faults,
        f"{asked.cached:,} from the cache" if asked.cached else "",
        _money(asked),
        _rest(asked),
    ]
    return "; ".join(filter(None, parts))


def line_of(asked: "Progress") -> str:
    """Return the count and the state, as ``10/12 answers; 1 failed; 0:00:04 left``."""
    return "; ".join(filter(None, (f"{asked.done:,}/{asked.planned:,} answers", state_of(asked))))


def _money(asked: "Progress") -> str:
    """Return what was spent so far, nothing where nothing is charged; an unknown price is never 0."""
    unknown = f"{asked.unpriced:,} of unknown price" if asked.unpriced else ""
    spent = f"{money(asked.cost_usd)} so far" if asked.cost_usd else ""
    return ", ".join(filter(None, (spent, unknown)))


def _rest(asked: "Progress") -> str:
    if asked.stopped is not None:
        return f"{asked.not_asked:,} not asked: {plain(asked.stopped, 300)}"
    left = asked.seconds_left
    return "" if left is None else f"{timedelta(seconds=round(left))} left"
