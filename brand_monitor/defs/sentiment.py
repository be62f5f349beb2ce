"""Layers ``core`` and ``metrics``, sentiment: how each answer judges each brand, and the balance of it."""

from functools import partial

import dagster as dg
import polars as pl

from brand_monitor.backends.graders.llm import Judge, LlmGrader
from brand_monitor.backends.llm.factory import engine_for
from brand_monitor.backends.llm.interface import Engine
from brand_monitor.backends.llm.progress import Report
from brand_monitor.backends.llm.simulation import Stores
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.defs.asking import COST_USD, AskConfig, Asked
from brand_monitor.defs.runtime import ProgressSink
from brand_monitor.defs.tables import counts, preview, table_asset, table_in
from brand_monitor.domain.sentiment import Grader
from brand_monitor.domain.sentiment import answer_sentiments as judged
from brand_monitor.domain.sentiment import brand_sentiments as balance
from brand_monitor.labels import POOL_ASKING
from brand_monitor.monitor.aspects import words_by_aspect
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY_BY_ENGINE, today
from brand_monitor.schemas.registry import empty_frame


@table_asset(
    "core/answer_sentiments",
    kinds={"python", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    pool=POOL_ASKING,  # a monitor may name an engine as its judge
    ins={"answers": table_in("raw/answers"), "answer_mentions": table_in("core/answer_mentions")},
)
def answer_sentiments(
    context: dg.AssetExecutionContext,
    config: AskConfig,
    answers: pl.DataFrame,
    answer_mentions: pl.DataFrame,
    monitors: dg.ResourceParam[dict[str, Monitor]],
    grader: dg.ResourceParam[Grader],
    stores: dg.ResourceParam[Stores],
    objects: dg.ResourceParam[ObjectStore],
    progress: dg.ResourceParam[ProgressSink],
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per answer, brand that it names and aspect that it judges, with the sentence that shows it."""
    frames = [empty_frame("core/answer_sentiments")]
    graders: list[str] = []
    asked = Asked()
    for monitor in monitors.values():
        one = grader
        if (spec := judge_of(monitor)) is not None:
            label = f"{monitor.id}: {spec.id} judges"
            report = progress.start(context.log, label)
            one = llm_grader(
                monitor, spec, stores, objects, run_id=context.run.run_id, report=report, ask=config.ask
            )
        own = pl.col("monitor_id") == monitor.id
        aspects = {monitor.id: words_by_aspect(monitor.aspects)}
        frames.append(judged(answers.filter(own), answer_mentions.filter(own), aspects, one))
        if isinstance(one, LlmGrader):
            asked.progress[label] = one.progress
        graders.append(f"{monitor.id}: {one.id}@{one.version}")
    frame = pl.concat(frames)
    overall = frame.filter(pl.col("aspect") == "overall")
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "graders": "\n".join(graders),
            "labels": counts(overall, "label"),
            "aspects": counts(frame, "aspect"),
            "unjudged": int(frame["label"].null_count()),
            COST_USD: float(frame["cost_usd"].sum()),
            **(asked.metadata if asked.progress else {}),
            "preview": preview(overall, ["brand_id", "label", "score", "mentions", "reason"]),
        },
    )


@table_asset(
    "metrics/brand_sentiments",
    kinds={"numpy", "parquet"},
    partitions_def=DAILY_BY_ENGINE,
    ins={
        "answers": table_in("raw/answers"),
        "answer_sentiments": table_in("core/answer_sentiments"),
        "brands": table_in("seed/brands"),
    },
)
def brand_sentiments(
    answers: pl.DataFrame, answer_sentiments: pl.DataFrame, brands: pl.DataFrame
) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per engine, segment, brand and aspect on the day: net sentiment with its interval."""
    frame = balance(answers, answer_sentiments, brands)
    headline = frame.filter(pl.col("aspect") == "overall", pl.col("segment") == "non_branded")
    shown = ["engine_id", "brand_id", "value", "lower", "upper", "n", "k", "reason"]
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "null_figures": int(frame["value"].null_count()),
            "net_sentiment": preview(headline, shown, rows=40),
        },
    )


def judge_of(monitor: Monitor) -> EngineSpec | None:
    """Return the engine that judges the answers of a monitor, None where the built-in grader does."""
    return next((spec for spec in monitor.engines if spec.id == monitor.judge), None)


def llm_grader(
    monitor: Monitor,
    spec: EngineSpec,
    stores: Stores,
    objects: ObjectStore,
    *,
    run_id: str | None,
    report: Report,
    ask: bool,
) -> LlmGrader:
    """Return the grader that asks an engine of the monitor; without ``ask`` it only knows what is filed."""
    judge = Judge(monitor, spec, today(), stores, partial(_engine, spec, stores), run_id)
    return LlmGrader(judge, objects, report, ask=ask)


def _engine(spec: EngineSpec, stores: Stores, refused: set[str]) -> Engine:
    return engine_for(spec, stores.settings, refused=refused)
