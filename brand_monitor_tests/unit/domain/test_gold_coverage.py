"""Intervals of the gold set hold the truth as often as they say, by simulation with fixed seeds."""

import numpy as np
import pytest

from brand_monitor.domain.gold.accuracy import Estimate, accuracy
from brand_monitor.domain.gold.corrections import corrected_rate
from brand_monitor.domain.gold.pairs import GoldPair
from brand_monitor.domain.statistics import rate_interval

NAMED = ("named",)
ROUNDS = 150


def pairs_of(
    stratum: str, size: int, true: np.ndarray, chance: np.random.Generator, taken: int
) -> list[GoldPair]:
    """Label ``taken`` of ``size`` pairs of a stratum, of which ``true`` are mentions."""
    chosen = chance.choice(size, taken, replace=False)
    return [
        GoldPair(
            "m",
            f"{stratum}{at}",
            "2026-01-01",
            "e",
            "e",
            f"{stratum}{at}",
            "b",
            stratum,
            size,
            taken,
            NAMED if true[at] else (),
        )
        for at in chosen
    ]


def holds(estimate: Estimate, truth: float) -> bool:
    return estimate.lower - 1e-9 <= truth <= estimate.upper + 1e-9


@pytest.mark.parametrize(
    ("said", "silent", "precision", "missed", "labels"),
    [
        (300, 1_500, 0.95, 0.01, (40, 20)),
        (300, 1_500, 0.8, 0.05, (40, 20)),
        (1_000, 1_000, 0.9, 0.1, (100, 100)),
        (100, 5_000, 0.9, 0.002, (40, 60)),
    ],
)
def test_accuracy_covers_the_truth(
    said: int, silent: int, precision: float, missed: float, labels: tuple[int, int]
) -> None:
    chance = np.random.default_rng(5)
    covered = np.zeros(3)
    for seed in range(ROUNDS):
        found, left = chance.random(said) < precision, chance.random(silent) < missed
        pairs = pairs_of("said", said, found, chance, labels[0]) + pairs_of(
            "silent", silent, left, chance, labels[1]
        )
        machine = {(one.answer_id, "b"): NAMED for one in pairs if one.stratum == "said"}
        one = accuracy(pairs, machine, seed=seed)[0]
        true, false = found.sum(), left.sum()
        covered += [
            holds(one.precision, true / said),
            holds(one.recall, true / (true + false)),
            holds(one.specificity, (silent - false) / (silent - false + said - true)),
        ]
    assert (covered / ROUNDS > 0.92).all()


@pytest.mark.parametrize(
    ("rate", "recall", "specificity"), [(0.3, 0.9, 0.98), (0.1, 0.8, 0.95), (0.6, 0.7, 0.9)]
)
def test_a_corrected_rate_covers_the_true_one_and_the_raw_one_does_not(
    rate: float, recall: float, specificity: float
) -> None:
    chance = np.random.default_rng(7)
    corrected = raw = 0
    for seed in range(ROUNDS):
        seen = rate * recall + (1 - rate) * (1 - specificity)
        interval = rate_interval(chance.binomial(10, seen, 60), [10] * 60)
        true = chance.random(3_000) < rate
        says = np.where(true, chance.random(3_000) < recall, chance.random(3_000) > specificity)
        pairs = pairs_of("said", says.sum(), true[says], chance, 100)
        pairs += pairs_of("silent", (~says).sum(), true[~says], chance, 100)
        said = {(one.answer_id, "b"): NAMED for one in pairs if one.stratum == "said"}
        one = corrected_rate(interval, accuracy(pairs, said, seed=seed)[0], seed=seed)
        corrected += one.lower <= rate <= one.upper
        raw += interval.lower <= rate <= interval.upper
    assert corrected / ROUNDS > 0.92
    assert raw < corrected
