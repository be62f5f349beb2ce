"""Verdicts of comparisons as rows: what is shown of a difference, and which rows are corrected together.

Belongs here: the way from paired changes to the columns that all comparisons share. Not here: any comparison
(``comparisons.py``, ``contrasts.py``) and the rules of verdicts (``statistics``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from brand_monitor.domain.statistics import Change, Verdict, judge

#: What the column ``reason`` of a comparison can say.
REASON_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "no_answers_before": "The window before holds no usable answer.",
        "no_answers_after": "The window holds no usable answer.",
        "no_shared_prompts": "No prompt was asked in the same words in both windows.",
        "no_competitor_frame": "The monitor tracks no competitor, so there is nothing to share.",
        "no_frame_mentions": "In one of the windows no brand of the frame is named.",
        "model_changed": "Another model answered: the difference may be the model's and not the market's.",
        "too_few_changed_prompts": "Fewer than 7 prompts differ: no test can tell a change from noise.",
    }
)


@dataclass(frozen=True)
class Compared:
    """One row before it is judged: what it says, its paired change, and whether another model answered."""

    row: dict[str, Any]
    change: Change | None
    model_changed: bool | None


def judged(
    found: Iterable[Compared], family: Sequence[str], *, across_models: bool = False
) -> list[dict[str, Any]]:
    """Return rows with difference, interval, p, q and verdict, corrected within each family of rows.

    A refused row has neither difference nor test. A row in which fewer than 7 prompts differ keeps both and
    is in no family, since it can hardly reach a small p whatever happens (six that move alike: .03; Tarone
    1990, Biometrics 46:515).
    """
    families: dict[tuple[Any, ...], list[Compared]] = defaultdict(list)
    for one in found:
        families[tuple(one.row[name] for name in family)].append(one)
    rows = []
    for members in families.values():
        changes, moved = [one.change for one in members], [one.model_changed for one in members]
        verdicts = judge(changes, moved, forced=across_models)
        tests = sum(one.q_value is not None for one in verdicts)
        rows += [
            one.row
            | _measured(one.change, is_refused=verdict.verdict is Verdict.MODEL_CHANGED)
            | {
                "q": verdict.q_value,
                "tests": tests,
                "verdict": verdict.verdict.value,
                "reason": _reason(one, verdict.verdict),
                "flags": [*(one.change.flags if one.change else ()), *verdict.flags],
                "is_forced": across_models and one.model_changed is True,
            }
            for one, verdict in zip(members, verdicts, strict=True)
        ]
    return rows


def _measured(change: Change | None, *, is_refused: bool) -> dict[str, Any]:
    """Return the columns of a paired change; a refused one shows its two figures and no difference."""
    if change is None:
        return {"changed_prompts": 0}
    if is_refused:
        return {"changed_prompts": change.changed_prompts}
    return {
        "difference": change.difference,
        "lower": change.lower,
        "upper": change.upper,
        "p": change.test.p_value,
        "changed_prompts": change.changed_prompts,
    }


def _reason(one: Compared, verdict: Verdict) -> str | None:
    """Return why nothing is said of a difference, or None."""
    if verdict is Verdict.MODEL_CHANGED:
        return verdict.value
    is_few = verdict is Verdict.INSUFFICIENT_DATA and one.change is not None
    return "too_few_changed_prompts" if is_few else one.row["reason"]
