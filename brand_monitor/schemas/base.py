"""Column types and the columns that every table carries.

Belongs here: what several tables share. A table's own columns live in the module of its layer.
"""

from typing import Annotated

import pandera.polars as pa
import polars as pl

Timestamp = Annotated[pl.Datetime, "us", "UTC"]
Strings = Annotated[pl.List, pl.String()]


class MonitorTable(pa.DataFrameModel):
    """The column of every table: the monitor that a row speaks of."""

    monitor_id: pl.String = pa.Field(description="Monitor that this row belongs to")

    class Config:
        """Unknown columns are refused; types are cast by the writer, not silently here."""

        strict = True
        coerce = False


class Table(MonitorTable):
    """Columns of every table that is partitioned by day."""

    date: pl.Date = pa.Field(description="UTC day of the partition")


class EngineTable(Table):
    """Columns of every table that is partitioned by day and engine family."""

    engine: pl.String = pa.Field(description="Engine family, the partition axis")
    engine_id: pl.String = pa.Field(description="Engine as the monitor configures it")


class AnswerTable(EngineTable):
    """Columns of every table about what stands in an answer: which answer, and to what."""

    answer_id: pl.String = pa.Field(description="Answer that the row speaks of")
    prompt_id: pl.String = pa.Field(description="Prompt answered")
    is_branded: pl.Boolean = pa.Field(description="The prompt names a tracked brand")
