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
            **brand.model_dump(include={"role", "aliases", "products", "domains", "exclusions"}),
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
    """One row per monitor and prompt, as the monitor files stand now."""
    rows = [
        {
            "monitor_id": monitor.id,
            "prompt_id": prompt.id,
            "prompt_version": prompt.version,
            "is_branded": prompt.branded,
            **prompt.model_dump(include={"text", "intent", "persona", "locale"}),
        }
        for monitor in monitors.values()
        for prompt in monitor.prompts
    ]
    frame = pl.DataFrame(rows, schema=polars_schema("seed/prompts"))
    return dg.MaterializeResult(
        value=frame,
        metadata={"intents": counts(frame, "intent"), "preview": preview(frame, ["prompt_id", "text"])},
    )
