"""docs/metrics.md: every definition, reason and flag of the registry."""

from collections.abc import Iterable, Mapping

from brand_monitor.domain.definitions import DEFINITIONS, Definition
from brand_monitor.domain.metrics.reasons import FLAGS, REASONS
from tools.pages.markdown import generated_from, table

INTRODUCTION = """\
# Metrics

Every published number carries the id and version of its definition, the answers (`n`) and prompts (`k`)
behind it, and an interval, or the reason why it has none. A changed formula is a new version; rows written
before keep theirs.

- **Null is never 0.** A figure that cannot be given is null and says why. Failed, empty and refused answers
  leave the denominator and are counted apart.
- **Branded prompts are never pooled in.** A prompt that names the brand makes the answer name it.
- **Engines are never pooled silently**, and figures of a period are computed from its answers, not averaged
  from its days.
- **Prompts are the sample, repeats are not.** Answers to one prompt are alike, so the interval rests on
  prompts. Under 3 prompts there is none; from 3 to 4 show counts; under 10 it is rough.
- **Order is described, not inferred**: the same question hardly ever gives the same list twice.

Notation: answers i of prompt q, of which there are n_q; k prompts in all; M_ib = 1 where answer i names
brand b (saying that it found nothing on b, or asking about b, is not naming); B = the tracked frame, own
brands and competitors; r_ib = 1 + tracked brands first named before b; d a domain; s a source page; pi_b the
walk that goes back to b (e_b) with probability 1 - a and else takes one of its possible steps (P) at random.
"""

DIRECTIONS = {
    "higher_is_better": "higher is better",
    "lower_is_better": "lower is better",
    "neither": "neither",
}


def render() -> str:
    """Return the text of docs/metrics.md."""
    return "\n".join(
        [
            generated_from("brand_monitor/domain/definitions.py and reasons.py"),
            INTRODUCTION,
            "## Definitions\n",
            table(["definition", "name", "of", "formula", "unit", "direction", "interval", "note"], _rows()),
            "## Reasons\n\nThe column `reason` says why a value or an interval is null.\n",
            table(["reason", "meaning"], _glossary(REASONS)),
            "## Flags\n\nThe column `flags` says what to bear in mind when reading an interval.\n",
            table(["flag", "meaning"], _glossary(FLAGS)),
        ]
    )


def _rows() -> Iterable[list[str]]:
    return (_row(one) for one in DEFINITIONS)


def _row(one: Definition) -> list[str]:
    formula, direction = f"`{one.formula}`", DIRECTIONS[one.direction]
    return [f"`{one.key}`", one.name, one.subject, formula, one.unit, direction, one.interval, one.note]


def _glossary(texts: Mapping[str, str]) -> Iterable[list[str]]:
    return ([f"`{name}`", text] for name, text in texts.items())
