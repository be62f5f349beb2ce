"""Tables on the models behind the engines: when they changed."""

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import EngineTable, Strings

CHANGE_KINDS = ["served_model", "asked_model", "canary_answer"]


class ModelChanges(EngineTable):
    """One row per engine and kind of change since the last day before that has answers."""

    kind: pl.String = pa.Field(
        isin=CHANGE_KINDS,
        description="Another name of the model; another model asked for; another answer to a fixed question",
    )
    previous_date: pl.Date = pa.Field(description="Last day before with answers of the engine")
    previous_models: Strings = pa.Field(description="Models that said they answered on that day")
    served_models: Strings = pa.Field(description="Models that say they answered on this day")
    canaries: Strings = pa.Field(description="Fixed questions with another answer; empty for other kinds")
