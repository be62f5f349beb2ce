"""Answers of an experiment from a planted rule, as frames and as arrays."""

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from brand_monitor.domain.designs import Order, designs
from brand_monitor.domain.effects.arms import Question

DAY = date(2026, 11, 24)
#: P(brand named) given the sources shown, in order.
Rule = Callable[[Order], float]


def page(source: int) -> str:
    return f"http://pages.example/{source}"


def simulated(
    rule: Rule,
    *,
    sources: int = 4,
    worlds: int = 400,
    seed: int = 0,
    leave_one_out: bool = True,
    **design: int,
) -> Question:
    """Return independent worlds as the brands of one question: each is one seed of the same experiment."""
    rows = designs(sources, leave_one_out=leave_one_out, **design)
    rates = np.array([rule(row.order) for row in rows])
    return Question(
        sources=sources,
        designed=frozenset(row.kind for row in rows),
        kinds=[row.kind for row in rows],
        orders=[row.order for row in rows],
        replicates=[row.replicate for row in rows],
        named=np.random.default_rng(seed).random((len(rows), worlds)) < rates[:, None],
    )


def experiment_frames(
    rules: dict[str, Rule],
    *,
    prompts: tuple[str, ...] = ("a",),
    sources: int = 4,
    seed: int = 0,
    leave_one_out: bool = True,
    **design: int,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return designed answers, designed mentions and brands: the columns that effects are made of."""
    rng = np.random.default_rng(seed)
    answers, mentions = [], []
    for prompt in prompts:
        for row in designs(sources, leave_one_out=leave_one_out, **design):
            answer = {
                "date": DAY,
                "monitor_id": "shoes",
                "engine": "grounded",
                "engine_id": "small",
                "experiment_id": "causes",
                "prompt_id": prompt,
                "answer_id": f"{prompt}/{row.arm}/{row.replicate}",
                "status": "ok",
                "is_branded": False,
                "design_kind": row.kind,
                "arm": row.arm,
                "replicate": row.replicate,
                "frozen_hash": f"context of {prompt}",
                "sources_in_context": sources,
                "shown": list(row.order),
                "context_documents": [f"d{source}" for source in range(sources)],
                "context_urls": [page(source) for source in range(sources)],
            }
            answers.append(answer)
            mentions += [
                {
                    "monitor_id": "shoes",
                    "answer_id": answer["answer_id"],
                    "brand_id": brand,
                    "is_counted": True,
                }
                for brand, rule in rules.items()
                if rng.random() < rule(row.order)
            ]
    named = {"monitor_id": pl.String, "answer_id": pl.String, "brand_id": pl.String, "is_counted": pl.Boolean}
    brands = pl.DataFrame({"monitor_id": ["shoes"] * len(rules), "brand_id": list(rules)})
    return pl.DataFrame(answers), pl.DataFrame(mentions, schema=named), brands
