"""The variance split: how much of the scatter of yes/no answers comes from where.

Belongs here: variance components of 0/1 outcomes over crossed or nested factors (prompt family, paraphrase,
persona, engine, day), by the method of moments. Keep out: intervals and tests.

Henderson's method 1 (1953, Biometrics 9:226): for each factor f the uncorrected sum of squares
T_f = sum_levels n_l ybar_l^2 has an expectation that is linear in the components,

    E[T_f - T_mu] = sum_g (k_fg - k_mu,g) s_g^2 + (L_f - 1) s_e^2,   k_fg = sum_l sum_m n_lm^2 / n_l,

n_lm the answers in level l of f and m of g. Solving these equations needs no balance, no normality. On 0/1
outcomes the components are those of the linear probability model and sum to about p (1 - p).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics.wilson import FloatArray, IntArray

INTERACTION: Final = "interaction"
REPEAT: Final = "repeat"
_SINGULAR: Final = 1e-9


@dataclass(frozen=True)
class Component:
    """What one factor adds to the variance of an answer.

    Attributes:
        factor: Name of the factor; `interaction` is what particular combinations of levels add, `repeat`
            what remains between answers to the very same question.
        variance: The component, None where it cannot be told apart.
        share: Of the sum of all components, None likewise or where nothing varies.
        levels: Levels of the factor.
        truncated: Whether the estimate was negative and set to 0, as a small component by chance can be.
        reason: Why there is no component: ``one_level``, or ``confounded`` with another factor.
    """

    factor: str
    variance: float | None
    share: float | None
    levels: int
    truncated: bool = False
    reason: str | None = None


@dataclass(frozen=True)
class VarianceSplit:
    """All components, `repeat` last, and the answers behind them."""

    components: tuple[Component, ...]
    answers: int

    def share(self, factor: str) -> float | None:
        """Return the share of one factor."""
        return {one.factor: one.share for one in self.components}[factor]


def variance_split(outcomes: npt.ArrayLike, factors: Mapping[str, npt.ArrayLike]) -> VarianceSplit | None:
    """Split the variance of 0/1 outcomes by factors.

    Args:
        outcomes: 1 where an answer has the property, 0 where not, NaN where unknown; shape [N].
        factors: Labels of each answer by factor, shape [N] each. A factor inside another (a paraphrase of
            a family) is given with labels that are unique over all, so that its component is what it
            adds to the outer one.

    Returns:
        None under 2 known answers.

    Raises:
        ValueError: A factor has another length, or takes a reserved name.

    Complexity: O(F^2 N log N) for F factors.
    """
    values = np.asarray(outcomes, dtype=np.float64)
    known = ~np.isnan(values)
    columns = {name: _codes(name, labels, known) for name, labels in factors.items()}
    y = values[known]
    if y.size < 2:  # noqa: PLR2004 - one answer has no variance
        return None
    cells = np.unique(np.stack([*columns.values(), np.zeros(y.size, np.int64)]), axis=1, return_inverse=True)[
        1
    ]
    columns[INTERACTION] = cells.reshape(-1)
    levels = {name: int(codes.max()) + 1 for name, codes in columns.items()}
    kept, reasons = _separable(columns, levels, y.size)
    raw = _solve(y, kept)
    truncated = {name: max(value, 0.0) for name, value in raw.items()}
    total = sum(truncated.values())
    components = [
        Component(
            name,
            truncated.get(name),
            truncated[name] / total if name in truncated and total > 0 else None,
            levels.get(name, y.size),
            truncated=raw.get(name, 0.0) < -_SINGULAR,
            reason=reasons.get(name),
        )
        for name in [*columns, REPEAT]
    ]
    return VarianceSplit(tuple(components), int(y.size))


def _codes(name: str, labels: npt.ArrayLike, known: npt.NDArray[np.bool_]) -> IntArray:
    column = np.asarray(labels)
    if name in {INTERACTION, REPEAT}:
        raise ValueError(f"a factor cannot be called {name!r}: that is what remains")
    if column.shape != known.shape:
        raise ValueError(f"factor {name!r} has shape {column.shape}, the outcomes have {known.shape}")
    codes = np.unique(column[known], return_inverse=True)[1]
    return np.asarray(codes, dtype=np.int64)


def _separable(
    columns: dict[str, IntArray], levels: dict[str, int], answers: int
) -> tuple[dict[str, IntArray], dict[str, str]]:
    """Return the factors that have a component of their own, and why the others have none.

    A factor whose levels are those of an earlier one is confounded with it; one that has a level for every
    answer is confounded with the repeats.
    """
    kept: dict[str, IntArray] = {}
    reasons: dict[str, str] = {}
    for name, codes in columns.items():
        if levels[name] < 2:  # noqa: PLR2004 - one level does not vary
            reasons[name] = "one_level"
        elif levels[name] == answers or _is_solved_without(codes, kept, answers):
            reasons[name] = "confounded"
        else:
            kept[name] = codes
    return kept, reasons


def _is_solved_without(codes: IntArray, kept: dict[str, IntArray], answers: int) -> bool:
    names = [*kept.values(), codes]
    matrix = _coefficients(names, answers)
    return bool(np.linalg.matrix_rank(matrix, tol=_SINGULAR * answers) < len(matrix))


def _coefficients(factors: list[IntArray], answers: int) -> FloatArray:
    """Return the expectations of the sums of squares: rows are factors and the total, columns components."""
    sizes = [np.bincount(codes) for codes in factors]
    overall = np.array([float((n.astype(np.float64) ** 2).sum()) / answers for n in sizes])
    matrix = np.empty((len(factors) + 1, len(factors) + 1))
    for i, (codes, n) in enumerate(zip(factors, sizes, strict=True)):
        for j, other in enumerate(factors):
            pairs, together = np.unique(codes * len(sizes[j]) + other, return_counts=True)
            matrix[i, j] = (together.astype(np.float64) ** 2 / n[pairs // len(sizes[j])]).sum() - overall[j]
        matrix[i, -1] = len(n) - 1
    matrix[-1, :-1] = answers - overall
    matrix[-1, -1] = answers - 1
    return matrix


def _solve(y: FloatArray, factors: dict[str, IntArray]) -> dict[str, float]:
    mean_square = y.sum() ** 2 / y.size
    squares = [
        float((np.bincount(codes, y) ** 2 / np.bincount(codes)).sum() - mean_square)
        for codes in factors.values()
    ]
    squares.append(float((y**2).sum() - mean_square))
    solved = np.linalg.solve(_coefficients(list(factors.values()), y.size), np.array(squares))
    return dict(zip([*factors, REPEAT], (float(value) for value in solved), strict=True))
