"""Layer ``seed``: the monitor files as tables, so that every later table can join them."""

import dagster as dg
import polars as pl

from brand_monitor.defs.tables import counts, preview, table_asset
from brand_monitor.monitor.models import Monitor
from brand_monitor.schemas.registry import polars_schema


@table_asset("seed/brands", kinds={"yaml", "parquet"})
def brands(monitors: dg.ResourceParam[dict[str, Monitor]]) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor and brand, as the monitor files stand now."""
    rows = [
        {
            "monitor_id": monitor.id,
            "brand_id": brand.id,
            "brand": brand.name,
            **brand.model_dump(
                include={"role", "aliases", "products", "domains", "exclusions", "senses", "context"}
            ),
        }
        for monitor in monitors.values()
        for brand in monitor.brands
    ]
    frame = pl.DataFrame(rows, schema=polars_schema("seed/brands"))
    return dg.MaterializeResult(
        value=frame, metadata={"roles": counts(frame, "role"), "preview": preview(frame, ["brand", "role"])}
    )


@table_asset("seed/prompts", kinds={"yaml", "parquet"})
def prompts(monitors: dg.ResourceParam[dict[str, Monitor]]) -> dg.MaterializeResult[pl.DataFrame]:
    """One row per monitor and question, variants of prompts included, as the monitor files stand now."""
    rows = [
        {
            "monitor_id": monitor.id,
            "prompt_id": question.id,
            "prompt_family": question.family,
            "prompt_version": question.version,
            "text": question.text,
            "intent": question.intent,
            "persona": question.persona,
            "locale": question.locale,
            "is_branded": question.branded,
        }
        for monitor in monitors.values()
        for question in monitor.questions
    ]
    frame = pl.DataFrame(rows, schema=polars_schema("seed/prompts"))
    return dg.MaterializeResult(
        value=frame,
        metadata={
            "families": frame.n_unique(["monitor_id", "prompt_family"]),
            "intents": counts(frame, "intent"),
            "preview": preview(frame, ["prompt_id", "text"]),
        },
    )
