"""Layer ``raw``, answers: the only asset that asks a model. Partitioned by day and engine family."""

import dagster as dg
import polars as pl

from brand_monitor.backends.llm.answers import answers_frame
from brand_monitor.backends.llm.factory import engine_for, reader_for
from brand_monitor.backends.llm.simulation import AskedDay, ask_day
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.defs.runtime import ProgressSink
from brand_monitor.defs.tables import counts, preview, table_asset
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.labels import POOL_ASKING
from brand_monitor.monitor.models import EngineSpec, Monitor
from brand_monitor.partitions import ASKING_FAMILIES, DAILY_BY_ENGINE, SURFACE_OF, split_key, today

Monitors = dict[str, Monitor]


class AnswersConfig(dg.Config):
    """How the partition is filled: by asking, or from what was stored."""

    ask: bool = True
    allow_reask: bool = False


@table_asset(
    "raw/answers",
    kinds={"llm", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    pool=POOL_ASKING,
    deps=[dg.AssetKey(["core", "documents"])],
)
def answers(
    context: dg.AssetExecutionContext,
    config: AnswersConfig,
    monitors: dg.ResourceParam[Monitors],
    journal: dg.ResourceParam[Journal],
    objects: dg.ResourceParam[ObjectStore],
    lake: dg.ResourceParam[Lake],
    progress: dg.ResourceParam[ProgressSink],
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor, engine, prompt version and repeat: the answer as it came.

    What the journal holds already is never asked again; the rows are derived from the stored payloads.
    """
    day, family = split_key(context.partition_key)
    assert family is not None
    payloads = PayloadStore(objects)
    asked = AskedDay(day, today(), context.run_id, allow_reask=config.allow_reask)
    model_seconds, sent = 0.0, 0
    for monitor, spec in _to_ask(monitors, family, ask=config.ask):
        engine = engine_for(spec, documents=_documents(lake, spec, asked, monitor.id))
        report = progress.start(context.log, f"{monitor.id}: {spec.id}")
        done = ask_day(monitor, spec, engine, asked, journal=journal, payloads=payloads, report=report)
        model_seconds, sent = model_seconds + done.seconds, sent + done.planned
    entries = [entry for name in monitors for entry in journal.entries(day, family, name)]
    frame = answers_frame(entries, payloads=payloads, read=reader_for(family), surface=SURFACE_OF[family])
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "status": counts(frame, "status"),
            "calls_sent": sent,
            "model_seconds": model_seconds,
            "cost_usd": float(frame["cost_usd"].sum()),
            "preview": preview(frame, ["engine_id", "prompt_text", "text"]),
        },
    )


def _to_ask(monitors: Monitors, family: str, *, ask: bool) -> list[tuple[Monitor, EngineSpec]]:
    if not ask or family not in ASKING_FAMILIES:
        return []
    return [(monitor, spec) for monitor in monitors.values() for spec in monitor.engines_of(family)]


def _documents(lake: Lake, spec: EngineSpec, asked: AskedDay, monitor_id: str) -> pl.DataFrame | None:
    """Return the day's documents for an engine that reads them, None for one that does not."""
    if spec.family != "grounded":
        return None
    return lake.read("core/documents", [Partition(asked.day)], monitors=[monitor_id])
