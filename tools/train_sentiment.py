"""Train the head of the embedding grader on NewsMTSC, and measure all graders by grouped cross-validation.

    python tools/train_sentiment.py newsmtsc_train.jsonl            # measure only
    python tools/train_sentiment.py newsmtsc_train.jsonl --write    # and write the head

The data are no part of the product: NewsMTSC (Hamborg and Donnay, EACL 2021, github.com/fhamborg/NewsMTSC,
MIT licence), one sentence a line with its targets. Sentences of one article are never on both sides of a
split. The head is a multinomial logistic regression with an L2 penalty, fitted by L-BFGS from zero: the same
data give the same numbers, up to rounding.
"""

import argparse
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from brand_monitor.backends.graders import embedding
from brand_monitor.backends.graders.encoder import MODEL_ID, Encoder
from brand_monitor.domain.sentiment.grading import LABELS, Target, one_mention
from brand_monitor.domain.sentiment.lexicon import LexiconGrader
from brand_monitor.domain.text.links import Span

HEAD = Path(embedding.__file__).with_name("head.json")
FOLDS, SEED, PENALTY = 5, 0, 1_000.0
POLARITIES = {2: 0, 4: 1, 6: 2}
_ARTICLE = re.compile(r"[a-z0-9]+_(?:v\d_)?\d+_-?\d+")

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Examples:
    """Targets with their labels, 0 negative, 1 neutral, 2 positive, and the article each is from."""

    targets: list[Target]
    labels: IntArray
    articles: list[str]

    @property
    def folds(self) -> IntArray:
        """The fold of each example; all of an article are in one."""
        known, article = np.unique(self.articles, return_inverse=True)
        return np.random.default_rng(SEED).permutation(len(known))[article] % FOLDS


def read(path: Path) -> Examples:
    """Read a file of NewsMTSC."""
    targets, labels, articles = [], [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["sentence_normalized"]
        spans = [Span(one["from"], one["to"]) for one in row["targets"]]
        for one, span in zip(row["targets"], spans, strict=True):
            others = tuple(other for other in spans if other.end <= span.start or span.end <= other.start)
            targets.append(one_mention(text, span.start, span.end, Span(0, len(text)), others))
            labels.append(POLARITIES[int(one["polarity"])])
            match = _ARTICLE.match(row["primary_gid"])
            articles.append(match[0] if match else row["primary_gid"])
    return Examples(targets, np.array(labels), articles)


def fitted(features: FloatArray, labels: IntArray) -> FloatArray:
    """Return the weights [features + 1, 3] of a logistic regression; the features are scaled within."""
    from scipy.optimize import minimize

    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    scaled, wanted = (features - mean) / spread, np.eye(3)[labels]

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        weights = flat.reshape(-1, 3)
        logits = scaled @ weights[:-1] + weights[-1]
        logits -= logits.max(axis=1, keepdims=True)
        chances = np.exp(logits)
        chances /= chances.sum(axis=1, keepdims=True)
        error = chances - wanted
        slope = np.vstack([scaled.T @ error + PENALTY * weights[:-1], error.sum(axis=0)])
        missed = -np.log((chances * wanted).sum(axis=1) + 1e-12).sum()
        return float(missed + PENALTY / 2 * (weights[:-1] ** 2).sum()), slope.ravel()

    start = np.zeros((features.shape[1] + 1) * 3)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x.reshape(-1, 3)
    weights = found[:-1] / spread[:, None]
    return np.vstack([weights, found[-1] - mean @ weights])


def predicted(weights: FloatArray, features: FloatArray) -> IntArray:
    """Return the likeliest label of each row."""
    return np.asarray((features @ weights[:-1] + weights[-1]).argmax(axis=1))


def macro_f1(labels: IntArray, said: IntArray) -> tuple[float, list[float]]:
    """Return the macro F1 and the F1 of each label."""
    each = [
        2
        * float(((said == label) & (labels == label)).sum())
        / max(1.0, float((said == label).sum() + (labels == label).sum()))
        for label in range(3)
    ]
    return float(np.mean(each)), each


def report(name: str, labels: IntArray, said: IntArray) -> None:
    """Print one row of the table."""
    total, each = macro_f1(labels, said)
    parts = " ".join(f"{label} {value:.3f}" for label, value in zip(LABELS, each, strict=True))
    print(f"{name:12} macro-F1 {total:.3f}  accuracy {(labels == said).mean():.3f}  {parts}")


def cross_validated(features: FloatArray, examples: Examples) -> IntArray:
    """Return what heads say that never saw the article."""
    said = np.zeros(len(examples.labels), np.int64)
    for fold in range(FOLDS):
        held = examples.folds == fold
        said[held] = predicted(fitted(features[~held], examples.labels[~held]), features[held])
    return said


def head_file(weights: FloatArray, measured: float, examples: Examples) -> dict[str, Any]:
    """Return what ``head.json`` holds."""
    numbers = [[float(f"{value:.4g}") for value in row] for row in weights.T]
    return {
        "version": hashlib.sha256(json.dumps(numbers).encode()).hexdigest()[:8],
        "encoder": MODEL_ID,
        "trained_on": "NewsMTSC train (Hamborg and Donnay 2021, github.com/fhamborg/NewsMTSC, MIT licence); "
        "these numbers hold none of its text",
        "command": "python tools/train_sentiment.py newsmtsc_train.jsonl --write",
        "targets": len(examples.labels),
        "macro_f1_grouped_5_fold": round(measured, 3),
        "weights": numbers,
    }


def vader(examples: Examples) -> IntArray:
    """Return what VADER says of the whole sentence, by its usual thresholds; needs vaderSentiment."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    scores = np.array([analyzer.polarity_scores(one.text)["compound"] for one in examples.targets])
    return np.where(scores >= 0.05, 2, np.where(scores <= -0.05, 0, 1))


def main() -> None:
    """Measure, and write the head if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write {HEAD.name}")
    parser.add_argument("--vader", action="store_true", help="measure VADER, too (package vaderSentiment)")
    options = parser.parse_args()
    examples = read(options.data)
    print(
        f"{len(examples.labels)} targets of {len(set(examples.articles))} articles, {FOLDS} folds by article"
    )
    # A text that it takes for foreign has no label: counted as neutral.
    graded = LexiconGrader().grade(examples.targets)
    report("lexicon", examples.labels, np.array([LABELS.index(one.label or "neutral") for one in graded]))
    if options.vader:
        report("VADER", examples.labels, vader(examples))
    features = embedding.passage_features(examples.targets, Encoder())
    report("linear", examples.labels, cross_validated(features[:, -embedding.LEXICON_FEATURES :], examples))
    said = cross_validated(features, examples)
    report("embedding", examples.labels, said)
    if options.write:
        head = head_file(fitted(features, examples.labels), macro_f1(examples.labels, said)[0], examples)
        HEAD.write_text(json.dumps(head) + "\n", encoding="utf-8")
        print(f"wrote {HEAD} version {head['version']}")


if __name__ == "__main__":
    main()
