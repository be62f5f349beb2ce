"""How much of what answers name and cite is the same in the next repeat, and was the same a day before.

Belongs here: overlaps of single answers, for the rows of ``metrics/stabilities``. Not here: days as a whole
(``volatilities.py``) and the formulas (``statistics.stability``).

Only answers to one question in the same words are compared. Repeats of a day differ by the engine's own
chance; what the day before differs by beyond that is what the day has added.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from brand_monitor.domain.metrics.mean_intervals import mean_intervals
from brand_monitor.domain.metrics.populations import FRAME_ROLES, GROUP, named_brands, population
from brand_monitor.domain.statistics import mean_jaccard, rank_biased_overlap, served_model_changed
from brand_monitor.domain.statistics.flags import MIN_PROMPTS_FOR_INTERVAL, size_flags

#: What is compared -> reason where no answer has any of it.
ITEMS: Final = {"brands": "no_frame_mentions", "domains": "no_citations"}
_PLACE = [name for name in GROUP if name != "date"]
_QUESTION = ["prompt_family", "prompt_id", "prompt_version"]
_Lists = Sequence[Sequence[str]]
_Compare = Callable[[_Lists], float | None]


class DayFrames(NamedTuple):
    """``raw/answers``, ``core/answer_mentions`` and ``core/citations`` of one day."""

    answers: pl.DataFrame
    mentions: pl.DataFrame
    citations: pl.DataFrame


def overlap_rows(today: DayFrames, before: DayFrames, brands: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield one row per engine, segment, kind of item and overlap.

    O(pairs of repeats) time, by question.

    Args:
        today: The day.
        before: Of each engine its last day before, empty where there is none.
        brands: ``seed/brands``; own brands and competitors are compared.
    """
    told, earlier = _told(today, brands), _told(before, brands)
    for group in population(today.answers).groups.sort(GROUP).iter_rows(named=True):
        mine = _of(told, group)
        theirs = _of(earlier, group)
        for items, nothing in ITEMS.items():
            compared = {
                "repeat_overlap": _repeats(mine, items, _alike, nothing),
                "day_overlap": _days(mine, theirs, items, nothing),
            }
            if items == "brands":
                compared["repeat_rank_overlap"] = _repeats(mine, items, _ordered_alike, nothing)
            for metric, row in compared.items():
                scope = {name: group[name] for name in GROUP} | {"items": items, "metric": metric}
                sizes = {"n": mine.height, "window_days": 1}
                yield scope | sizes | (row | {"reason": group["blocked"] or row["reason"]})


def _told(frames: DayFrames, brands: pl.DataFrame) -> pl.DataFrame:
    """Return one row per usable answer: its question, and its brands (in order) and domains as lists."""
    usable = population(frames.answers).answers.join(
        frames.answers.select("answer_id", "prompt_id", "prompt_version", "model", "served_model"),
        on="answer_id",
    )
    framed = brands.filter(pl.col("role").is_in(FRAME_ROLES))
    named = (
        named_brands(usable.select("answer_id"), frames.mentions, framed)
        .sort("answer_id", "entity_rank", "brand_id")
        .group_by("answer_id", maintain_order=True)
        .agg(brands="brand_id")
    )
    cited = (
        frames.citations.filter(pl.col("relation") == "cited")
        .group_by("answer_id")
        .agg(domains=pl.col("domain").unique().sort())
    )
    empty = pl.lit([], dtype=pl.List(pl.String))
    return (
        usable.join(named, on="answer_id", how="left")
        .join(cited, on="answer_id", how="left")
        .with_columns(pl.col(*ITEMS).fill_null(empty))
        .sort(*GROUP, *_QUESTION, "answer_id")
    )


def _of(told: pl.DataFrame, group: Mapping[str, Any]) -> pl.DataFrame:
    return told.filter([pl.col(name) == group[name] for name in _PLACE])


def _repeats(mine: pl.DataFrame, items: str, compare: _Compare, nothing: str) -> dict[str, Any]:
    questions = mine.group_by(_QUESTION, maintain_order=True).agg(items)
    repeated = questions.filter(pl.col(items).list.len() > 1)
    if repeated.is_empty():
        return _missing("no_repeats")
    found = [
        (family, compare(answers)) for family, answers in repeated.select(_QUESTION[0], items).iter_rows()
    ]
    return _mean(found, nothing)


def _days(mine: pl.DataFrame, theirs: pl.DataFrame, items: str, nothing: str) -> dict[str, Any]:
    if theirs.is_empty():
        return _missing("no_day_before")
    told = served_model_changed(theirs["served_model"], mine["served_model"])
    if told or (told is None and {*theirs["model"]} != {*mine["model"]}):
        return _missing("model_changed")
    both = [frame.group_by(_QUESTION, maintain_order=True).agg(items) for frame in (mine, theirs)]
    pairs = both[0].join(both[1], on=_QUESTION, suffix="_before", maintain_order="left")
    if pairs.is_empty():
        return _missing("no_shared_prompts")
    rows = pairs.select(_QUESTION[0], items, f"{items}_before").iter_rows()
    return _mean([(family, _alike(now, then)) for family, now, then in rows], nothing)


def _alike(answers: _Lists, others: _Lists | None = None) -> float | None:
    every = [*answers, *(others or ())]
    place = {item: at for at, item in enumerate(sorted({item for one in every for item in one}))}
    members = np.zeros((len(every), len(place)))
    for row, one in enumerate(every):
        members[row, [place[item] for item in one]] = 1
    cut = len(answers)
    return mean_jaccard(members) if others is None else mean_jaccard(members[:cut], members[cut:])


def _ordered_alike(answers: _Lists) -> float | None:
    found = [rank_biased_overlap(one, other) for one, other in combinations(answers, 2)]
    known = [value for value in found if value is not None]
    return sum(known) / len(known) if known else None


def _mean(found: Sequence[tuple[str, float | None]], nothing: str) -> dict[str, Any]:
    """Return the mean over prompts, a prompt being the mean of its questions, with its interval."""
    values = pl.DataFrame(found, schema={"family": pl.String, "value": pl.Float64}, orient="row").drop_nulls()
    if values.is_empty():
        return _missing(nothing)
    prompts = values.group_by("family").agg(pl.col("value").mean()).sort("family")["value"].to_numpy()
    one = mean_intervals(prompts[:, None], np.ones((len(prompts), 1)))
    few = len(prompts) < MIN_PROMPTS_FOR_INTERVAL
    return {
        "value": float(one.value[0]),
        "lower": None if few else float(one.lower[0]),
        "upper": None if few else float(one.upper[0]),
        "k": len(prompts),
        "reason": "fewer_than_3_prompts" if few else None,
        "flags": list(size_flags(len(prompts))),
    }


def _missing(reason: str) -> dict[str, Any]:
    return {"value": None, "lower": None, "upper": None, "k": 0, "reason": reason, "flags": []}
