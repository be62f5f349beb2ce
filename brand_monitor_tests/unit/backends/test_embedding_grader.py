"""The embedding grader: what the head makes of the vectors, and the encoder as it is shipped."""

import importlib.util
from collections.abc import Sequence

import numpy as np
import pytest

from brand_monitor.backends.graders import encoder as encoding
from brand_monitor.backends.graders.embedding import (
    LEXICON_FEATURES,
    EmbeddingGrader,
    Head,
    head_of,
    stored_head,
)
from brand_monitor.backends.graders.encoder import FEATURES, MODEL_ID, Encoder, Piece
from brand_monitor.domain.sentiment import Grade, Passage, Target, one_mention
from brand_monitor.domain.text.links import Span
from brand_monitor.failures import SetupError


class Said:
    """An encoder that says good, bad or nothing in its first number, and keeps what it was given."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []

    def features(self, pieces: Sequence[Piece]) -> np.ndarray:
        self.pieces += pieces
        found = np.zeros((len(pieces), FEATURES), np.float32)
        found[:, 0] = [("good" in one.text) - 1.0 * ("bad" in one.text) for one in pieces]
        return found


def head() -> Head:
    weights = np.zeros((FEATURES + LEXICON_FEATURES + 1, 3))
    weights[0] = [-5, 0, 5]
    weights[-1] = [0, 1, 0]
    return Head("test", weights)


def target(*passages: tuple[str, int]) -> Target:
    text, parts = "", []
    for words, leaning in passages:
        span = Span(len(text), len(text) + len(words))
        named = (Span(span.start, span.start + 4),) if words.startswith("Acme") else ()
        parts.append(Passage(span, named, leaning))
        text += words + "\n"
    return Target(text, tuple(parts))


def grade(one: Target, said: Said | None = None) -> Grade:
    return EmbeddingGrader(head(), said or Said()).grade([one])[0]


def test_all_passages_decide_together() -> None:
    assert grade(target(("Acme is good", 0))).label == "positive"
    assert grade(target(("Acme is bad", 0))).label == "negative"
    assert grade(target(("Acme is", 0), ("it is", 0))).label == "neutral"
    assert grade(target(("Acme is bad", 0), ("good", 0), ("good", 0))).label == "positive"


def test_the_evidence_speaks_for_the_label() -> None:
    one = target(("Acme is", 0), ("it is good", 0))
    assert [one.text[slice(*span)] for span in grade(one).evidence] == ["it is good"]


def test_a_bullet_is_read_under_its_label_and_the_target_stays_where_it_is() -> None:
    said = Said()
    grade(target(("Acme is heavy", -1)), said)
    (piece,) = said.pieces
    assert piece.text == "Cons: Acme is heavy"
    assert piece.target is not None
    assert piece.text[slice(*piece.target)] == "Acme"


def test_nothing_to_grade_needs_no_encoder() -> None:
    assert EmbeddingGrader(head()).grade([]) == []


def test_the_version_names_the_head() -> None:
    assert EmbeddingGrader(head(), Said()).version == "1.test"


def test_a_head_for_another_encoder_is_refused() -> None:
    with pytest.raises(SetupError, match="train it again"):
        head_of({"encoder": "other", "version": "1", "weights": [[0.0], [0.0], [0.0]]})


def test_the_stored_head_fits_the_encoder() -> None:
    assert stored_head().weights.shape == (FEATURES + LEXICON_FEATURES + 1, 3)


def test_a_missing_package_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SetupError, match=r"brand-monitor\[classifier\]"):
        Encoder()


def test_another_model_than_the_head_was_trained_with_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_MODEL", encoding._MODEL._replace(sha256="0" * 64))
    with pytest.raises(SetupError, match="another file"):
        Encoder()


def test_the_shipped_encoder_gives_the_same_vectors_alone_and_in_company() -> None:
    encoder = Encoder()
    pieces = [
        Piece("Acme is good.", Span(0, 4)),
        Piece("A much longer sentence about something else altogether."),
    ]
    together = encoder.features(pieces)
    assert together.shape == (2, FEATURES)
    # Weights of 8 bits: the scale of a batch depends on what is in it.
    alone = encoder.features(pieces[:1])
    assert np.corrcoef(together[0], alone[0])[0, 1] > 0.99


def test_the_shipped_grader_tells_praise_from_blame() -> None:
    texts = ["Critics accused Smith of fraud and lies.", "Smith is a brave and honest man, loved by all."]
    targets = [one_mention(t, t.index("Smith"), t.index("Smith") + 5, Span(0, len(t))) for t in texts]
    grader = EmbeddingGrader()
    assert [one.label for one in grader.grade(targets)] == ["negative", "positive"]
    assert MODEL_ID in "all-MiniLM-L6-v2-int8"
