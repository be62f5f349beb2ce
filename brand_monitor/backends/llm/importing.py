"""Journals captured answers: what an import brings is what an engine would have answered.

Belongs here: file -> payloads -> journal, and the rejects file. Not here: reading rows (``imports``).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from brand_monitor.backends.llm.imports import CapturedAnswer, Period, Reject, captured_answers
from brand_monitor.backends.llm.planning import captured_spec
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.entries import RECEIVED, JournalEntry
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.domain.costs.pricing import CAPTURED_ELSEWHERE
from brand_monitor.failures import ImportFileError
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import START_DATE

REJECTS_SUFFIX = ".rejects"
_BATCH = 500
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass
class ImportedFile:
    """What became of a file."""

    path: Path
    added: int = 0
    known: int = 0
    rejects: list[Reject] = field(default_factory=list)
    seen: set[date] = field(default_factory=set)

    @property
    def days(self) -> list[date]:
        """Days that the good rows speak of, oldest first."""
        return sorted(self.seen)

    @property
    def rejects_path(self) -> Path:
        """Where the bad rows are kept, each with line and reason."""
        return self.path.with_name(self.path.name + REJECTS_SUFFIX)

    @property
    def text(self) -> str:
        """What a person reads."""
        said = f"{self.path.name}: {self.added} answers added, {self.known} known already"
        if not self.rejects:
            return said
        first = self.rejects[0]
        return (
            f"{said}, {len(self.rejects)} rows rejected (see {self.rejects_path}; the first is line "
            f"{first.line}: {first.reason})"
        )


def import_answers(
    path: Path, monitor: Monitor, *, journal: Journal, payloads: PayloadStore, run_id: str | None
) -> ImportedFile:
    """Journal the good rows of a file and keep the bad ones beside it. The same row twice adds nothing.

    Rows go in by batches, payloads first: a process killed halfway has added whole answers, and the file
    read again adds the rest. A file without bad rows leaves no rejects file behind, also none of before.

    Raises:
        ImportFileError: the file cannot be read, or the rejects cannot be kept.
    """
    outcome = ImportedFile(path)
    batch: list[JournalEntry] = []
    for row in captured_answers(path, monitor, Period(date.fromisoformat(START_DATE), datetime.now(UTC))):
        if isinstance(row, Reject):
            outcome.rejects.append(row)
            continue
        outcome.seen.add(row.asked_at.date())
        batch.append(_entry(row, monitor, payloads.put(row.payload()), run_id))
        if len(batch) == _BATCH:
            _flush(batch, journal, outcome)
    _flush(batch, journal, outcome)
    _keep(outcome.rejects, outcome.rejects_path)
    return outcome


def _flush(batch: list[JournalEntry], journal: Journal, outcome: ImportedFile) -> None:
    unique = list({entry.call_id: entry for entry in batch}.values())
    added = journal.plan(unique)
    outcome.added += added
    outcome.known += len(batch) - added
    batch.clear()


def _entry(row: CapturedAnswer, monitor: Monitor, payload_hash: str, run_id: str | None) -> JournalEntry:
    """Return the journal entry of a captured answer: received, by somebody else's asking."""
    prompt, engine = row.prompt, row.engine
    identity = f"{monitor.id}\x1f{engine.id}\x1f{prompt.id}\x1f{row.run}\x1f{payload_hash}"
    return JournalEntry(
        call_id=hashlib.sha256(identity.encode()).hexdigest()[:32],
        monitor_id=monitor.id,
        date=row.asked_at.date(),
        engine=engine.family,
        engine_id=engine.id,
        state=RECEIVED,
        spec=captured_spec(engine, prompt, _repeat(row.run)),
        attempts=1,
        sent_at=row.asked_at,
        payload_hash=payload_hash,
        cost_note=CAPTURED_ELSEWHERE.note,
        run_id=run_id,
    )


def _repeat(run: str) -> int:
    """Return the 0-based draw of a run that is a number, 0 for one that is a name."""
    return max(0, int(run) - 1) if _NUMBER.fullmatch(run) else 0


def _keep(rejects: Iterable[Reject], path: Path) -> None:
    lines = [reject.as_json() + "\n" for reject in rejects]
    try:
        if lines:
            path.write_text("".join(lines), encoding="utf-8")
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise ImportFileError(f"{path}: the rejected rows cannot be kept ({error})") from error
