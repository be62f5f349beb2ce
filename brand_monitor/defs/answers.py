"""Layer ``raw``, answers: asks the models what buyers ask. Partitioned by day and engine family."""

from collections.abc import Iterator, Mapping
from functools import partial

import dagster as dg
import polars as pl

from brand_monitor.backends.llm.answers import answers_frame
from brand_monitor.backends.llm.factory import engine_for
from brand_monitor.backends.llm.interface import Engine
from brand_monitor.backends.llm.planning import plan_calls
from brand_monitor.backends.llm.simulation import AskedDay, Assignment, Stores
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.defs.asking import AskConfig, Asked, Task, answered, ask_all_tasks, refuse_expired
from brand_monitor.defs.runtime import ProgressSink
from brand_monitor.defs.tables import keys_of, table_asset
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.labels import POOL_ASKING
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import (
    ASKING_FAMILIES,
    DAILY_BY_ENGINE,
    SURFACE_OF,
    day_and_engine,
    today,
)
from brand_monitor.planner import refuse_over_budget

Monitors = dict[str, Monitor]


@table_asset(
    "raw/answers",
    kinds={"llm", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    pool=POOL_ASKING,
    code_version="2",
    deps=keys_of("core/documents"),
)
def answers(
    context: dg.AssetExecutionContext,
    config: AskConfig,
    monitors: dg.ResourceParam[Monitors],
    stores: dg.ResourceParam[Stores],
    lake: dg.ResourceParam[Lake],
    progress: dg.ResourceParam[ProgressSink],
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor, engine, prompt version and repeat: the answer as it came.

    What the journal holds already is never asked again; the rows are derived from the stored payloads. A
    planned call that nobody was asked (a spent budget, a missing key) is a row with status not_asked.
    """
    day, family = day_and_engine(context.partition_key)
    refuse_expired(stores.settings, day)
    asked = AskedDay(day, today(), context.run.run_id, allow_reask=config.allow_reask)
    done = Asked()
    if config.ask and family in ASKING_FAMILIES:
        for monitor in monitors.values():
            refuse_over_budget(monitor, stores, lake, day, [family])
        done = ask_all_tasks(_tasks(monitors, family, asked, stores, lake), stores, context.log, progress)
    entries = (entry for name in monitors for entry in stores.journal.entries(Shelf(day, family, name)))
    frame = answers_frame(entries, payloads=stores.payloads, surface=SURFACE_OF[family], prices=stores.prices)
    return answered(frame, done, ["engine_id", "prompt_text", "text"])


def _tasks(
    monitors: Mapping[str, Monitor], family: str, asked: AskedDay, stores: Stores, lake: Lake
) -> Iterator[Task]:
    for monitor in monitors.values():
        for spec in monitor.engines_of(family):
            entries = plan_calls(monitor, spec, asked.day, is_reasked=asked.is_past)
            make = partial(_engine, spec, stores, lake, Partition(asked.day), monitor.id)
            yield Task(Assignment(monitor, spec, asked), entries, make)


def _engine(
    spec: EngineSpec, stores: Stores, lake: Lake, day: Partition, monitor_id: str, refused: set[str]
) -> Engine:
    """Return the engine; the day's documents are read only for one that reads them."""
    reads = spec.family == "grounded"
    documents = lake.read("core/documents", [day], monitors=[monitor_id]) if reads else None
    return engine_for(spec, stores.settings, documents=documents, refused=refused)
