"""Layer ``experiments``: answers over arranged contexts. Asked when a person starts it, never with the day.

Belongs here: assets, job and schedule of experiments. Not here: designs and their estimation. No automation
condition leads here, and no other job selects these assets: each run of them may cost money.
"""

from collections.abc import Iterator, Mapping
from functools import partial

import dagster as dg
import polars as pl
from pydantic import Field

from brand_monitor.backends.llm.answers import answers_frame
from brand_monitor.backends.llm.designed_answers import ANSWERS, MENTIONS
from brand_monitor.backends.llm.designed_answers import designed_answers as with_designs
from brand_monitor.backends.llm.designed_answers import designed_mentions as with_design
from brand_monitor.backends.llm.experimenting import (
    engines_of,
    experiment_engine,
    experiment_entries,
    select_experiments,
)
from brand_monitor.backends.llm.experiments import questions_of
from brand_monitor.backends.llm.simulation import AskedDay, Assignment, Stores
from brand_monitor.backends.tables.entries import EXPERIMENT
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.defs.asking import AskConfig, Asked, Task, answered, ask_all_tasks, refuse_expired
from brand_monitor.defs.runtime import ProgressSink
from brand_monitor.defs.tables import counts, keys_of, preview, table_asset, table_in
from brand_monitor.domain.mentions import answer_mentions
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.labels import EXPERIMENTS, POOL_ASKING, SEED
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import (
    ASKING_FAMILIES,
    DAILY_BY_ENGINE,
    day_and_engine,
    today,
)

Monitors = dict[str, Monitor]


class ExperimentConfig(AskConfig):
    """Which experiments are asked; all of every selected monitor by default."""

    experiments: list[str] = Field(default_factory=list)
    engines: list[str] = Field(default_factory=list)


@table_asset(
    ANSWERS,
    kinds={"llm", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    pool=POOL_ASKING,
    deps=keys_of("core/documents"),
)
def designed_answers(
    context: dg.AssetExecutionContext,
    config: ExperimentConfig,
    monitors: dg.ResourceParam[Monitors],
    stores: dg.ResourceParam[Stores],
    lake: dg.ResourceParam[Lake],
    progress: dg.ResourceParam[ProgressSink],
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine, prompt, arrangement of its sources and replicate: the answer and its design.

    Contexts are frozen by the first run of a day. What the journal holds already is never asked again.
    """
    day, family = day_and_engine(context.partition_key)
    refuse_expired(stores.settings, day)
    asked = AskedDay(day, today(), context.run_id, allow_reask=config.allow_reask)
    done = Asked()
    if config.ask and family in ASKING_FAMILIES:
        tasks = _tasks(monitors, family, config, asked, stores, lake)
        done = ask_all_tasks(tasks, stores, context.log, progress)
    entries = [
        entry for name in monitors for entry in stores.journal.entries(Shelf(day, family, name, EXPERIMENT))
    ]
    # Whoever answered was shown a context of ours: that is what this surface means.
    answers = answers_frame(entries, payloads=stores.payloads, surface="grounded", prices=stores.prices)
    frame = with_designs(answers, entries, stores.payloads)
    result = answered(frame, done, ["engine_id", "arm", "prompt_text", "text"])
    return dg.MaterializeResult(
        value=frame,
        metadata={
            **(result.metadata or {}),
            "designs": counts(frame, "design_kind"),
            "prompts_without_documents": _left_out(monitors, frame),
        },
    )


def _tasks(
    monitors: Monitors, family: str, config: ExperimentConfig, asked: AskedDay, stores: Stores, lake: Lake
) -> Iterator[Task]:
    selected = select_experiments(monitors.values(), config.experiments)
    for monitor in monitors.values():
        experiments = selected[monitor.id]
        for spec in engines_of(monitor, experiments, config.engines):
            if spec.family == family:
                assignment = Assignment(monitor, spec, asked, EXPERIMENT)
                documents = partial(
                    lake.read, "core/documents", [Partition(asked.day)], monitors=[monitor.id]
                )
                entries = experiment_entries(assignment, experiments, stores, documents)
                yield Task(assignment, entries, partial(experiment_engine, spec, stores))


def _left_out(monitors: Mapping[str, Monitor], frame: pl.DataFrame) -> list[str]:
    """Return the prompts of experiments that were asked of which no document spoke."""
    asked = set(frame.select("monitor_id", "experiment_id", "prompt_id").rows())
    experiments = {row[:2] for row in asked}
    return [
        f"{monitor.id}: {experiment.id}: {question.id}"
        for monitor in monitors.values()
        for experiment in monitor.experiments
        if (monitor.id, experiment.id) in experiments
        for question in questions_of(monitor, experiment)
        if (monitor.id, experiment.id, question.id) not in asked
    ]


@table_asset(
    MENTIONS,
    kinds={"python", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    ins={"answers": table_in(ANSWERS), "brands": table_in("seed/brands")},
)
def designed_mentions(answers: pl.DataFrame, brands: pl.DataFrame) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per mention of a tracked brand in an answer of an experiment."""
    frame = with_design(answer_mentions(answers, brands), answers)
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "brands": counts(frame, "brand_id"),
            "preview": preview(frame, ["arm", "brand_id", "sentence"]),
        },
    )


experiment = dg.define_asset_job(
    "experiment",
    selection=dg.AssetSelection.groups(SEED) | dg.AssetSelection.groups(EXPERIMENTS),
    description="Asks the experiments of one engine family what is not answered yet. Started by a person.",
)
