"""A planted cause is found, and pages without effect are left in peace: over hundreds of seeds."""

import numpy as np
import pytest

from brand_monitor.domain.effects.methods import by_shapley, by_surrogate, leave_one_out
from brand_monitor_tests.unit.domain.experiment_answers import simulated

CAUSE = 2
METHODS = {"leave_one_out": leave_one_out, "surrogate": by_surrogate, "shapley": by_shapley}


def planted(high, low):
    return lambda order: high if CAUSE in order else low


def measured(method, rule, **design):
    """Return effects, lower and upper bounds, [sources, seeds]."""
    found = list(METHODS[method](simulated(rule, **design)))
    return (np.array([getattr(one.values, name) for one in found]) for name in ("effect", "lower", "upper"))


def ranked_first(effect):
    """Return the share of seeds in which the cause is above all others, ties counting against it."""
    return np.mean(effect[CAUSE] > np.delete(effect, CAUSE, axis=0).max(axis=0))


# Answers per prompt and engine: replicates x (2 + sources + masks).
DESIGNS = [
    ("leave_one_out", {"sources": 4, "replicates": 5}),
    ("leave_one_out", {"sources": 8, "replicates": 5}),
    ("surrogate", {"sources": 4, "replicates": 3, "masks": 8}),
    ("surrogate", {"sources": 4, "replicates": 1, "masks": 14}),
    ("surrogate", {"sources": 8, "replicates": 3, "masks": 16}),
    ("shapley", {"sources": 4, "replicates": 1, "masks": 14}),
    ("shapley", {"sources": 8, "replicates": 3, "masks": 16}),
]


@pytest.mark.parametrize(("method", "design"), DESIGNS)
def test_a_strong_cause_is_ranked_first_in_at_least_95_of_100_seeds(method, design):
    effect, lower, upper = measured(method, planted(0.9, 0.05), **design)
    assert ranked_first(effect) >= 0.95
    others = np.delete(np.arange(len(effect)), CAUSE)
    assert np.mean((lower[others] <= 0) & (upper[others] >= 0)) >= 0.95


@pytest.mark.parametrize(
    ("method", "design"),
    [
        ("leave_one_out", {"sources": 4, "replicates": 12}),
        ("surrogate", {"sources": 4, "replicates": 5, "masks": 14}),
        ("shapley", {"sources": 4, "replicates": 5, "masks": 14}),
    ],
)
def test_a_middling_cause_takes_more_answers(method, design):
    effect, lower, upper = measured(method, planted(0.6, 0.1), **design)
    assert ranked_first(effect) >= 0.95
    assert np.mean((lower[CAUSE] <= 0.5) & (upper[CAUSE] >= 0.5)) >= 0.93
    others = np.delete(np.arange(len(effect)), CAUSE)
    assert np.mean((lower[others] <= 0) & (upper[others] >= 0)) >= 0.95


@pytest.mark.parametrize("rate", [0.02, 0.3, 0.5, 0.95])
@pytest.mark.parametrize(("method", "design"), DESIGNS)
def test_where_no_page_matters_all_intervals_hold_0(method, design, rate):
    _, lower, upper = measured(method, planted(rate, rate), worlds=800, **design)
    # 94 rather than 95: what 800 seeds can tell.
    assert np.mean((lower <= 0) & (upper >= 0)) >= 0.94


def test_two_pages_of_which_either_is_enough_are_missed_by_leave_one_out_and_found_by_the_others():
    def either(order):
        return 0.9 if {0, 1} & set(order) else 0.05

    missed, _, _ = measured("leave_one_out", either, replicates=5, masks=14)
    assert np.abs(missed.mean(axis=1)).max() < 0.05
    for method in ("surrogate", "shapley"):
        effect, _, _ = measured(method, either, replicates=5, masks=14)
        assert np.mean(effect[:2].min(axis=0) > effect[2:].max(axis=0)) >= 0.95
