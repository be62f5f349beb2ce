"""Tables of layer ``seed``: the monitor files as they stand. Unpartitioned: git keeps their history."""

import pandera.polars as pa
import polars as pl

from brand_monitor.schemas.base import MonitorTable, Strings

ROLES = ["own", "competitor", "control"]


class Brands(MonitorTable):
    """One row per monitor and brand."""

    brand_id: pl.String = pa.Field(description="Stable id of the brand in its monitor")
    brand: pl.String = pa.Field(description="Display name")
    role: pl.String = pa.Field(isin=ROLES, description="own, competitor or (fictitious) control")
    aliases: Strings = pa.Field(description="Other spellings that count as the brand")
    products: Strings = pa.Field(description="Product names that roll up to the brand")
    domains: Strings = pa.Field(description="Registrable domains that the brand owns")
    exclusions: Strings = pa.Field(description="Phrases in which the name is not the brand")
    senses: Strings = pa.Field(nullable=True, description="Words near which the name has another sense")
    context: Strings = pa.Field(nullable=True, description="Words near which the name is the brand")


class Prompts(MonitorTable):
    """One row per monitor and question: a prompt as it stands, and each of its variants."""

    prompt_id: pl.String = pa.Field(
        description="Stable id of the question: of the prompt, ~suffix of a variant"
    )
    prompt_family: pl.String = pa.Field(
        description="Prompt of which it is a variant; the unit of every interval"
    )
    prompt_version: pl.String = pa.Field(description="Hash of the text, persona and locale")
    text: pl.String = pa.Field(description="The question as it is asked")
    intent: pl.String = pa.Field(description="Buyer intent, such as discovery or comparison")
    persona: pl.String = pa.Field(nullable=True, description="Who asks, if the prompt says so")
    locale: pl.String = pa.Field(description="BCP 47 tag of the asker")
    is_branded: pl.Boolean = pa.Field(description="The prompt names a tracked brand")
