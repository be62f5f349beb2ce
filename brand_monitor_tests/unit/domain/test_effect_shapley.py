"""Shapley values: the axioms on exact games, and the fitted values where not all subsets were asked."""

from itertools import product
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.domain.designs import designs
from brand_monitor.domain.effects.shapley import shapley

MANY = 10_000.0  # answers per arm: rates are then the worths of a game


def subsets(sources):
    return np.array(list(product((0.0, 1.0), repeat=sources)))


def some_subsets(sources, masks=16):
    orders = {row.order for row in designs(sources, replicates=1, masks=masks)}
    return np.array([[float(s in order) for s in range(sources)] for order in sorted(orders)])


def values(shown, worth):
    found = shapley(shown, np.array(worth, float)[:, None] * MANY, np.full(len(shown), MANY))
    return found[0].effect[:, 0], found[1]


def by_definition(worth, sources):
    """The mean gain of each source over all orders of joining."""
    phi = np.zeros(sources)
    for subset, value in worth.items():
        z = len(subset)
        for s in range(sources):
            if s not in subset:
                share = factorial(z) * factorial(sources - z - 1) / factorial(sources)
                phi[s] += share * (worth[subset | {s}] - value)
    return phi


@settings(max_examples=40)
@given(st.integers(1, 5), st.integers(0, 10**6))
def test_with_all_subsets_the_values_are_those_of_the_definition(sources, seed):
    shown = subsets(sources)
    worth = np.random.default_rng(seed).random(len(shown))
    game = {frozenset(np.flatnonzero(row)): value for row, value in zip(shown, worth, strict=True)}
    found, how = values(shown, worth)
    assert how == "exact"
    assert found == pytest.approx(by_definition(game, sources), abs=1e-9)
    assert found.sum() == pytest.approx(worth[-1] - worth[0])


def test_two_pages_of_which_either_is_enough_share_the_credit_and_the_idle_one_gets_none():
    shown = subsets(3)
    found, _ = values(shown, np.maximum(shown[:, 0], shown[:, 1]))
    assert found == pytest.approx([0.5, 0.5, 0.0])


def test_leaving_one_of_them_out_would_have_shown_nothing():
    """Why Shapley values stand beside leave one out: here both pages are causes and neither is missed."""
    shown = subsets(2)
    worth = dict(zip(map(tuple, shown), np.maximum(shown[:, 0], shown[:, 1]), strict=True))
    assert worth[1, 1] - worth[0, 1] == 0
    assert values(shown, list(worth.values()))[0] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("sources", [4, 6, 10, 12])
def test_fitted_values_of_an_additive_game_are_its_parts(sources):
    parts = np.random.default_rng(sources).random(sources) / sources
    shown = some_subsets(sources, masks=12)
    found, how = values(shown, shown @ parts)
    assert how == "kernel"
    assert found == pytest.approx(parts, abs=1e-9)


def test_fitted_values_add_up_to_the_effect_of_the_whole_context():
    shown = some_subsets(6)
    worth = np.random.default_rng(1).random(len(shown))
    found, _ = values(shown, worth)
    ends = worth[shown.sum(axis=1) == 6][0] - worth[shown.sum(axis=1) == 0][0]
    assert found.sum() == pytest.approx(ends)


def test_fitted_values_come_near_the_exact_ones():
    """Either of two pages is enough, of five: 14 masks instead of all 30."""
    every, some = subsets(5), some_subsets(5, masks=14)
    either = [np.maximum(shown[:, 0], shown[:, 1]) for shown in (every, some)]
    assert values(some, either[1])[0] == pytest.approx(values(every, either[0])[0], abs=0.12)


def test_subsets_that_do_not_tell_sources_apart_have_no_values():
    shown = np.array([[0, 0, 0], [1, 1, 0], [0, 0, 1], [1, 1, 1]], float)
    assert shapley(shown, np.zeros((4, 1)), np.ones(4)) is None


def test_more_than_8_sources_are_fitted_even_if_all_subsets_are_there():
    shown = subsets(9)
    assert values(shown, shown[:, 0])[1] == "kernel"
