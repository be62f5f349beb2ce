"""Which calls of the journal: those of one purpose in a partition of a monitor, and those still to ask."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_

from brand_monitor.backends.tables.entries import (
    ANSWER,
    FAILED,
    MAX_FAILURES,
    MAX_UNKNOWN,
    PLANNED,
    UNKNOWN,
)
from brand_monitor.backends.tables.schema import CALLS


@dataclass(frozen=True)
class Shelf:
    """The calls of one purpose in a partition of a monitor; ``engine_id`` narrows them to one engine."""

    day: date
    engine: str
    monitor_id: str
    purpose: str = ANSWER
    engine_id: str | None = None

    @property
    def condition(self) -> ColumnElement[bool]:
        """What a row of the shelf fulfils."""
        whole = and_(
            CALLS.c.date == self.day,
            CALLS.c.engine == self.engine,
            CALLS.c.monitor_id == self.monitor_id,
            CALLS.c.purpose == self.purpose,
        )
        return whole if self.engine_id is None else and_(whole, CALLS.c.engine_id == self.engine_id)


def is_pending() -> ColumnElement[bool]:
    """Return the condition that a call of the last plan still has to be asked."""
    still_to_ask = or_(
        CALLS.c.state == PLANNED,
        and_(CALLS.c.state == FAILED, CALLS.c.failures < MAX_FAILURES),
        and_(CALLS.c.state == UNKNOWN, CALLS.c.unknowns < MAX_UNKNOWN),
    )
    return and_(CALLS.c.is_current, still_to_ask)
