"""What a monitor spends, and whether its budget allows one call more: inside the transaction that sends it.

Belongs here: the sums of a day and of a month, and the decision. Not here: prices (``llm.prices``).

A call in the air counts at its upper bound, and so does one that may have been paid, so that a budget is
never passed by calls that were sent at the same time, by one process or by several.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, update

from brand_monitor.backends.tables.changes import Change, Sending, Settling
from brand_monitor.backends.tables.schema import SPENDING

#: A sum of many prices carries rounding: a billionth of a dollar is no excess.
_ROUNDING_USD = 1e-9

_MOVE = (
    update(SPENDING)
    .where(SPENDING.c.monitor_id == bindparam("whose"), SPENDING.c.date == bindparam("day"))
    .values(
        spent_usd=SPENDING.c.spent_usd + bindparam("spent"),
        possible_usd=SPENDING.c.possible_usd + bindparam("possible"),
        reserved_usd=SPENDING.c.reserved_usd + bindparam("reserved"),
    )
)
_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("whose"), 0)))
_TAKEN = SPENDING.c.spent_usd + SPENDING.c.possible_usd + SPENDING.c.reserved_usd
_USED = select(
    func.coalesce(func.sum(case((SPENDING.c.date == bindparam("day"), _TAKEN), else_=0.0)), 0.0).label(
        "of_day"
    ),
    func.coalesce(func.sum(_TAKEN), 0.0).label("of_month"),
).where(
    SPENDING.c.monitor_id == bindparam("whose"),
    SPENDING.c.date.between(bindparam("first"), bindparam("day")),
)


@dataclass(frozen=True)
class Account:
    """Whose money is spent, on which UTC day, and how much may be; None means no limit."""

    monitor_id: str
    day: date
    day_usd: float | None = None
    month_usd: float | None = None


def book(connection: Connection, account: Account, changes: Sequence[Change]) -> None:
    """Move reserved money to where it went: spent, possibly paid, or free again.

    The first statement of a transaction, also where it moves nothing: so two processes decide one after the
    other.
    """
    freed = spent = possible = 0.0
    for change in changes:
        if isinstance(change, Sending):
            continue
        freed += change.reserved_usd
        if isinstance(change, Settling):
            spent += change.cost_usd or 0.0
        elif change.may_be_paid:
            possible += change.reserved_usd
    connection.execute(_MOVE, {**_of(account), "spent": spent, "possible": possible, "reserved": -freed})


def allowed(connection: Connection, account: Account, sendings: Sequence[Sending]) -> list[Sending]:
    """Return the sendings that the budget allows, in their order, and reserve their money."""
    if account.month_usd is not None and connection.dialect.name == "postgresql":
        # The row of the day is locked already (``book``); around midnight another process books on another
        # day.
        connection.execute(_ONE_AT_A_TIME, {"whose": f"budget of {account.monitor_id}"})
    day_left, month_left = money_left(connection, account)
    granted, taken = [], 0.0
    for sending in sendings:
        after = taken + sending.reserve_usd - _ROUNDING_USD
        fits = (day_left is None or after <= day_left) and (month_left is None or after <= month_left)
        if fits or sending.reserve_usd == 0:  # what costs nothing is always allowed
            granted.append(sending)
            taken += sending.reserve_usd
    if taken:
        connection.execute(_MOVE, {**_of(account), "spent": 0.0, "possible": 0.0, "reserved": taken})
    return granted


def money_left(connection: Connection, account: Account) -> tuple[float | None, float | None]:
    """Return what is left of the day's and of the month's budget in USD, None where there is no limit."""
    if account.day_usd is None and account.month_usd is None:
        return None, None
    first = account.day if account.month_usd is None else account.day.replace(day=1)
    row = connection.execute(_USED, {**_of(account), "first": first}).one()
    day = None if account.day_usd is None else account.day_usd - float(row.of_day)
    month = None if account.month_usd is None else account.month_usd - float(row.of_month)
    return day, month


def _of(account: Account) -> dict[str, Any]:
    return {"whose": account.monitor_id, "day": account.day}


def recover_reserves(connection: Connection, monitor_id: str, reserves: Mapping[date, float]) -> None:
    """Count what dead runs had reserved, by day, as possibly paid."""
    for day, usd in reserves.items():
        moved = {"spent": 0.0, "possible": usd, "reserved": -usd}
        connection.execute(_MOVE, {"whose": monitor_id, "day": day, **moved})
