"""When the model behind an engine changed: fixed questions, and the events that answers prove.

Belongs here: the canary questions and the comparison of a day with the last day before it that has answers.
Not here: asking them, reading earlier days, what a change means for a figure.

An event says only what the answers show. ``served_model``: the names that the models gave themselves differ.
``asked_model``: somebody changed the monitor file, so another model was to be expected. ``canary_answer``: a
question with one right answer was answered differently, under the same name of the model or another.
"""

import re
from dataclasses import dataclass

import polars as pl

from brand_monitor.schemas.registry import conform, empty_frame

TABLE = "core/model_changes"
SERVED, ASKED, CANARY = "served_model", "asked_model", "canary_answer"
#: Columns of ``raw/answers`` that are read.
READ = [
    "monitor_id",
    "date",
    "engine",
    "engine_id",
    "prompt_id",
    "prompt_version",
    "model",
    "served_model",
    "status",
    "text",
]
_ENGINE = ["monitor_id", "engine", "engine_id"]
_QUESTION = ["prompt_id", "prompt_version", "model"]


@dataclass(frozen=True)
class Canary:
    """A question with one short right answer, cheap to ask. Its id is never given to another question.

    Attributes:
        id: Stable id.
        text: The question.
        right: The right answer, in lower case and without signs.
    """

    id: str
    text: str
    right: str


#: Asked once per engine and day. An id holds ``~``, which no prompt of a monitor file may; a question that is
#: changed gets a new id, so that its answers are not compared with those to the old words.
CANARIES = (
    Canary(
        "canary~fact-1",
        "What is the capital of Australia? Answer with the name of the city only.",
        "canberra",
    ),
    Canary("canary~sum-1", "What is 17 times 23? Answer with the number only.", "391"),
    Canary(
        "canary~order-1",
        "Sort these words alphabetically and answer with the sorted words only, separated by commas: "
        "pear, fig, apple, quince, cherry",
        "apple cherry fig pear quince",
    ),
)


_RIGHT = {one.id: one.right for one in CANARIES}


def is_right(canary_id: str, text: str | None) -> bool | None:
    """Return whether an answer holds the right one as words of its own; None for an unknown question."""
    right = _RIGHT.get(canary_id)
    said = re.sub(r"[\W_]+", " ", (text or "").lower())
    return None if right is None else f" {right} " in f" {said} "


def model_changes(
    today: pl.DataFrame,
    before: pl.DataFrame,
    canaries: pl.DataFrame | None = None,
    canaries_before: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return one row per engine and kind of change since the last day before that has answers.

    Rows that are not ``ok`` say nothing, and neither do answers that name no model. An engine without an
    earlier day has no event. O(rows) time and memory.

    Args:
        today: ``raw/answers`` of one day, columns READ.
        before: the same of earlier days; of each engine only its last day counts.
        canaries: ``raw/canary_answers`` of the day.
        canaries_before: the same of earlier days.

    Returns:
        Rows of ``core/model_changes``, ordered by monitor, engine and kind.
    """
    empty = empty_frame("raw/answers").select(READ)
    asked = [_ok(empty if frame is None else frame) for frame in (canaries, canaries_before)]
    found = pl.concat(
        [_served_changes(_ok(today), _ok(before)), _served_changes(*asked), _canary_changes(*asked)],
        how="diagonal",
    )
    # The same change is seen in answers and in canaries: it is told once, from the answers.
    first = found.unique([*_ENGINE, "kind"], keep="first", maintain_order=True)
    return conform(TABLE, first.sort(*_ENGINE, "kind"))


def _ok(answers: pl.DataFrame) -> pl.DataFrame:
    return answers.select(READ).filter(pl.col("status") == "ok")


def _served_changes(today: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return one row per engine whose set of served models, or of asked ones, differs."""
    now = _models(today)
    then = _last_day(_models(before)).rename({"date": "previous_date"})
    both = now.join(then, on=_ENGINE, suffix="_before").filter(
        (pl.col("served") != pl.col("served_before")) | (pl.col("asked") != pl.col("asked_before"))
    )
    was_asked_for = pl.col("asked") != pl.col("asked_before")
    return both.select(
        "date",
        *_ENGINE,
        kind=pl.when(was_asked_for).then(pl.lit(ASKED)).otherwise(pl.lit(SERVED)),
        previous_date="previous_date",
        previous_models="served_before",
        served_models="served",
        canaries=pl.lit([], dtype=pl.List(pl.String)),
    )


def _canary_changes(today: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return one row per engine that answered a canary differently although it was asked the same model."""
    then = _last_day(before).rename({"date": "previous_date"})
    keys = [*_ENGINE, *_QUESTION]
    both = today.join(then, on=keys, suffix="_before")
    changed = both.filter(_essence("text") != _essence("text_before"))
    return changed.group_by("date", *_ENGINE, "previous_date").agg(
        kind=pl.lit(CANARY),
        previous_models=_names("served_model_before"),
        served_models=_names("served_model"),
        canaries=_names("prompt_id"),
    )


def _models(answers: pl.DataFrame) -> pl.DataFrame:
    """Return the served and the asked models per day and engine, from answers that name who answered."""
    return (
        answers.drop_nulls("served_model")
        .group_by("date", *_ENGINE)
        .agg(served=_names("served_model"), asked=_names("model"))
    )


def _last_day(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the last day of each engine."""
    return frame.filter(pl.col("date") == pl.col("date").max().over(_ENGINE))


def _names(column: str) -> pl.Expr:
    """Return the distinct values of a group as a sorted list."""
    return pl.col(column).drop_nulls().unique().sort()


def _essence(column: str) -> pl.Expr:
    """Return an answer without what never makes another answer: case, signs, spaces."""
    return (
        pl.col(column)
        .fill_null("")
        .str.to_lowercase()
        .str.replace_all(r"[^\p{L}\p{N}]+", " ")
        .str.strip_chars()
    )
