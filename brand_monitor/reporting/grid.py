"""Prompt by prompt: in which answers an own brand is named, one mark per answer.

Belongs here: the grid that shows why prompts, not answers, are the unit that an interval counts.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from brand_monitor.reporting.evidence import answer_link
from brand_monitor.reporting.inputs import ReportInputs
from brand_monitor.reporting.text import plain

PROMPTS_SHOWN = 60
MARKS_PER_CELL = 12
MARKS_IN_ALL = 1_500  # of all cells: some 200 bytes each in the page


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One answer: ``named``, ``not named`` or its status; ``link`` is its anchor if it is shown in full."""

    state: str
    link: str | None
    repeat: int


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The answers of one prompt in one engine."""

    named: int
    usable: int
    marks: list[Mark]


@dataclass(frozen=True, kw_only=True)
class PromptRow:
    """One prompt and its cells, in the order of the engines; None where the engine was not asked."""

    text: str
    intent: str
    is_branded: bool
    cells: list[Cell | None]


def prompt_rows(
    inputs: ReportInputs, own: Collection[str], engine_ids: list[str], shown: Collection[str]
) -> tuple[list[PromptRow], int]:
    """Return the prompts that were asked, non-branded first, and how many are left out.

    Prompts keep the order of the monitor file; one that has left the file since comes last.

    Args:
        inputs: Answers, mentions and prompts of the day.
        own: Ids of the own brands.
        engine_ids: Columns, in order.
        shown: Ids of the answers that the report holds in full.
    """
    answers, mentions = inputs.answers, inputs.answer_mentions
    named = set(mentions.filter(pl.col("is_counted") & pl.col("brand_id").is_in(list(own)))["answer_id"])
    places = inputs.prompts.select("prompt_id").with_row_index("place")
    prompts = (
        answers.unique("prompt_id", maintain_order=True)
        .join(places, on="prompt_id", how="left")
        .sort("is_branded", "place", maintain_order=True, nulls_last=True)
    )
    kept = prompts.head(min(PROMPTS_SHOWN, _affordable(answers)))
    marks: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    asked = answers.filter(pl.col("prompt_id").is_in(kept["prompt_id"].implode())).sort("repeat")
    for row in asked.select("prompt_id", "engine_id", "answer_id", "status", "repeat").iter_rows():
        prompt_id, engine_id, answer_id, status, repeat = row
        state = ("named" if answer_id in named else "not named") if status == "ok" else status
        link = answer_link(answer_id) if answer_id in shown else None
        marks[prompt_id, engine_id].append(Mark(state=state, link=link, repeat=repeat + 1))
    rows = [
        PromptRow(
            text=plain(row["prompt_text"], 200),
            intent=plain(row["intent"], 40),
            is_branded=row["is_branded"],
            cells=[_cell(marks.get((row["prompt_id"], engine_id), [])) for engine_id in engine_ids],
        )
        for row in kept.iter_rows(named=True)
    ]
    return rows, len(prompts) - len(kept)


def _affordable(answers: pl.DataFrame) -> int:
    """Return how many prompts the marks in all allow, if each cell is as full as the fullest."""
    repeats = answers.group_by("prompt_id", "engine_id").len()["len"].max()
    engines = max(1, answers["engine_id"].n_unique())
    return MARKS_IN_ALL // (engines * min(MARKS_PER_CELL, int(str(repeats or 1))))


def _cell(marks: list[Mark]) -> Cell | None:
    if not marks:
        return None
    states = [mark.state for mark in marks]
    named = states.count("named")
    return Cell(named=named, usable=named + states.count("not named"), marks=marks[:MARKS_PER_CELL])
