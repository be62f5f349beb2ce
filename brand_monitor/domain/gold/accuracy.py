"""What a gold set says of the machine: precision, recall and specificity per kind.

Belongs here: estimates from labelled pairs and their intervals. Not here: drawing pairs (``gold.py``)
and correcting rates (``corrections.py``).

Every pair counts with its weight, so that the estimate speaks for all pairs and not for the sample, in which
rare kinds are many. The intervals are simulated: in each cell (stratum, machine's word) the share that is
true gets the Beta distribution that its labels leave (Jeffreys' prior; cells of few labels share one), where
labels of one prompt count as fewer by the design effect of the machine's errors. So ten silent answers that
were looked at do not prove that a thousand others are silent, and a recall of 1 has a lower end below it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from brand_monitor.domain.definitions import current
from brand_monitor.domain.gold.pairs import GoldPair
from brand_monitor.domain.mentions.kinds import COUNTED
from brand_monitor.domain.statistics import design_effect, icc
from brand_monitor.domain.statistics.wilson import BoolArray, FloatArray
from brand_monitor.schemas.core import MENTION_KINDS

METHOD: Final = current("gold_accuracy").key
#: What the headline counts: a pair with a mention of any kind that counts.
MENTIONED: Final = "mentioned"
DRAWS: Final = 4_000
#: Labels in a cell below which it shares its distribution with other small ones.
FEW: Final = 5


@dataclass(frozen=True)
class Estimate:
    """A weighted share with its 95 % interval; all None where nothing speaks of it."""

    value: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, eq=False)
class Accuracy:
    """How well the machine sees one kind of mention.

    Attributes:
        kind: A kind, or MENTIONED.
        labelled: Pairs with a clear label.
        said: Of these, pairs for which the machine says the kind.
        true: Of these, pairs for which the person does.
        agreed: Of these, pairs for which both do.
        precision: Weighted share of what the machine says that is true.
        recall: Weighted share of what is true that the machine says; the sensitivity.
        specificity: Weighted share of what is not true that the machine does not say.
        design_effect: By which labels of one prompt count as fewer.
        draws: Simulated recall and specificity, shape [DRAWS, 2], for corrections.
    """

    kind: str
    labelled: int
    said: int
    true: int
    agreed: int
    precision: Estimate
    recall: Estimate
    specificity: Estimate
    design_effect: float
    draws: FloatArray


def accuracy(
    pairs: Iterable[GoldPair], said: Mapping[tuple[str, str], Sequence[str]], *, seed: int = 1
) -> list[Accuracy]:
    """Return the accuracy for MENTIONED and for every kind that the machine or the person gave.

    Args:
        pairs: The gold set; pairs without a clear label are left out.
        said: Kinds that the machine gives each (answer, brand) today; a missing pair has none. The machine
            may be newer than the one that the pairs were drawn by: labels do not age.
        seed: Fixes the simulation.
    """
    clear = [pair for pair in pairs if pair.labels is not None]
    machine = [frozenset(said.get((pair.answer_id, pair.brand_id), ())) for pair in clear]
    person = [frozenset(pair.labels or ()) for pair in clear]
    seen = {kind for kinds in (*machine, *person) for kind in kinds}
    classes = {MENTIONED: COUNTED} | {kind: frozenset({kind}) for kind in MENTION_KINDS if kind in seen}
    return [
        _accuracy(
            kind,
            clear,
            np.array([bool(kinds & wanted) for kinds in machine], dtype=bool),
            np.array([bool(kinds & wanted) for kinds in person], dtype=bool),
            np.random.default_rng(seed),
        )
        for kind, wanted in classes.items()
    ]


def _accuracy(
    kind: str, pairs: Sequence[GoldPair], said: BoolArray, true: BoolArray, chance: np.random.Generator
) -> Accuracy:
    weights = np.array([pair.weight for pair in pairs])
    effect = _design_effect(pairs, said != true)
    drawn = _simulated(pairs, said, true, effect, chance)
    # True and said, true and not said, said and not true, neither: weighted, as labelled and as drawn.
    cells = [float(weights[true == t][said[true == t] == s].sum()) for t, s in _CELLS]
    both, missed, wrong, neither = drawn
    recalls, specificities = _share(both, missed), _share(neither, wrong)
    if said.all() or not said.any():
        # One word only: what the labels cannot show is no certainty.
        recalls, specificities = np.full(DRAWS, np.nan), np.full(DRAWS, np.nan)
    return Accuracy(
        kind=kind,
        labelled=len(pairs),
        said=int(said.sum()),
        true=int(true.sum()),
        agreed=int((said & true).sum()),
        precision=estimate(_ratio(cells[0], cells[2]), _share(both, wrong)),
        recall=estimate(_ratio(cells[0], cells[1]), recalls),
        specificity=estimate(_ratio(cells[3], cells[2]), specificities),
        design_effect=effect,
        draws=np.column_stack([recalls, specificities]),
    )


_CELLS = ((True, True), (True, False), (False, True), (False, False))


def _simulated(
    pairs: Sequence[GoldPair], said: BoolArray, true: BoolArray, effect: float, chance: np.random.Generator
) -> tuple[FloatArray, ...]:
    """Return draws of the weights of the four cells of _CELLS, shape [DRAWS] each."""
    cells: dict[tuple[str, bool], list[int]] = defaultdict(list)
    sizes = Counter((pair.stratum, bool(is_said)) for pair, is_said in zip(pairs, said, strict=True))
    for at, pair in enumerate(pairs):
        cell = pair.stratum, bool(said[at])
        cells[cell if sizes[cell] >= FEW else ("", cell[1])].append(at)
    sums = {cell: np.zeros(DRAWS) for cell in _CELLS}
    for (_, is_said), members in cells.items():
        hits, size = float(true[members].sum()) / effect, len(members) / effect
        share = chance.beta(hits + 0.5, size - hits + 0.5, DRAWS)
        weight = sum(pairs[at].weight for at in members)
        sums[True, is_said] += weight * share
        sums[False, is_said] += weight * (1 - share)
    return tuple(sums[cell] for cell in _CELLS)


def _design_effect(pairs: Sequence[GoldPair], is_wrong: BoolArray) -> float:
    """Return the design effect of errors within prompts; 1 where it cannot be estimated."""
    prompts: dict[str, list[int]] = defaultdict(list)
    for at, pair in enumerate(pairs):
        prompts[pair.prompt_family].append(at)
    if not prompts:
        return 1.0
    wrong = [float(is_wrong[members].sum()) for members in prompts.values()]
    sizes = [len(members) for members in prompts.values()]
    alike = icc(wrong, sizes)
    return design_effect(min(1.0, max(0.0, alike or 0.0)), float(np.mean(sizes)))


def _ratio(part: float, rest: float) -> float | None:
    return part / (part + rest) if part + rest > 0 else None


def _share(part: FloatArray, rest: FloatArray) -> FloatArray:
    total = part + rest
    return np.where(total > 0, part / np.where(total > 0, total, 1), np.nan)


def estimate(value: float | None, drawn: FloatArray) -> Estimate:
    """Return an estimate with the middle 95 % of the draws, widened to hold the estimate itself."""
    if value is None or np.isnan(drawn).any():
        return Estimate(value, None, None)
    lower, upper = (float(end) for end in np.quantile(drawn, [0.025, 0.975]))
    return Estimate(value, min(lower, value), max(upper, value))
