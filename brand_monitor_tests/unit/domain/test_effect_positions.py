"""The effect of a place is told from the effect of being there."""

import numpy as np
import pytest

from brand_monitor.domain.effects.methods import by_position
from brand_monitor.domain.effects.positions import position_effect
from brand_monitor_tests.unit.domain.experiment_answers import simulated


def effects(rule, **design):
    return np.array([found.values.effect.mean() for found in by_position(simulated(rule, **design))])


def test_a_page_that_counts_only_at_the_top_has_an_effect_of_its_place():
    found = effects(lambda order: 0.9 if order[:1] == (2,) else 0.1, replicates=5, permutations=8)
    assert np.argmax(found) == 2
    assert found[2] > 0.5


def test_a_fading_influence_is_measured_from_first_to_last_place():
    found = effects(
        lambda order: 0.9 - 0.2 * order.index(1) if 1 in order else 0.2, replicates=5, permutations=8, masks=8
    )
    assert found[1] == pytest.approx(0.6, abs=0.03)


def test_a_page_that_counts_wherever_it_stands_has_none():
    found = effects(lambda order: 0.9 if 1 in order else 0.1, replicates=5, permutations=8, masks=8)
    assert found == pytest.approx(np.zeros(4), abs=0.03)


def test_without_another_order_a_place_cannot_be_told_from_the_page():
    n = np.full(3, 5.0)
    assert position_effect(0, [(0, 1, 2), (1, 2), (0, 2)], 3, np.zeros((3, 1)), n) is None
    assert position_effect(0, [(0,), ()], 1, np.zeros((2, 1)), n[:2]) is None
    assert not list(by_position(simulated(lambda _: 0.5, replicates=2)))
