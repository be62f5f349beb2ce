"""Tables of layer ``core`` that suggest: names that answers give and no monitor tracks."""

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import EngineTable, Strings


class BrandCandidates(EngineTable):
    """One row per engine and unknown name in its answers of the day: a suggestion, tracked by nobody."""

    candidate_key: pl.String = pa.Field(description="Words of the name, small, without signs")
    candidate: pl.String = pa.Field(description="Name as most answers write it")
    score: pl.Float64 = pa.Field(
        ge=0, description="Answers that list the name, plus a quarter of those that only name it"
    )
    answers: pl.Int64 = pa.Field(ge=1, description="Answers that name it")
    listed_answers: pl.Int64 = pa.Field(ge=0, description="Of these, in a list, heading or bold label")
    sightings: pl.Int64 = pa.Field(ge=1, description="Places where it is named")
    titles: pl.Int64 = pa.Field(ge=0, description="Titles of retrieved or cited pages that name it")
    prompt_ids: Strings = pa.Field(description="Prompts whose answers name it")
    products: Strings = pa.Field(description="What most often follows it in lists, such as models")
    sentence: pl.String = pa.Field(description="A sentence or list item that names it")
    answer_id: pl.String = pa.Field(description="Answer that it stands in")
    sentence_start: pl.Int64 = pa.Field(ge=0, description="First character of the sentence in that answer")
    name_start: pl.Int64 = pa.Field(ge=0, description="First character of the name in that answer")
    name_end: pl.Int64 = pa.Field(ge=1, description="One past its last character")
