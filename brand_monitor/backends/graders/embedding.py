"""The embedding grader: a sentence encoder and a small head trained on news sentences.

Belongs here: target -> vectors -> grade. Not here: running the encoder (``encoder``), training the head
(``tools/train_sentiment.py``), the numbers of the head (``head.json``).

Each passage is judged by itself; what all say together is the sum of their balances (chance of positive less
chance of negative), as for the lexicon. A bullet under "Cons" is read with that label before it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from brand_monitor.backends.graders.encoder import FEATURES, MODEL_ID, Encoder, Piece
from brand_monitor.domain.sentiment.grading import Grade, Label, Passage, Target
from brand_monitor.domain.sentiment.language import is_english
from brand_monitor.domain.sentiment.lexicon import UNSUPPORTED_LANGUAGE, passage_score, squashed
from brand_monitor.domain.text.links import Span
from brand_monitor.failures import SetupError

FloatArray = npt.NDArray[np.float64]

#: Features of the lexicon beside those of the encoder: the score, and its square on either side.
LEXICON_FEATURES: Final = 3
_LEXICON_SCALE: Final = 3.0
_LEANINGS: Final = {-1: "Cons: ", 0: "", 1: "Pros: "}


class Encodes(Protocol):
    """What turns pieces of text into an array [pieces, FEATURES]."""

    def features(self, pieces: Sequence[Piece]) -> npt.NDArray[np.float32]:
        """Return one row per piece."""


@dataclass(frozen=True, eq=False)
class Head:
    """Multinomial logistic regression on features.

    Attributes:
        version: Hash of the numbers.
        weights: Array [features + 1, 3] for negative, neutral, positive; the last row is the constant.
    """

    version: str
    weights: FloatArray

    def chances(self, features: FloatArray) -> FloatArray:
        """Return an array [rows, 3] of chances that sum to 1."""
        logits = features @ self.weights[:-1] + self.weights[-1]
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def stored_head() -> Head:
    """Return the head that comes with this version.

    Raises:
        SetupError: its file is not as the trainer writes it.
    """
    said = json.loads(resources.files(__package__).joinpath("head.json").read_text(encoding="utf-8"))
    return head_of(said)


def head_of(said: Mapping[str, Any]) -> Head:
    """Return the head that a file describes.

    Raises:
        SetupError: it was trained for another encoder, or has another number of weights.
    """
    weights = np.asarray(said["weights"], np.float64).T
    if said["encoder"] != MODEL_ID or weights.shape != (FEATURES + LEXICON_FEATURES + 1, 3):
        raise SetupError(
            f"head.json is for encoder {said['encoder']} and {weights.shape[0]} features: train it again "
            "with tools/train_sentiment.py"
        )
    return Head(str(said["version"]), weights)


class EmbeddingGrader:
    """Grades by encoder and head; the encoder is loaded with the first target.

    Args:
        head: By default the one that comes with this version.
        encoder: By default the one of the extra ``classifier``.
    """

    id = "embedding"

    def __init__(self, head: Head | None = None, encoder: Encodes | None = None) -> None:
        self._head = head or stored_head()
        self._encoder = encoder

    @property
    def version(self) -> str:
        """Version of the way of reading and of the head."""
        return f"1.{self._head.version}"

    def grade(self, targets: Sequence[Target]) -> list[Grade]:
        """Return one grade per target, in order; without label only where the text is not English.

        Raises:
            SetupError: the encoder is not installed.
        """
        if not targets:
            return []
        if self._encoder is None:
            self._encoder = Encoder()
        chances = self._head.chances(passage_features(targets, self._encoder))
        ends = np.cumsum([len(target.passages) for target in targets])
        parts = np.split(chances, ends[:-1])
        return [grade_of(target, part) for target, part in zip(targets, parts, strict=True)]


def passage_features(targets: Sequence[Target], encoder: Encodes) -> FloatArray:
    """Return an array [passages of all targets, FEATURES + LEXICON_FEATURES]."""
    rows = [(target, passage) for target in targets for passage in target.passages]
    encoded = encoder.features([_piece(target.text, passage) for target, passage in rows])
    scores = np.array([squashed(passage_score(target, passage)) for target, passage in rows])
    lexicon = np.stack([scores, np.maximum(scores, 0) ** 2, np.minimum(scores, 0) ** 2], axis=1)
    return np.hstack([encoded.astype(np.float64), lexicon * _LEXICON_SCALE])


def _piece(text: str, passage: Passage) -> Piece:
    before = _LEANINGS[passage.leaning]
    shift = len(before) - passage.span.start
    named = passage.named[0] if passage.named else None
    target = Span(named.start + shift, named.end + shift) if named else None
    return Piece(before + text[slice(*passage.span)], target)


def grade_of(target: Target, chances: FloatArray) -> Grade:
    """Return what the chances of the passages, an array [passages, 3], say together."""
    if not is_english(target.text):
        return Grade(None, None, None, (), UNSUPPORTED_LANGUAGE)
    balances = chances[:, 2] - chances[:, 0]
    total = float(balances.sum())
    # What no passage says is not made up by many that hint at it: the clearest one decides on "neutral".
    clearest = chances[int(np.abs(balances).argmax())]
    label: Label = "neutral"
    if clearest[1] < max(clearest[0], clearest[2]):
        label = "positive" if total > 0 else "negative"
    sign = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}[label]
    order = np.argsort(-sign * balances, kind="stable")
    evidence = tuple(target.passages[at].span for at in order if sign * balances[at] > 0)
    score = float(np.clip(total / len(balances) ** 0.5, -1, 1))
    if label != "neutral" and sign * score < 0:
        label = "neutral"
    return Grade(label, score, float(clearest.max()), evidence or (target.passages[0].span,))
