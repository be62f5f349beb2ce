"""Runs experiments in this process, on the Dagster instance: pages if the day has none, then each engine.

Belongs here: the order of the runs and what came of them. Not here: the job (``defs.experiments``), what it
will take (``experiment_plans``), what a terminal shows (``cli``).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from brand_monitor.backends.llm.designed_answers import ANSWERS
from brand_monitor.backends.llm.experimenting import check_engines, engines_of, select_experiments
from brand_monitor.defs.runtime import ProgressSink
from brand_monitor.deployment import Deployment, Settings
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import day_engine_key
from brand_monitor.runner import run_config, run_stages
from brand_monitor.stages import RunSummary, Stage

JOB = "experiment"


def run_experiments(
    settings: Settings,
    deployment: Deployment,
    monitor: Monitor,
    day: date,
    *,
    experiments: Sequence[str] = (),
    engines: Sequence[str] = (),
    allow_reask: bool = False,
    scrape: bool = False,
    progress: ProgressSink | None = None,
    on_stage: Callable[[Stage], None] = lambda _stage: None,
) -> RunSummary:
    """Ask the experiments of a monitor what is not answered yet, and return what became of it.

    Args:
        settings: where files live.
        deployment: which backends to use.
        monitor: whose experiments.
        day: the UTC day; only today can be asked for.
        experiments: ids to ask; all by default.
        engines: ids of engines to ask; all that the experiments name by default.
        allow_reask: ask today's models for a past day, flagged in every row.
        scrape: run the job ``daily`` first, for a day that has no documents yet.
        progress: where the progress of asking goes.
        on_stage: called before each run starts.

    Raises:
        KeyboardInterrupt: a person stopped it; what was answered is stored.
        UnknownNameError: an experiment that the monitor does not have, or an engine that none of them names.
    """
    families = _families(monitor, experiments, engines)
    asking = {"experiments": list(experiments), "engines": list(engines), "allow_reask": allow_reask}

    def config_of(stage: Stage) -> dict[str, Any]:
        config = run_config(settings, [monitor.id], stage, allow_reask=allow_reask)
        return config | (_ops(asking) if stage.job == JOB else {})

    return run_stages(
        settings,
        deployment,
        day,
        _stages(day, families, scrape=scrape),
        config_of,
        progress=progress,
        on_stage=on_stage,
    )


def _families(monitor: Monitor, experiments: Sequence[str], engines: Sequence[str]) -> list[str]:
    """Return the engine families to run, in a stable order."""
    chosen = select_experiments([monitor], experiments)[monitor.id]
    check_engines(monitor, chosen, engines)
    return sorted({engine.family for engine in engines_of(monitor, chosen, engines)})


def _stages(day: date, families: Sequence[str], *, scrape: bool) -> Iterator[Stage]:
    if scrape:
        yield Stage("daily", day.isoformat())
    for family in families:
        yield Stage(JOB, str(day_engine_key(day, family)))


def _ops(config: dict[str, Any]) -> dict[str, Any]:
    return {"ops": {ANSWERS.replace("/", "__"): {"config": config}}}
