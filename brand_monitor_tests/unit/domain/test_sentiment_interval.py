"""The interval of net sentiment covers what it should, also on few prompts and on alike repeats."""

import numpy as np
import pytest

from brand_monitor.domain.statistics.rates import rate_intervals

DRAWS = 1_000


@pytest.mark.parametrize("prompts", [5, 30])
@pytest.mark.parametrize("chances", [(0.3, 0.4, 0.3), (0.02, 0.08, 0.9)])
@pytest.mark.parametrize("likeness", [0.5, 3.0])
def test_the_interval_of_a_three_way_balance_covers_it(
    prompts: int, chances: tuple[float, float, float], likeness: float
) -> None:
    """``likeness`` is the concentration of a Dirichlet over prompts: .5 makes repeats of a prompt very alike."""
    rng = np.random.default_rng(7)
    per_prompt = rng.dirichlet(np.array(chances) * likeness, size=(DRAWS, prompts)).cumsum(axis=-1)
    drawn = rng.random((DRAWS, prompts, 3))
    worth = (drawn[..., None] > per_prompt[:, :, None, :2]).sum(axis=-1) / 2
    found = rate_intervals(worth.sum(axis=-1), np.full((DRAWS, prompts), 3))
    truth = chances[1] / 2 + chances[2]
    covered = (found.lower <= truth) & (truth <= found.upper)
    assert covered.mean() >= 0.93
