"""What happens to a call, as values: many of them are written to the journal in one commit.

Belongs here: the events and the columns that each sets. Not here: the transaction (``journal``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Update, bindparam, or_, update

from brand_monitor.backends.tables.entries import FAILED, MAX_FAILURES, PLANNED, RECEIVED, SENT
from brand_monitor.backends.tables.schema import CALLS


@dataclass(frozen=True)
class Sending:
    """The call leaves as soon as this is durable; it may cost up to ``reserve_usd``."""

    call_id: str
    reserve_usd: float = 0.0
    run_id: str | None = None
    is_reasked: bool = False


@dataclass(frozen=True)
class Settling:
    """The payload of the call is durable under ``payload_hash``. A cached one was not sent and costs 0."""

    call_id: str
    payload_hash: str
    cost_usd: float | None = None
    cost_note: str | None = None
    error_class: str | None = None  # refused | empty: an answer that is none
    is_cached: bool = False
    reserved_usd: float = 0.0


@dataclass(frozen=True)
class Failing:
    """The call failed. ``counts``: against it; ``is_final``: nobody asks it again."""

    call_id: str
    error: str
    error_class: str
    counts: bool = True
    is_final: bool = False
    may_be_paid: bool = False
    reserved_usd: float = 0.0


@dataclass(frozen=True)
class Releasing:
    """The call goes back to ``planned``: its engine stopped, and that is no fault of the call."""

    call_id: str
    error: str
    error_class: str
    may_be_paid: bool = False
    reserved_usd: float = 0.0


Change = Sending | Settling | Failing | Releasing

_SEND = (
    update(CALLS)
    .where(CALLS.c.call_id == bindparam("id"))
    .values(
        state=SENT,
        sent_at=bindparam("now"),
        run_id=bindparam("run"),
        reserved_usd=bindparam("reserve"),
        reserved_on=bindparam("day"),
        is_reasked=or_(CALLS.c.is_reasked, bindparam("reasked")),
        attempts=CALLS.c.attempts + 1,
    )
)
_SETTLE = (
    update(CALLS)
    .where(CALLS.c.call_id == bindparam("id"))
    .values(
        state=RECEIVED,
        settled_at=bindparam("now"),
        payload_hash=bindparam("payload"),
        cost_usd=bindparam("cost"),
        cost_note=bindparam("note"),
        error=None,
        error_class=bindparam("fault"),
        is_cached=bindparam("cached"),
        reserved_usd=0.0,
    )
)
_FAIL = (
    update(CALLS)
    .where(CALLS.c.call_id == bindparam("id"))
    .values(
        state=FAILED,
        settled_at=bindparam("now"),
        error=bindparam("text"),
        error_class=bindparam("fault"),
        failures=CALLS.c.failures + bindparam("failures"),
        possibly_paid=CALLS.c.possibly_paid + bindparam("paid"),
        reserved_usd=0.0,
    )
)
_RELEASE = (
    update(CALLS)
    .where(CALLS.c.call_id == bindparam("id"))
    .values(
        state=PLANNED,
        error=bindparam("text"),
        error_class=bindparam("fault"),
        possibly_paid=CALLS.c.possibly_paid + bindparam("paid"),
        reserved_usd=0.0,
    )
)
_LONGEST_ERROR = 2_000


def write_changes(connection: Connection, changes: Sequence[Change], now: datetime, day: date) -> None:
    """Write the changes of one transaction, a statement a kind. Each call stands in at most one of them.

    Args:
        connection: of the open transaction.
        changes: what happened.
        now: when, UTC.
        day: whose spending holds what the sendings reserve.
    """
    _run(connection, _SEND, [_sent(c, now, day) for c in changes if isinstance(c, Sending)])
    _run(connection, _SETTLE, [_settled(c, now) for c in changes if isinstance(c, Settling)])
    _run(connection, _FAIL, [_failed(c, now) for c in changes if isinstance(c, Failing)])
    _run(connection, _RELEASE, [_released(c) for c in changes if isinstance(c, Releasing)])


def _run(connection: Connection, statement: Update, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _sent(change: Sending, now: datetime, day: date) -> dict[str, Any]:
    return {
        "id": change.call_id,
        "now": now,
        "run": change.run_id,
        "reserve": change.reserve_usd,
        "day": day,
        "reasked": change.is_reasked,
    }


def _settled(change: Settling, now: datetime) -> dict[str, Any]:
    return {
        "id": change.call_id,
        "now": now,
        "payload": change.payload_hash,
        "cost": change.cost_usd,
        "note": change.cost_note,
        "fault": change.error_class,
        "cached": change.is_cached,
    }


def _failed(change: Failing, now: datetime) -> dict[str, Any]:
    failures = MAX_FAILURES if change.is_final else int(change.counts)
    return {
        "id": change.call_id,
        "now": now,
        "text": change.error[:_LONGEST_ERROR],
        "fault": change.error_class,
        "failures": failures,
        "paid": int(change.may_be_paid),
    }


def _released(change: Releasing) -> dict[str, Any]:
    return {
        "id": change.call_id,
        "text": change.error[:_LONGEST_ERROR],
        "fault": change.error_class,
        "paid": int(change.may_be_paid),
    }
