"""What a monitor spends, and whether its budget allows one call more: inside the transaction that sends it.

Belongs here: the sums of a day and of a month, and the decision. Not here: prices (``llm.prices``).

A call in the air counts at its upper bound, and so does one that may have been paid, so that a budget is
never passed by calls that were sent at the same time, by one process or by several.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from brand_monitor.backends.tables.changes import Change, Failing, Sending, Settling
from brand_monitor.backends.tables.schema import SPENDING

#: A sum of many prices carries rounding: a billionth of a dollar is no excess.
_ROUNDING_USD = 1e-9


@dataclass(frozen=True)
class Account:
    """Whose money is spent, on which UTC day, and how much may be; None means no limit."""

    monitor_id: str
    day: date
    day_usd: float | None = None
    month_usd: float | None = None


def allowed(connection: Connection, account: Account, sendings: Sequence[Sending]) -> list[Sending]:
    """Return the sendings that the budget allows, in their order, and reserve their money.

    The first statement is a write, so that two processes decide one after the other.
    """
    connection.execute(update(SPENDING).where(_day(account)).values(reserved_usd=SPENDING.c.reserved_usd))
    day_left, month_left = money_left(connection, account)
    granted, taken = [], 0.0
    for sending in sendings:
        after = taken + sending.reserve_usd - _ROUNDING_USD
        fits = (day_left is None or after <= day_left) and (month_left is None or after <= month_left)
        if fits or sending.reserve_usd == 0:  # what costs nothing is always allowed
            granted.append(sending)
            taken += sending.reserve_usd
    if taken:
        values = {"reserved_usd": SPENDING.c.reserved_usd + taken}
        connection.execute(update(SPENDING).where(_day(account)).values(**values))
    return granted


def book(connection: Connection, account: Account, changes: Sequence[Change]) -> None:
    """Move reserved money to where it went: spent, possibly paid, or free again."""
    done = [change for change in changes if not isinstance(change, Sending)]
    freed = sum(change.reserved_usd for change in done)
    spent = sum(change.cost_usd or 0.0 for change in done if isinstance(change, Settling))
    possible = sum(c.reserved_usd for c in done if isinstance(c, Failing) and c.may_be_paid)
    if freed or spent or possible:
        connection.execute(
            update(SPENDING)
            .where(_day(account))
            .values(
                reserved_usd=SPENDING.c.reserved_usd - freed,
                spent_usd=SPENDING.c.spent_usd + spent,
                possible_usd=SPENDING.c.possible_usd + possible,
            )
        )


def money_left(connection: Connection, account: Account) -> tuple[float | None, float | None]:
    """Return what is left of the day's and of the month's budget in USD, None where there is no limit."""
    day = None if account.day_usd is None else account.day_usd - _total(connection, _day(account))
    month = None if account.month_usd is None else account.month_usd - _total(connection, _month(account))
    return day, month


def recover_reserves(connection: Connection, monitor_id: str, reserves: Mapping[date, float]) -> None:
    """Count what dead runs had reserved, by day, as possibly paid."""
    for day, usd in reserves.items():
        connection.execute(
            update(SPENDING)
            .where(SPENDING.c.monitor_id == monitor_id, SPENDING.c.date == day)
            .values(reserved_usd=SPENDING.c.reserved_usd - usd, possible_usd=SPENDING.c.possible_usd + usd)
        )


def _total(connection: Connection, where: ColumnElement[bool]) -> float:
    used = SPENDING.c.spent_usd + SPENDING.c.possible_usd + SPENDING.c.reserved_usd
    return float(connection.execute(select(func.coalesce(func.sum(used), 0.0)).where(where)).scalar_one())


def _day(account: Account) -> ColumnElement[bool]:
    return and_(SPENDING.c.monitor_id == account.monitor_id, SPENDING.c.date == account.day)


def _month(account: Account) -> ColumnElement[bool]:
    first, last = account.day.replace(day=1), account.day
    return and_(SPENDING.c.monitor_id == account.monitor_id, SPENDING.c.date.between(first, last))
