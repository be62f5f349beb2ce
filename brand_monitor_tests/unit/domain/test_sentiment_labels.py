"""The labelled answers: ids and offsets only, and what the lexicon makes of them where the answers are there."""

import json
from collections import Counter
from pathlib import Path

import pytest

from brand_monitor.domain.sentiment import LexiconGrader
from brand_monitor.domain.sentiment.grading import LABELS
from tools.measure_sentiment import LABELLED, labelled_targets

DATA = Path(__file__).parents[3].parent / "shared" / "data"
ROWS = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]


def test_the_labels_hold_no_text_but_the_name_at_the_offset() -> None:
    for row in ROWS:
        assert set(row) == {"answer_id", "brand_id", "brand", "start", "end", "label", "stratum"}
        assert row["label"] in LABELS
        assert row["end"] - row["start"] == len(row["brand"]) < 40


def test_each_pair_is_labelled_once_and_there_are_enough() -> None:
    pairs = Counter((row["answer_id"], row["brand_id"]) for row in ROWS)
    assert max(pairs.values()) == 1
    assert len(pairs) >= 60


@pytest.mark.skipif(not DATA.is_dir(), reason="the development data (../shared/data) are not here")
def test_the_lexicon_does_better_than_always_saying_positive() -> None:
    targets, labels = labelled_targets(DATA)
    assert len(labels) > 0.9 * len(ROWS)
    grades = [one.label for one in LexiconGrader().grade(targets)]
    right = sum(said == label for said, label in zip(grades, labels, strict=True))
    assert right / len(labels) > labels.count("positive") / len(labels)
    assert sum(said == label == "neutral" for said, label in zip(grades, labels, strict=True)) >= 5
