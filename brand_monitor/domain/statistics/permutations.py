"""Sign-flip tests of many rows at once: the exact null distribution by its characteristic function.

Belongs here: the batched form of `significance.sign_flip_test`, for tables of brands and for simulations.
Keep out: real-valued and fractional differences, which the test of one row handles.

For whole differences d_j the sum of +-|d_j| has the characteristic function prod_j cos(|d_j| t). Its values
at L points, L odd and above the range of the sum, give the null distribution by one discrete Fourier
transform: the convolution of all rows at once. The product over prompts is a matrix product of logarithms.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics.wilson import FloatArray, IntArray

_MAX_CELLS: Final = 2**20  # rows x points of the transform in memory at once: 8 MB
_ROUNDING: Final = 1e-13  # of a sum of probabilities out of a transform


@dataclass(frozen=True, eq=False)
class SignFlips:
    """Two-sided sign-flip tests of R rows, arrays of shape [R]; fields as in `significance.SignFlip`."""

    p_value: FloatArray
    p_mid: FloatArray
    changed: IntArray


def sign_flip_tests(differences: npt.ArrayLike) -> SignFlips:
    """Test R rows of paired whole differences, shape [R, k], for symmetry around 0.

    A row that is compared at m repeats in both periods is passed as x_after - x_before. Exact up to 1e-13;
    a prompt without both figures is a 0. Complexity: O(R T (v + log T)) for T the largest sum and v the
    largest difference.

    Source: Pagano & Tritchler (1983), JASA 78:435.

    Raises:
        ValueError: A difference is not whole.
    """
    given = np.atleast_2d(np.asarray(differences))
    steps = np.abs(given).astype(np.int64)
    if (steps != np.abs(given)).any():
        raise ValueError("a difference is not whole: multiply a row by its common denominator first")
    observed = np.abs(given.sum(axis=1)).astype(np.int64)
    p_value, p_mid = np.ones(len(steps)), np.ones(len(steps))
    if not steps.any():
        return SignFlips(p_value, p_mid, (steps > 0).sum(axis=1))
    width = int(steps.sum(axis=1).max())
    rows = max(1, _MAX_CELLS // (2 * width + 1))
    for start in range(0, len(steps), rows):
        part = slice(start, start + rows)
        p_value[part], p_mid[part] = _tails(steps[part], observed[part], width)
    changed = (steps > 0).sum(axis=1)
    smallest = np.exp2(1.0 - np.maximum(changed, 1))
    return SignFlips(np.clip(p_value, smallest, 1), np.clip(p_mid, smallest / 2, 1), changed)


def _tails(steps: IntArray, observed: IntArray, width: int) -> tuple[FloatArray, FloatArray]:
    points = 2 * width + 1
    values = np.arange(1, int(steps.max()) + 1)
    counts = np.stack([(steps == value).sum(axis=1) for value in values], axis=1).astype(np.float64)
    cosines = np.cos(values[:, None] * (2 * np.pi / points) * np.arange(width + 1))
    # An odd number of points never meets a zero of a cosine.
    size = np.exp(counts @ np.log(np.abs(cosines)))
    negative = np.rint(counts @ (cosines < 0).astype(np.float64)) % 2
    null = np.fft.irfft(size * (1 - 2 * negative), n=points, axis=1)[:, : width + 1]
    tail = np.cumsum(null[:, ::-1], axis=1)[:, ::-1]
    row = np.arange(len(steps))
    reached, tied = tail[row, observed], null[row, observed]
    none = observed == 0
    p_value = np.where(none, 1.0, 2 * reached)
    p_mid = np.where(none, 1.0, 2 * reached - tied)
    return np.where(p_value < _ROUNDING, 0.0, p_value), np.where(p_mid < _ROUNDING, 0.0, p_mid)
