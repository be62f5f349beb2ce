"""One run in this process and what became of it; a day and a stretch of days are made of these.

Belongs here: executing a stage and reading its result. Not here: which stages, in which order (``runner``,
``rederiving``, ``experimenter``).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from brand_monitor.defs.asking import CALLS_SENT, COST_USD, INCOMPLETE, MODEL_SECONDS
from brand_monitor.defs.ranges import range_tags


@dataclass(frozen=True)
class Stage:
    """One run: a job on a partition, or on all partitions from there to ``last_key``."""

    job: str
    partition_key: str
    last_key: str | None = None

    @property
    def label(self) -> str:
        """What a person reads."""
        until = f"to {self.last_key.partition('|')[0]}, " if self.last_key else ""
        day, bar, engine = self.partition_key.partition("|")
        return f"{self.job} {day}{' ' if until else ', ' if bar else ''}{until}{engine}"


@dataclass(frozen=True)
class StageResult:
    """What became of one run."""

    stage: Stage
    run_id: str
    ok: bool
    seconds: float
    errors: tuple[str, ...] = ()
    error_types: tuple[str, ...] = ()  # class names, in the order of ``errors``
    model_seconds: float = 0.0
    calls_sent: int = 0
    cost_usd: float = 0.0
    incomplete: str | None = None  # why calls were not asked


@dataclass
class RunSummary:
    """What became of a day."""

    day: date
    results: list[StageResult] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether every stage succeeded."""
        return all(result.ok for result in self.results)

    @property
    def incomplete(self) -> list[str]:
        """Why planned calls were not asked, one entry per engine that stopped."""
        return [line for result in self.results for line in (result.incomplete or "").splitlines()]

    @property
    def model_seconds(self) -> float:
        """Seconds in which models were answering."""
        return sum(result.model_seconds for result in self.results)

    @property
    def calls_sent(self) -> int:
        """Calls that this run had to make."""
        return sum(result.calls_sent for result in self.results)

    @property
    def cost_usd(self) -> float:
        """Known price of the day's answers, canaries and judgements in USD, earlier runs included."""
        return sum(result.cost_usd for result in self.results)


def execute(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    stage: Stage,
    config: dict[str, Any],
    tags: dict[str, str],
) -> StageResult:
    """Execute a stage in this process and return what became of it.

    Raises:
        KeyboardInterrupt: a person stopped it; what was answered is stored.
    """
    started = time.monotonic()
    result = defs.resolve_job_def(stage.job).execute_in_process(
        run_config=config,
        partition_key=None if stage.last_key else stage.partition_key,
        instance=instance,
        tags=tags | (range_tags(stage.partition_key, stage.last_key) if stage.last_key else {}),
        raise_on_error=False,
    )
    if _was_interrupted(result):
        raise KeyboardInterrupt
    failed = list(_errors(result))
    told = [event.materialization.metadata for event in result.get_asset_materialization_events()]

    def said(name: str) -> list[Any]:
        return [metadata[name].value for metadata in told if name in metadata]

    return StageResult(
        stage=stage,
        run_id=result.run_id,
        ok=result.success,
        seconds=time.monotonic() - started,
        errors=tuple(f"{where}{error.message.strip()}" for where, error in failed),
        error_types=tuple(error.cls_name or "" for _, error in failed),
        model_seconds=float(sum(said(MODEL_SECONDS))),
        calls_sent=int(sum(said(CALLS_SENT))),
        cost_usd=float(sum(said(COST_USD))),
        incomplete="\n".join(said(INCOMPLETE)) or None,
    )


def _was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Tell whether a person stopped the run: to Dagster that is a failed step like any other."""
    interruption = dg.DagsterExecutionInterruptedError.__name__
    failures = (event.step_failure_data.error for event in result.all_events if event.is_step_failure)
    return any(error is not None and error.cls_name == interruption for error in failures)


def _errors(result: dg.ExecuteInProcessResult) -> Iterator[tuple[str, SerializableErrorInfo]]:
    """Yield where and why each step failed, without the frames around it; the run, if no step began."""
    failed_steps = [event for event in result.all_events if event.is_step_failure]
    for event in failed_steps:
        if error := event.step_failure_data.error:
            yield f"{event.step_key}: ", _innermost(error)
    for event in result.all_events:
        if event.is_job_failure and not failed_steps and (error := event.job_failure_data.error):
            yield "", _innermost(error)


def _innermost(error: SerializableErrorInfo) -> SerializableErrorInfo:
    return error if error.cause is None else _innermost(error.cause)
