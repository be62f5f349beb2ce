"""Partitions: a budget, chosen by what is retried and never by what is filtered.

Belongs here: the two partition axes and the conversions between keys and their parts. Brand, prompt,
site and monitor are columns: a day x brand axis costs 10 s of CPU per automation tick at 1,000 brands
and a year (dagster #23076), a plain daily axis .03 s.
"""

from datetime import UTC, date, datetime

import dagster as dg

START_DATE = "2025-01-01"

# The engine axis is static and holds at most 10 families: three years x 10 stays under 15,000 keys.
# A monitor may configure several engines of one family; those are told apart by a column.
ENGINE_FAMILIES: tuple[str, ...] = (
    "local",
    "grounded",
    "import",
    "openai",
    "anthropic",
    "gemini",
    "perplexity",
    "litellm",
)
ASKING_FAMILIES: tuple[str, ...] = tuple(family for family in ENGINE_FAMILIES if family != "import")
#: Where the answers of a family come from; UI and API answers are never mixed.
SURFACE_OF = dict.fromkeys(ENGINE_FAMILIES, "api") | {
    "local": "local",
    "grounded": "grounded",
    "import": "ui",
}

# end_offset=1 makes today's partition exist while the day still runs: the main job reports today.
DAILY = dg.DailyPartitionsDefinition(start_date=START_DATE, timezone="UTC", end_offset=1)
ENGINES = dg.StaticPartitionsDefinition(list(ENGINE_FAMILIES))
#: What is published day by day: a day is replaced as a whole in stores that have one writer.
ONE_RUN_PER_PARTITION = dg.BackfillPolicy.multi_run(max_partitions_per_run=1)
#: Everything else, a month a run, since each run costs 3 s of CPU of its own. Assets of one job share a
#: policy; those that ask or fetch lose nothing by it: what a failed run has asked is in the journal.
RANGE_RUNS = dg.BackfillPolicy.multi_run(max_partitions_per_run=31)
DAILY_BY_ENGINE = dg.MultiPartitionsDefinition({"date": DAILY, "engine": ENGINES})


def today() -> date:
    """Return the current UTC date, the date of the partition that is being filled."""
    return datetime.now(UTC).date()


def day_engine_key(day: date, engine: str) -> dg.MultiPartitionKey:
    """Return the key of one day and engine family, ``2026-11-24|local``."""
    return dg.MultiPartitionKey({"date": day.isoformat(), "engine": engine})


def day_and_engine(key: str) -> tuple[date, str]:
    """Return day and engine family of a partition key that names both."""
    day, _, engine = key.partition("|")
    return date.fromisoformat(day), engine


def split_key(key: str) -> tuple[date, str | None]:
    """Return (day, engine family or None) of a partition key of either axis."""
    day, _, engine = key.partition("|")
    return date.fromisoformat(day), engine or None
