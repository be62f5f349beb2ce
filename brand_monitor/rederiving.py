"""Derives a stretch of days again from stored answers, in this process: many days a run, and nobody is asked.

    from brand_monitor.rederiving import rederive_days

    rederive_days(current_settings(), "local", date(2026, 1, 1), date(2026, 11, 24))

Belongs here: which days, in which runs. Not here: one day and its questions (``runner``), or what a run of
many days does (``defs.ranges``). A backfill of job ``rederive`` in the UI starts the same runs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from brand_monitor.backends.objects.opening import open_objects
from brand_monitor.defs.monitor_changes import touched
from brand_monitor.defs.ranges import stretches
from brand_monitor.deployment import Deployment, Settings
from brand_monitor.failures import MissingPartitionError, PastPartitionError
from brand_monitor.io_managers.lake import Lake
from brand_monitor.monitor.loader import load_monitors
from brand_monitor.monitor.selection import select_monitors
from brand_monitor.partitions import ENGINE_FAMILIES, RANGE_RUNS, day_engine_key, today
from brand_monitor.runner import families_of, run_config, run_stages
from brand_monitor.stages import RunSummary, Stage


def rederive_days(
    settings: Settings,
    deployment: Deployment,
    first: date,
    last: date,
    *,
    monitors: Sequence[str] = (),
    engines: Sequence[str] = (),
    publish: bool = True,
    days_per_run: int = RANGE_RUNS.max_partitions_per_run or 1,
    on_stage: Callable[[Stage], None] = lambda _stage: None,
) -> RunSummary:
    """Derive all tables of the days from ``first`` to ``last`` again, both inclusive.

    Args:
        settings: where files live.
        deployment: which backends to use.
        first: first UTC day.
        last: last UTC day.
        monitors: ids to restrict it to; all by default.
        engines: engine families to restrict it to; all that have answers by default.
        publish: also build marts, graph, search and report of each day again, one run a day.
        days_per_run: most days in one run of one engine family.
        on_stage: called before each run starts.

    Raises:
        PastPartitionError: ``last`` is yet to come.
        MissingPartitionError: no answer is stored of any of the days.
        UnknownNameError: a monitor or engine family that nothing carries.
        MonitorFileError: a monitor file is wrong.
    """
    if last > today():
        raise PastPartitionError(f"{last} is yet to come: only days that hold answers are derived again")
    selected = list(select_monitors(load_monitors(settings.monitors_dir), monitors))
    families = families_of(ENGINE_FAMILIES, engines)
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    held = touched(Lake(open_objects(settings)), selected, days)
    held = {family: held[family] for family in families if family in held}
    if not held:
        raise MissingPartitionError(f"no answer is stored from {first} to {last}: there is nothing to derive")
    return run_stages(
        settings,
        deployment,
        last,
        _stages(held, days_per_run, publish=publish),
        lambda stage: run_config(settings, selected, stage, allow_reask=False),
        on_stage=on_stage,
    )


def _stages(held: Mapping[str, Sequence[date]], days_per_run: int, *, publish: bool) -> Iterator[Stage]:
    for family, days in held.items():
        for first, last in stretches(days, days_per_run):
            keys = [str(day_engine_key(day, family)) for day in (first, last)]
            yield Stage("rederive", keys[0], keys[1] if first != last else None)
    if publish:
        for day in sorted({day for days in held.values() for day in days}):
            yield Stage("publish", day.isoformat())
