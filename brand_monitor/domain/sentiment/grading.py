"""The interface of sentiment graders: what they are asked, and what they say.

Belongs here: targets, grades and the protocol. Not here: any grader (``lexicon`` is one; those that need a
model live in ``backends.graders``), and how targets are cut out of answers (``passages``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from brand_monitor.domain.text.links import Span

Label = Literal["negative", "neutral", "positive"]
LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")
OVERALL = "overall"
#: Id of the grader that asks a language model: the only one whose judgements may cost something.
LLM = "llm"


class Passage(NamedTuple):
    """A sentence that speaks of a target.

    Attributes:
        span: Where it stands.
        named: The mentions of the target in it; none where it goes on about the target without its name.
        leaning: -1 where it stands under a label such as "Cons", 1 under "Pros", else 0.
    """

    span: Span
    named: tuple[Span, ...]
    leaning: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that a text speaks of, and where.

    Attributes:
        text: The whole text, as stored.
        passages: What speaks of the target, in order; at least one.
        others: Where the text names other tracked brands, in order.
        aspect: What of the target is judged; the passages are narrowed to it already.
        kinds: Kinds of its mentions, such as ``recommended``; empty where nobody read them.
    """

    text: str
    passages: tuple[Passage, ...]
    others: tuple[Span, ...] = ()
    aspect: str = OVERALL
    kinds: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The target as the text writes it first, or nothing where no passage names it."""
        first = next((one.named[0] for one in self.passages if one.named), None)
        return "" if first is None else self.text[slice(*first)]


@dataclass(frozen=True, slots=True)
class Grade:
    """What a grader says of a target.

    Attributes:
        label: None where the grader gave no usable answer; ``reason`` says why.
        score: From -1 to 1; None with the label.
        confidence: From 0 to 1, how clear the case is to this grader; not comparable between graders.
        evidence: The passages that speak most for the label, strongest first.
        reason: Id of why there is no label.
        cost_usd: What this grade cost; None where the price is unknown.
    """

    label: Label | None
    score: float | None
    confidence: float | None
    evidence: tuple[Span, ...]
    reason: str | None = None
    cost_usd: float | None = 0.0


class Grader(Protocol):
    """Says how a text speaks of each target. The same version gives the same grades to the same targets."""

    @property
    def id(self) -> str:
        """Name of the grader, as in the column ``grader``."""

    @property
    def version(self) -> str:
        """Version, as in the column ``grader_version``; raised when grades may change."""

    def grade(self, targets: Sequence[Target]) -> list[Grade]:
        """Return one grade per target, in order."""


def one_mention(text: str, start: int, end: int, sentence: Span, others: tuple[Span, ...] = ()) -> Target:
    """Return the target of a single mention in a single sentence.

    Args:
        text: The whole text.
        start: First character of the mention.
        end: One past its last.
        sentence: The sentence around it.
        others: Other brands in the text.

    Raises:
        ValueError: the mention does not lie within the sentence.
    """
    if not sentence.start <= start < end <= sentence.end:
        raise ValueError(f"mention {start}:{end} does not lie within its sentence {tuple(sentence)}")
    return Target(text, (Passage(sentence, (Span(start, end),)),), others)
