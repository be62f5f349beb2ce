"""Says how many prompts and repeats a wanted certainty takes, and what they cost, before anything is asked.

Belongs here: a monitor, its own history and its prices brought together. Not here: the arithmetic
(``domain.statistics.plans``), what a terminal shows (``cli.sampling``), today's plan (``planner``).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Final

import polars as pl

from brand_monitor.domain.metrics.populations import named_brands, population
from brand_monitor.domain.statistics import (
    PlanOptions,
    Spending,
    best_repeats,
    detectable_effect,
    expected_half_width,
    icc,
    plan_effect,
    plan_half_width,
)
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.monitor.engines import EngineSpec
from brand_monitor.monitor.models import Monitor

#: Days of answers that an engine's own rate, likeness of repeats and price are measured from.
HISTORY_DAYS: Final = 28
#: Where there is no history: the most expensive rate, and repeats as alike as those of public answers.
DEFAULT_RATE: Final = 0.5
DEFAULT_ICC: Final = 0.3
DAYS_A_MONTH: Final = 30


@dataclass(frozen=True)
class Aim:
    """What is wanted: a half-width or an effect, as fractions; exactly one of the two."""

    half_width: float | None = None
    effect: float | None = None


@dataclass(frozen=True)
class Basis:
    """What a plan rests on, each with where it is from: ``history``, ``prices`` or ``default``.

    Attributes:
        rate: Expected rate of the own brand that is nearest to one half, the hardest one to measure.
        icc: Likeness of repeats, cut to 0 ... 1.
        price_usd: Price of one answer, None where it is not known; from ``prices`` it is an upper bound.
        answers: Non-branded answers behind them.
        days: Days with such answers.
    """

    rate: float
    rate_from: str
    icc: float
    icc_from: str
    price_usd: float | None
    price_from: str
    answers: int
    days: int


@dataclass(frozen=True)
class EnginePlan:
    """The options of one engine, beside what its plan of today gives.

    Attributes:
        prompts: Non-branded prompts of the monitor.
        repeats: Answers that the engine gives each of them.
        expected: Half-width, or smallest effect, that these give; None where none would be seen.
        best_repeats: Repeats that buy the most certainty on a rate for the money, at least 1.
    """

    engine_id: str
    basis: Basis
    prompts: int
    repeats: int
    expected: float | None
    options: PlanOptions
    best_repeats: float


def sample_plans(
    monitor: Monitor,
    lake: Lake,
    day: date,
    aim: Aim,
    *,
    list_prices: Mapping[str, float],
    price_per_prompt: float = 0.0,
) -> list[EnginePlan]:
    """Return a plan per engine of a monitor, in file order. Asks nobody.

    Args:
        monitor: whose engines.
        lake: where the answers of earlier days are.
        day: last day of the history.
        aim: what is wanted.
        list_prices: USD per answer by engine, for engines that have no priced answer yet.
        price_per_prompt: USD that finding and keeping one more prompt costs a day.

    Raises:
        ValueError: the aim lies outside its range.
    """
    prompts = sum(not prompt.branded for prompt in monitor.prompts)
    plans = []
    for spec in monitor.engines:
        basis = _basis(monitor, spec, lake, day, list_prices.get(spec.id))
        plans.append(_plan(spec, basis, aim, prompts, price_per_prompt))
    return plans


def _plan(spec: EngineSpec, basis: Basis, aim: Aim, prompts: int, per_prompt: float) -> EnginePlan:
    # Without a price every answer costs one unit, which leaves the order of the options as it is.
    spending = Spending(1.0 if basis.price_usd is None else basis.price_usd, per_prompt)
    known = {"rate": basis.rate, "icc": basis.icc}
    expected = None
    if aim.half_width is not None:
        options = plan_half_width(aim.half_width, spending, **known)
        if prompts:
            expected = expected_half_width(prompts, spec.repeats, **known)
    else:
        assert aim.effect is not None, "an aim has a half-width or an effect"
        options = plan_effect(basis.rate, aim.effect, spending, icc=basis.icc)
        if prompts:
            expected = detectable_effect(prompts=prompts, repeats=spec.repeats, **known)
    return EnginePlan(
        spec.id, basis, prompts, spec.repeats, expected, options, _best_repeats(basis.icc, spending)
    )


def _best_repeats(likeness: float, spending: Spending) -> int:
    """Return a whole number from 1 to the most that a plan has."""
    if spending.per_prompt == 0:
        return 1  # a further prompt costs nothing of its own: it always says more than a repeat
    found = math.inf if spending.per_answer == 0 else best_repeats(likeness, spending)
    return max(1, round(min(found, spending.max_repeats)))


def _basis(monitor: Monitor, spec: EngineSpec, lake: Lake, day: date, list_price: float | None) -> Basis:
    start = day - timedelta(days=HISTORY_DAYS - 1)
    answers, mentions = (
        lake.read_window(table, start, day, engines=[spec.family], monitors=[monitor.id])
        for table in ("raw/answers", "core/answer_mentions")
    )
    answers = answers.filter(engine_id=spec.id, is_branded=False, status="ok")
    prices = answers.filter(~pl.col("is_cached"))["cost_usd"].drop_nulls()
    price = fmean(prices) if len(prices) else None
    measured = []
    if answers.height:
        brands = lake.read("seed/brands", [Partition()], monitors=[monitor.id])
        measured = _measured(answers, mentions, brands)
    rates = [rate for rate, _ in measured if 0 < rate < 1]
    rate = min(rates, key=lambda one: abs(one - DEFAULT_RATE), default=None)
    likeness = [one for _, one in measured if one is not None]
    return Basis(
        rate=DEFAULT_RATE if rate is None else rate,
        rate_from="default" if rate is None else "history",
        icc=min(1.0, max(0.0, fmean(likeness))) if likeness else DEFAULT_ICC,
        icc_from="history" if likeness else "default",
        price_usd=list_price if price is None else price,
        price_from="history" if price is not None else "default" if list_price is None else "prices",
        answers=answers.height,
        days=answers["date"].n_unique(),
    )


def _measured(
    answers: pl.DataFrame, mentions: pl.DataFrame, brands: pl.DataFrame
) -> list[tuple[float, float | None]]:
    """Return rate and ICC of each own brand; clusters are prompts within a day, as in one day's figure."""
    usable = population(answers).answers
    named = named_brands(usable, mentions, brands)
    found = []
    for brand in brands.filter(role="own")["brand_id"]:
        hits = named.filter(brand_id=brand).select("answer_id", hit=pl.lit(1))
        cells = (
            usable.join(hits, on="answer_id", how="left")
            .group_by("date", "prompt_family")
            .agg(pl.col("hit").fill_null(0).sum(), n=pl.len())
            .sort("date", "prompt_family")
        )
        x, n = cells["hit"].to_numpy(), cells["n"].to_numpy()
        found.append((float(x.sum() / n.sum()), icc(x, n)))
    return found
