"""Layers ``raw`` and ``core``, canaries: fixed questions per engine and day, and when a model changed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

import dagster as dg
import polars as pl

from brand_monitor.backends.llm.answers import answers_frame
from brand_monitor.backends.llm.canary_calls import plan_canaries, uncached
from brand_monitor.backends.llm.factory import engine_for
from brand_monitor.backends.llm.interface import Engine
from brand_monitor.backends.llm.simulation import AskedDay, Assignment, Stores
from brand_monitor.backends.tables.entries import CANARY
from brand_monitor.backends.tables.shelf import Shelf
from brand_monitor.defs.asking import AskConfig, Asked, Task, answered, ask_all_tasks, refuse_expired
from brand_monitor.defs.runtime import ProgressSink
from brand_monitor.defs.tables import counts, preview, table_asset, table_in
from brand_monitor.domain.steadiness.canaries import READ
from brand_monitor.domain.steadiness.canaries import model_changes as find_changes
from brand_monitor.io_managers.dagster_io import EMPTY
from brand_monitor.io_managers.lake import Lake
from brand_monitor.labels import POOL_ASKING
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY_BY_ENGINE, SURFACE_OF, day_and_engine, today

Monitors = dict[str, Monitor]

#: An engine that was silent for longer is compared with nothing.
LOOK_BACK_DAYS = 28


@table_asset("raw/canary_answers", kinds={"llm", "parquet"}, partitions_def=DAILY_BY_ENGINE, pool=POOL_ASKING)
def canary_answers(
    context: dg.AssetExecutionContext,
    config: AskConfig,
    monitors: dg.ResourceParam[Monitors],
    stores: dg.ResourceParam[Stores],
    progress: dg.ResourceParam[ProgressSink],
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor, engine with ``canaries: true`` and fixed question: the answer as it came.

    A day that has passed is never asked, whatever the config allows: today's model knows nothing of it.
    """
    day, family = day_and_engine(context.partition_key)
    refuse_expired(stores.settings, day)
    asked = AskedDay(day, today(), context.run.run_id)
    is_asking = config.ask and not asked.is_past
    tasks = _tasks(monitors, family, asked, stores) if is_asking else iter(())
    done = ask_all_tasks(tasks, stores, context.log, progress) if is_asking else Asked()
    shelves = (Shelf(day, family, name, CANARY) for name in monitors)
    entries = (entry for shelf in shelves for entry in stores.journal.entries(shelf))
    frame = answers_frame(entries, payloads=stores.payloads, surface=SURFACE_OF[family], prices=stores.prices)
    return answered(frame, done, ["engine_id", "served_model", "prompt_text", "text"])


@table_asset(
    "core/model_changes",
    kinds={"python", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    ins={"answers": table_in("raw/answers"), "canary_answers": table_in("raw/canary_answers", EMPTY)},
)
def model_changes(
    context: dg.AssetExecutionContext,
    answers: pl.DataFrame,
    canary_answers: pl.DataFrame,
    lake: dg.ResourceParam[Lake],
    monitors: dg.ResourceParam[Monitors],
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine and kind of change since the last day before that has answers."""
    day, family = day_and_engine(context.partition_key)
    now = {"raw/answers": answers, "raw/canary_answers": canary_answers}
    before = {
        table: last_answers(lake, table, day, family=family, monitors=list(monitors), engines=frame)
        for table, frame in now.items()
    }
    frame = find_changes(answers, before["raw/answers"], canary_answers, before["raw/canary_answers"])
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "kinds": counts(frame, "kind"),
            "preview": preview(frame, ["engine_id", "kind", "previous_models", "served_models"]),
        },
    )


def last_answers(
    lake: Lake, table: str, day: date, *, family: str, monitors: Sequence[str], engines: pl.DataFrame
) -> pl.DataFrame:
    """Return the answers of each engine on its last day before ``day`` that has any, columns READ.

    Goes back day by day until every engine in ``engines`` is found, at most LOOK_BACK_DAYS: of a monitor
    that is asked every day one day is read.
    """
    keys = ["monitor_id", "engine_id"]
    missing = engines.select(keys).unique()
    found = [engines.select(READ).clear()]
    for back in range(1, LOOK_BACK_DAYS + 1):
        if missing.is_empty():
            break
        earlier = day - timedelta(days=back)
        frame = lake.read_window(table, earlier, earlier, engines=[family], monitors=monitors).select(READ)
        told = frame.filter(pl.col("status") == "ok").join(missing, on=keys, how="semi")
        missing = missing.join(told, on=keys, how="anti")
        found.append(told)
    return pl.concat(found)


def _tasks(monitors: Mapping[str, Monitor], family: str, asked: AskedDay, stores: Stores) -> Iterator[Task]:
    for monitor in monitors.values():
        for spec in monitor.engines_of(family):
            if spec.canaries:
                watched = uncached(spec)
                entries = plan_canaries(monitor, watched, asked.day)
                yield Task(
                    Assignment(monitor, watched, asked, CANARY), entries, partial(_engine, watched, stores)
                )


def _engine(spec: EngineSpec, stores: Stores, refused: set[str]) -> Engine:
    return engine_for(spec, stores.settings, refused=refused)
