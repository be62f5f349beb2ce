"""docs/failures.md: the table of faults between two markers; everything around it is written by hand."""

from collections.abc import Iterator
from pathlib import Path

from brand_monitor.backends.llm.faults import HANDLING, Fault, Handling
from brand_monitor.backends.llm.gate import BREAKING, LONGEST_PAUSE_SECONDS
from brand_monitor.backends.tables.entries import MAX_FAILURES
from brand_monitor.cli.exits import INCOMPLETE, OK
from tools.pages.markdown import between, table

FAILURES = Path(__file__).parents[2] / "docs" / "failures.md"
BEGIN = "<!-- faults: written by `make docs` from brand_monitor/backends/llm/faults.py -->"
END = "<!-- end of the faults -->"
HEADER = [
    "`error_class`",
    "what happened",
    "sent again?",
    "stops the engine?",
    "may be paid?",
    "`status`",
    "exit code of `run`",
    "what to do",
]


def render() -> str:
    """Return docs/failures.md with today's table in it.

    Raises:
        ValueError: the file has lost a marker.
    """
    return between(FAILURES, BEGIN, END, table(HEADER, _rows()))


def _rows() -> Iterator[list[str]]:
    for fault, handling in HANDLING.items():
        yield [
            f"`{fault}`",
            handling.meaning,
            _sent_again(fault, handling),
            _stops(fault, handling),
            _paid(handling),
            _status(fault, handling),
            _exit_code(fault, handling),
            handling.advice,
        ]


def _sent_again(fault: Fault, handling: Handling) -> str:
    if handling.stops_engine:
        return "by the next run"
    if not handling.is_retried:
        return "no"
    if fault == Fault.RATE_LIMITED:
        return "yes, after the pause; counts as no failure"
    return f"yes, until {MAX_FAILURES} failures in a day"


def _stops(fault: Fault, handling: Handling) -> str:
    if handling.stops_engine:
        return "at once"
    if fault == Fault.RATE_LIMITED:
        return f"where the provider asks for more than {LONGEST_PAUSE_SECONDS / 60:g} minutes"
    return "if it goes on: the breaker" if fault in BREAKING else "no"


def _paid(handling: Handling) -> str:
    if handling.error is None:
        return "yes: an answer with its price"
    return "yes: `possibly_paid`" if handling.may_be_paid else "no"


def _status(fault: Fault, handling: Handling) -> str:
    if handling.error is None:
        return f"`{fault}`"
    return "`not_asked`" if handling.stops_engine else "`failed`"


def _exit_code(fault: Fault, handling: Handling) -> str:
    if handling.stops_engine:
        return str(INCOMPLETE)
    can_stop = fault in BREAKING or fault == Fault.RATE_LIMITED
    return f"{OK}, or {INCOMPLETE} once the engine is stopped" if can_stop else str(OK)
