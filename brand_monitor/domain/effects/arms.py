"""The answers of one question to one engine, as arrays: what was shown, and which brands were named.

Belongs here: from rows of ``experiments/designed_answers`` to counts per arrangement. Not here: estimation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from brand_monitor.domain.statistics.wilson import BoolArray, FloatArray

Order = tuple[int, ...]


class Counts(NamedTuple):
    """Arrangements with usable answers: ``x`` [arms, brands] of ``n`` [arms] answers name each brand."""

    orders: list[Order]
    x: FloatArray
    n: FloatArray

    def shown(self, sources: int) -> FloatArray:
        """Return 1 where an arm shows a source, else 0, [arms, sources]."""
        rows = [[source in order for source in range(sources)] for order in self.orders]
        return np.array(rows, dtype=np.float64).reshape(len(self.orders), sources)


@dataclass(frozen=True)
class Question:
    """All usable answers of one prompt and engine over one frozen context.

    Attributes:
        sources: Sources of the whole context.
        designed: Kinds of arrangement that were planned, answered or not.
        kinds: Why each answer's sources were arranged so, ``designs.KINDS``.
        orders: Sources as shown to each answer, indexes from 0.
        replicates: Number of the draw.
        named: Which brands each answer names, [answers, brands].
    """

    sources: int
    designed: frozenset[str]
    kinds: list[str]
    orders: list[Order]
    replicates: list[int]
    named: BoolArray

    def counts(self, belongs: Callable[[str], bool]) -> Counts:
        """Return the counts per arrangement of the kinds asked for; the same arrangement counts as one."""
        at: dict[Order, list[int]] = {}
        for row, (kind, order) in enumerate(zip(self.kinds, self.orders, strict=True)):
            if belongs(kind):
                at.setdefault(order, []).append(row)
        x = [self.named[rows].sum(axis=0) for rows in at.values()]
        n = [len(rows) for rows in at.values()]
        shape = (len(at), self.named.shape[1])
        return Counts(list(at), np.array(x, dtype=np.float64).reshape(shape), np.array(n, dtype=np.float64))

    def pairs(self, source: int) -> tuple[BoolArray, BoolArray]:
        """Return who is named with all sources and without one, [pairs, brands] each, paired by replicate."""
        without = tuple(other for other in range(self.sources) if other != source)
        full, left_out = self._by_replicate("full", None), self._by_replicate("leave_one_out", without)
        both = sorted(full.keys() & left_out.keys())
        return self.named[[full[r] for r in both]], self.named[[left_out[r] for r in both]]

    def _by_replicate(self, kind: str, order: Order | None) -> dict[int, int]:
        rows = zip(self.kinds, self.orders, self.replicates, strict=True)
        return {
            replicate: row
            for row, (of, shown, replicate) in enumerate(rows)
            if of == kind and (order is None or shown == order)
        }


def question(answers: pl.DataFrame, named: dict[str, set[str]], brands: list[str]) -> Question:
    """Return the usable answers of one prompt and engine over one frozen context.

    Args:
        answers: Rows of ``experiments/designed_answers`` of that question.
        named: Brands that are named, by ``answer_id``.
        brands: Columns of the arrays.
    """
    usable = answers.filter(pl.col("status") == "ok").sort("answer_id")
    names = [named.get(answer_id, set()) for answer_id in usable["answer_id"]]
    matrix = np.array([[brand in each for brand in brands] for each in names], dtype=np.bool_)
    return Question(
        sources=int(answers["sources_in_context"][0]),
        designed=frozenset(answers["design_kind"]),
        kinds=usable["design_kind"].to_list(),
        orders=[tuple(order) for order in usable["shown"].to_list()],
        replicates=usable["replicate"].to_list(),
        named=matrix.reshape(len(names), len(brands)),
    )
