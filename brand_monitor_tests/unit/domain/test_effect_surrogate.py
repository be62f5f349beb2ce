"""The surrogate: a sparse fit, weights that agree with least squares, ranks that it did not see."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.domain.designs import balanced_masks
from brand_monitor.domain.effects.surrogate import held_out_correlation, surrogate


def masks(sources, count, seed=0):
    return np.array(
        [[s in m for s in range(sources)] for m in balanced_masks(sources, count, seed=seed)], float
    )


def answers(shown, rates, n, worlds=1, seed=0):
    drawn = np.random.default_rng(seed).binomial(n, rates, size=(worlds, len(shown)))
    return drawn.T.astype(float), np.full(len(shown), float(n))


@settings(max_examples=30)
@given(st.integers(2, 6), st.integers(0, 10**6))
def test_weights_are_those_of_least_squares_weighted_by_answers(sources, seed):
    rng = np.random.default_rng(seed)
    shown = masks(sources, min(2**sources - 2, 4 * sources), seed)
    n = rng.integers(1, 7, len(shown)).astype(float)
    x = rng.binomial(n.astype(int), 0.4).astype(float)[:, None]
    fitted = surrogate(shown, x, n)
    if fitted.weights is None:
        return
    design, root = np.column_stack([np.ones(len(shown)), shown]), np.sqrt(n)
    expected = np.linalg.lstsq(design * root[:, None], x[:, 0] / n * root, rcond=None)[0][1:]
    assert fitted.weights.effect[:, 0] == pytest.approx(expected, abs=1e-9)
    assert (fitted.weights.lower <= fitted.weights.effect).all()
    assert (fitted.weights.effect <= fitted.weights.upper).all()


def test_the_sparse_fit_keeps_the_cause_and_drops_most_others():
    shown = masks(8, 32)
    x, n = answers(shown, 0.05 + 0.85 * shown[:, 3], 3, worlds=200)
    sparse = surrogate(shown, x, n).sparse
    assert (sparse[3] > np.delete(sparse, 3, axis=0).max(axis=0)).all()
    assert np.mean(np.delete(sparse, 3, axis=0) == 0) > 0.9


def test_of_two_causes_and_their_mirror_images_no_weight_is_larger_than_what_was_seen():
    shown = np.array([[1.0, 0.0], [0.0, 1.0]])
    sparse = surrogate(shown, np.array([[4.0], [0.0]]), np.array([4.0, 4.0])).sparse[:, 0]
    assert 0 < sparse[0] - sparse[1] < 1


def test_a_brand_that_is_never_named_has_weights_of_0_with_room_for_doubt():
    shown = masks(4, 14)
    fitted = surrogate(shown, np.zeros((14, 1)), np.full(14, 3.0))
    assert (fitted.sparse == 0).all()
    assert (fitted.weights.effect == 0).all()
    assert (fitted.weights.lower < 0).all()
    assert np.isnan(fitted.lds[0]), "without two different rates there are no ranks"


def test_too_few_masks_give_shrunken_weights_and_no_interval():
    shown = masks(6, 8)
    x, n = answers(shown, shown[:, 0], 5)
    fitted = surrogate(shown, x, n)
    assert fitted.weights is None
    assert np.argmax(fitted.sparse[:, 0]) == 0


def test_what_masks_explain_is_predicted_on_masks_that_were_held_out():
    shown = masks(6, 24)
    linear = 0.05 + shown @ np.array([0.4, 0.2, 0.1, 0.1, 0.05, 0.05])
    assert held_out_correlation(shown, *answers(shown, linear, 400))[0] > 0.9


def test_what_masks_do_not_explain_is_not_predicted():
    """Neither above 0, as if the fit had seen what it is judged on, nor below, as pooled folds would be."""
    shown = masks(4, 14)
    found = held_out_correlation(shown, *answers(shown, 0.5, 5, worlds=1_000))
    assert np.mean(found) == pytest.approx(0, abs=0.02)


def test_under_8_masks_nothing_can_be_held_out():
    shown = masks(4, 7)
    assert np.isnan(held_out_correlation(shown, *answers(shown, 0.5, 5))).all()


def test_the_same_seed_gives_the_same_correlation():
    shown = masks(4, 14)
    x, n = answers(shown, 0.2 + 0.5 * shown[:, 0], 5)
    one, again, other = (held_out_correlation(shown, x, n, seed=seed)[0] for seed in (1, 1, 2))
    assert one == again != other
