"""The journal: every call is planned before it is sent and settled when its payload is durable.

States: ``planned`` -> ``sent`` -> ``received`` | ``failed``; a ``sent`` call found by a later run is
``unknown`` (the process died with the call in the air) and is asked at most once more. Answers are
derived from here, so that every later table can be rebuilt without asking anybody.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, and_, insert, or_, select, update

from brand_monitor.backends.locks import locked
from brand_monitor.backends.tables.schema import CALLS

PLANNED, SENT, RECEIVED, FAILED, UNKNOWN = "planned", "sent", "received", "failed", "unknown"

#: A call is sent at most this often in all, over all runs of its day.
MAX_ATTEMPTS = 3
#: A call that died in the air may have been answered and paid: it is sent at most once more.
MAX_ATTEMPTS_UNKNOWN = 2
_CHUNK = 500


@dataclass(frozen=True)
class CallSpec:
    """What is asked: everything that an answer row needs without looking at a monitor file again."""

    prompt_id: str
    prompt_version: str
    prompt_text: str
    intent: str
    persona: str | None
    locale: str
    is_branded: bool
    repeat: int
    model: str
    temperature: float | None  # null where somebody else asked, as in captured answers
    max_tokens: int | None
    seed: int | None


@dataclass(frozen=True)
class JournalEntry:
    """One planned call and what became of it."""

    call_id: str
    monitor_id: str
    date: date
    engine: str
    engine_id: str
    state: str
    spec: CallSpec
    attempts: int = 0
    is_reasked: bool = False
    sent_at: datetime | None = None
    payload_hash: str | None = None
    error: str | None = None
    run_id: str | None = None

    @property
    def most_attempts(self) -> int:
        """How often the call may be sent in all."""
        return MAX_ATTEMPTS_UNKNOWN if self.state == UNKNOWN else MAX_ATTEMPTS


def call_id(monitor_id: str, day: date, engine_id: str, spec: CallSpec) -> str:
    """Return the stable id of a call: the same plan on the same day is the same call."""
    asked = [spec.prompt_id, spec.prompt_version, spec.repeat, spec.model, spec.temperature, spec.max_tokens]
    natural_key = "\x1f".join(map(str, [monitor_id, day.isoformat(), engine_id, *asked]))
    return hashlib.sha256(natural_key.encode()).hexdigest()[:32]


class Journal:
    """The calls of all days, in SQL. Safe for many threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def plan(self, entries: Iterable[JournalEntry]) -> int:
        """Add the entries that are not there yet and return how many were new. Idempotent."""
        rows = [{**asdict(entry), "planned_at": _now()} for entry in entries]
        known = self._known([row["call_id"] for row in rows])
        fresh = [row for row in rows if row["call_id"] not in known]
        with self._engine.begin() as connection:
            for start in range(0, len(fresh), _CHUNK):
                connection.execute(insert(CALLS), fresh[start : start + _CHUNK])
        return len(fresh)

    def recover(self, day: date, engine: str, monitor_id: str) -> int:
        """Mark calls that a dead run left in the air as ``unknown``; return how many.

        Call it only while holding ``exclusive`` for the partition: otherwise the calls may be in the
        air right now.
        """
        condition = and_(_of(day, engine, monitor_id), CALLS.c.state == SENT)
        with self._engine.begin() as connection:
            return connection.execute(update(CALLS).where(condition).values(state=UNKNOWN)).rowcount

    def pending(self, day: date, engine: str, monitor_id: str) -> list[JournalEntry]:
        """Return the calls that still have to be asked.

        Planned ones, failed ones with attempts left, and unknown ones that were sent only once.
        """
        again = or_(
            CALLS.c.state == PLANNED,
            and_(CALLS.c.state == FAILED, CALLS.c.attempts < MAX_ATTEMPTS),
            and_(CALLS.c.state == UNKNOWN, CALLS.c.attempts < MAX_ATTEMPTS_UNKNOWN),
        )
        return self._select(and_(_of(day, engine, monitor_id), again))

    def entries(self, day: date, engine: str, monitor_id: str) -> list[JournalEntry]:
        """Return every call of a monitor's partition, in a stable order."""
        return self._select(_of(day, engine, monitor_id))

    def mark_sent(self, call: str, *, run_id: str | None) -> None:
        """Record that the call leaves now, before it does."""
        values = {"state": SENT, "sent_at": _now(), "run_id": run_id, "attempts": CALLS.c.attempts + 1}
        self._set(call, **values)

    def settle(self, call: str, payload_hash: str) -> None:
        """Record that the payload of the call is durable under ``payload_hash``."""
        self._set(call, state=RECEIVED, settled_at=_now(), payload_hash=payload_hash, error=None)

    def fail(self, call: str, error: str, *, final: bool) -> None:
        """Record that the call failed; ``final`` uses up its attempts, so that no run asks again."""
        values: dict[str, Any] = {"state": FAILED, "settled_at": _now(), "error": error[:2_000]}
        self._set(call, **values, **({"attempts": MAX_ATTEMPTS} if final else {}))

    def exclusive(self, name: str) -> AbstractContextManager[None]:
        """Hold the named lock for a block; the operating system frees it when this process dies.

        Raises:
            TransientFailure: another live process holds it.
        """
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        folder = Path(self._engine.url.database or ".").parent / "locks"
        return locked(folder / f"{digest}.lock", exclusive=True, wait_seconds=0, what=name)

    def _known(self, ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        with self._engine.connect() as connection:
            for start in range(0, len(ids), _CHUNK):
                chunk = ids[start : start + _CHUNK]
                query = select(CALLS.c.call_id).where(CALLS.c.call_id.in_(chunk))
                found.update(connection.execute(query).scalars())
        return found

    def _select(self, condition: Any) -> list[JournalEntry]:
        columns = [CALLS.c[name] for name in JournalEntry.__dataclass_fields__]
        query = (
            select(*columns).where(condition).order_by(CALLS.c.engine_id, CALLS.c.planned_at, CALLS.c.call_id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [JournalEntry(**{**row, "spec": CallSpec(**row["spec"])}) for row in rows]

    def _set(self, call: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(CALLS).where(CALLS.c.call_id == call).values(**values))


def _of(day: date, engine: str, monitor_id: str) -> Any:
    return and_(CALLS.c.date == day, CALLS.c.engine == engine, CALLS.c.monitor_id == monitor_id)


def _now() -> datetime:
    return datetime.now(UTC)
