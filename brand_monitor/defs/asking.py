"""What every asset that asks models does: each engine of each monitor in turn, with progress and a summary.

Belongs here: from assignments to run metadata. Not here: what is asked (the assets), how (``backends.llm``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import dagster as dg
import polars as pl

from brand_monitor.backends.llm.progress import Progress
from brand_monitor.backends.llm.simulation import Assignment, MakeEngine, Stores, ask_day
from brand_monitor.backends.tables.entries import CANARY, JournalEntry
from brand_monitor.defs.runtime import ProgressSink
from brand_monitor.defs.tables import counts, preview
from brand_monitor.deployment import Settings
from brand_monitor.failures import PastPartitionError
from brand_monitor.partitions import today

#: Metadata of a materialization that a run summary adds up over all that the run made.
CALLS_SENT, MODEL_SECONDS, COST_USD, INCOMPLETE = "calls_sent", "model_seconds", "cost_usd", "incomplete"


class AskConfig(dg.Config):
    """How a partition is filled: by asking, or from what was stored."""

    ask: bool = True
    allow_reask: bool = False


def refuse_expired(settings: Settings, day: date) -> None:
    """Refuse to derive answers of a day whose payloads maintenance has deleted: all would count as failed.

    Raises:
        PastPartitionError: the day is older than ``PAYLOAD_KEEP_DAYS``.
    """
    kept = settings.payload_keep_days
    if kept is not None and day < today() - timedelta(days=kept):
        raise PastPartitionError(
            f"the raw answers of {day} have expired (PAYLOAD_KEEP_DAYS={kept}); their table stays: "
            "derive from layer core on, without the assets of layer raw"
        )


@dataclass(frozen=True)
class Task:
    """One engine of one monitor: who is asked, the plan, and what makes the engine."""

    assignment: Assignment
    entries: Iterable[JournalEntry]
    make: MakeEngine


@dataclass
class Asked:
    """What became of all tasks of a run."""

    progress: dict[str, Progress] = field(default_factory=dict)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Return what the run says of its calls: counts, failures by class, seconds, and what stopped it."""
        all_of_it = list(self.progress.values())
        faults = sum((one.faults for one in all_of_it), Counter[str]())
        stopped = [f"{label}: {one.stopped}" for label, one in self.progress.items() if one.stopped]
        stopped += [
            f"{label}: all {one.failed} calls failed ({', '.join(one.faults)})"
            for label, one in self.progress.items()
            if one.failed and one.failed == one.planned
        ]
        return {
            CALLS_SENT: sum(one.done - one.cached for one in all_of_it),
            "calls_from_cache": sum(one.cached for one in all_of_it),
            MODEL_SECONDS: sum(one.seconds for one in all_of_it),
            "failures_by_class": dict(faults.most_common()),
            **({INCOMPLETE: "\n".join(stopped)} if stopped else {}),
        }


def ask_all_tasks(
    tasks: Iterable[Task], stores: Stores, log: dg.DagsterLogManager, progress: ProgressSink
) -> Asked:
    """Ask one engine after the other; one that cannot be asked does not keep the others from it."""
    asked = Asked()
    for task in tasks:
        label = f"{task.assignment.monitor.id}: {task.assignment.spec.id}"
        label += ", canaries" if task.assignment.purpose == CANARY else ""
        report = progress.start(log, label)
        done = ask_day(task.assignment, task.entries, stores, task.make, report)
        if done.stopped:
            log.warning("%s: %d calls were not asked: %s", label, done.not_asked, done.stopped)
        asked.progress[label] = done
    return asked


def answered(frame: pl.DataFrame, asked: Asked, columns: Sequence[str]) -> dg.MaterializeResult[pl.DataFrame]:
    """Return the materialization of a table of answers, with what a person wants to know of it."""
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "status": counts(frame, "status"),
            COST_USD: float(frame["cost_usd"].sum()),
            "answers_without_a_known_price": frame.filter(
                pl.col("cost_usd").is_null(), pl.col("status") == "ok"
            ).height,
            **asked.metadata,
            "preview": preview(frame, columns),
        },
    )
