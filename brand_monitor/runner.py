"""Runs a day in this process: pages, then each engine, then the projections, on one Dagster instance.

Belongs here: the order of the stages and what came of them. Not here: the stages themselves (``defs``),
or what a terminal shows of them (``cli``). The Dagster UI on the same instance shows the same runs.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from brand_monitor.backends.llm.planning import engines_in_use
from brand_monitor.build import build_defs
from brand_monitor.defs.jobs import ASKING
from brand_monitor.defs.runtime import ProgressSink
from brand_monitor.deployment import Deployment, Settings
from brand_monitor.failures import UnknownNameError
from brand_monitor.instance import open_instance
from brand_monitor.liveness import alive
from brand_monitor.monitor.loader import load_monitors
from brand_monitor.monitor.selection import select_monitors
from brand_monitor.partitions import day_engine_key, today
from brand_monitor.stages import RunSummary, Stage, execute


def run_day(
    settings: Settings,
    deployment: Deployment,
    day: date,
    *,
    monitors: Sequence[str] = (),
    engines: Sequence[str] = (),
    allow_reask: bool = False,
    ask: bool = True,
    progress: ProgressSink | None = None,
    on_stage: Callable[[Stage], None] = lambda _stage: None,
) -> RunSummary:
    """Run the main job for one day and return what became of it.

    Args:
        settings: where files live.
        deployment: which backends to use.
        day: the UTC day; only today can be asked for.
        monitors: ids to restrict the run to; all by default.
        engines: engine families to restrict the run to; all that the monitors use by default.
        allow_reask: ask today's models for a past day, flagged in every row.
        ask: False derives everything again from what is stored, without a call or a fetch.
        progress: where the progress of asking goes.
        on_stage: called before each run starts.

    A failed engine does not stop the others: the projections then show what there is.

    Raises:
        KeyboardInterrupt: a person stopped it; what was answered is stored.
        UnknownNameError: a monitor or engine family that nothing carries.
        MonitorFileError: a monitor file is wrong.
    """
    selected = select_monitors(load_monitors(settings.monitors_dir), monitors)
    families = families_of(engines_in_use(selected.values()), engines)
    return run_stages(
        settings,
        deployment,
        day,
        _stages(day, families, ask=ask),
        lambda stage: run_config(settings, list(selected), stage, allow_reask=allow_reask),
        progress=progress,
        on_stage=on_stage,
    )


def run_stages(
    settings: Settings,
    deployment: Deployment,
    day: date,
    stages: Iterable[Stage],
    config_of: Callable[[Stage], dict[str, Any]],
    *,
    progress: ProgressSink | None = None,
    on_stage: Callable[[Stage], None] = lambda _stage: None,
) -> RunSummary:
    """Execute stages one after the other and return what became of them.

    Args:
        settings: where files live.
        deployment: which backends to use.
        day: the day that the summary speaks of.
        stages: what to run, in order; when the pages of the day fail, nothing after them is run.
        config_of: run config of a stage.
        progress: where the progress of asking goes.
        on_stage: called before each run starts.

    Raises:
        KeyboardInterrupt: a person stopped it; what was answered is stored.
    """
    started = time.monotonic()
    summary = RunSummary(day)
    defs = build_defs(
        deployment, settings=settings, resource_overrides={"progress": progress or ProgressSink()}
    )
    with open_instance(settings) as instance, alive(instance, settings.state_dir / "runners") as tags:
        for stage in stages:
            on_stage(stage)
            summary.results.append(execute(defs, instance, stage, config_of(stage), tags))
            if stage.job == "daily" and not summary.ok:  # without the day's pages nothing else holds
                break
    summary.seconds = time.monotonic() - started
    return summary


def families_of(in_use: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return the wanted ones of the engine families in use, all of them if none is named.

    Raises:
        UnknownNameError: one that is not in use.
    """
    if unknown := sorted(set(wanted) - set(in_use)):
        raise UnknownNameError(
            f"no monitor of this run uses engine family {', '.join(unknown)}; in use: {', '.join(in_use)}"
        )
    return [family for family in in_use if not wanted or family in wanted]


def _stages(day: date, families: Sequence[str], *, ask: bool) -> Iterator[Stage]:
    if ask and day >= today():  # the pages of a day that has passed are those that it has
        yield Stage("daily", day.isoformat())
    for family in families:
        yield Stage("ask" if ask else "rederive", str(day_engine_key(day, family)))
    yield Stage("publish", day.isoformat())


def run_config(
    settings: Settings, monitors: Sequence[str], stage: Stage, *, allow_reask: bool
) -> dict[str, Any]:
    """Return the run config of a stage: which monitors, and whether models may be asked."""
    chosen = {"folder": str(settings.monitors_dir), "only": list(monitors)}
    config: dict[str, Any] = {
        "resources": {"monitors": {"config": chosen}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
    if stage.job in {"ask", "rederive"}:
        asking = {"ask": stage.job == "ask", "allow_reask": allow_reask}
        config["ops"] = {name: {"config": asking} for name in ASKING}
    return config
