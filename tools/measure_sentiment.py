"""Measure the graders on answers that a person labelled: brand_monitor_tests/labels/sentiment.jsonl.

    python tools/measure_sentiment.py ../shared/data            # lexicon and embedding (extra `classifier`)
    python tools/measure_sentiment.py ../shared/data --local    # and the embedded language model (minutes)

The labels hold ids, offsets and one of three words; the answers are no part of the product. A label says how
an answer as a whole speaks of a brand that it names; brands of the same question are tracked beside it.
"""

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from brand_monitor.domain.mentions.matcher import MentionMatcher
from brand_monitor.domain.mentions.terms import BrandNames
from brand_monitor.domain.sentiment import Grader, LexiconGrader, Target
from brand_monitor.domain.sentiment.frames import answer_targets
from brand_monitor.domain.sentiment.grading import LABELS
from brand_monitor.domain.text.links import Span

LABELLED = Path(__file__).parents[1] / "brand_monitor_tests/labels/sentiment.jsonl"
#: Brands of the answers whose data list products and no brands.
MAKERS = (
    "Apple Dell Lenovo HP ASUS Acer Microsoft Samsung LG Framework MSI Razer Dyson Shark Bose Sony Nike"
    " Adidas Hoka Brooks Asics Saucony Google Bosch Miele Roborock Ecovacs iRobot Eureka Roomba Dreame Anker"
)


class Asked(NamedTuple):
    """An answer, its question, and which question set its brands are tracked in."""

    answer_id: str
    frame: str
    text: str
    question: str
    brands: list[str]


def read_answers(data: Path) -> Iterator[Asked]:
    """Yield the answers of both development sets."""
    for row in _rows(data / "ai-product-bench-dev" / "responses.jsonl"):
        brands = [one["brand"] for one in row["products_mentioned"] if one["brand"]]
        answer_id = f"apb-{row['metadata']['response_id']}"
        yield Asked(answer_id, row["query_set"], row["response"], row["query_text"], brands)
    for row in _rows(data / "chatgpt-vs-bing-dev" / "chatgpt_answers.jsonl"):
        yield Asked(row["id"], row["product"], row["response"], row["query"], MAKERS.split())


def labelled_targets(data: Path) -> tuple[list[Target], list[str]]:
    """Return what is to be judged and its labels; pairs that are found no more are left out."""
    wanted = {(row["answer_id"], row["brand_id"]): row["label"] for row in _rows(LABELLED)}
    asked = list(read_answers(data))
    frames: dict[str, dict[str, str]] = {}
    for one in asked:
        frames.setdefault(one.frame, {}).update({_slug(brand): brand for brand in one.brands})
    matchers = {
        frame: MentionMatcher([BrandNames(brand, (name,), (), ()) for brand, name in sorted(names.items())])
        for frame, names in frames.items()
    }
    targets, labels = [], []
    for one in asked:
        found = matchers[one.frame].find(one.text, one.question)
        mentions = [(hit.brand_id, Span(hit.start, hit.end), hit.kind, hit.is_counted) for hit in found]
        for brand_id, _, target in answer_targets(one.text, mentions):
            if label := wanted.get((one.answer_id, brand_id)):
                targets.append(target)
                labels.append(label)
    return targets, labels


def measured(grader: Grader, targets: list[Target], labels: list[str]) -> str:
    """Return one row of the table, and the pairs of label and grade with their counts."""
    said = [grade.label or "none" for grade in grader.grade(targets)]
    pairs = Counter(zip(labels, said, strict=True))
    right = sum(count for (label, grade), count in pairs.items() if label == grade)
    scores = [_f1(pairs, label) for label in LABELS if label in labels]
    parts = " ".join(f"{label} {_f1(pairs, label):.3f}" for label in LABELS if label in labels)
    judged = sum(grade != "none" for grade in said)
    return (
        f"{grader.id:10} accuracy {right / len(labels):.3f}  macro-F1 {sum(scores) / len(scores):.3f}  "
        f"{parts}  judged {judged}/{len(labels)}\n    {dict(pairs.most_common())}"
    )


def local_grader(home: Path) -> Grader:
    """Return the grader that asks the embedded model."""
    from brand_monitor.backends.coordination.resource import Coordinations
    from brand_monitor.backends.graders.llm import Judge, LlmGrader
    from brand_monitor.backends.llm.factory import engine_for
    from brand_monitor.backends.llm.interface import Engine
    from brand_monitor.backends.llm.prices import PriceSheet
    from brand_monitor.backends.llm.simulation import Stores
    from brand_monitor.backends.objects.opening import open_objects
    from brand_monitor.backends.objects.payloads import PayloadStore
    from brand_monitor.backends.tables.engine import open_engine
    from brand_monitor.backends.tables.journal import Journal
    from brand_monitor.deployment import Settings
    from brand_monitor.monitor.engines import EngineSpec
    from brand_monitor.monitor.models import Brand, Monitor, Prompt

    settings = Settings(home)
    lake = open_objects(settings)
    stores = Stores(
        settings=settings,
        journal=Journal(open_engine(settings.journal_url)),
        payloads=PayloadStore(lake),
        coordinations=Coordinations(settings.coordination_url),
        prices=PriceSheet(),
    )
    spec = EngineSpec(id="local", family="local")
    monitor = Monitor(
        id="labels",
        market="anything",
        brands=[
            Brand(id="own", name="Larkstride", role="own"),
            Brand(id="control", name="Ombrevale", role="control"),
        ],
        prompts=[Prompt(id="any", text="Which one?")],
        engines=[spec],
    )

    def make(refused: set[str]) -> Engine:
        return engine_for(spec, settings, refused=refused)

    return LlmGrader(Judge(monitor, spec, date(2026, 1, 1), stores, make), lake)


def _f1(pairs: Counter[tuple[str, str]], label: str) -> float:
    said = sum(count for (_, grade), count in pairs.items() if grade == label)
    meant = sum(count for (known, _), count in pairs.items() if known == label)
    return 2 * pairs[label, label] / (said + meant) if said + meant else 0.0


def _slug(brand: str) -> str:
    return re.sub(r"\W+", "-", brand.lower()).strip("-")


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    """Print a row per grader."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--local", action="store_true", help="also the embedded language model")
    options = parser.parse_args()
    targets, labels = labelled_targets(options.data)
    print(f"{len(labels)} labelled pairs of answer and brand: {dict(Counter(labels))}")
    print(measured(LexiconGrader(), targets, labels))
    from brand_monitor.backends.graders.embedding import EmbeddingGrader

    print(measured(EmbeddingGrader(), targets, labels))
    if options.local:
        with tempfile.TemporaryDirectory() as home:
            print(measured(local_grader(Path(home)), targets, labels))


if __name__ == "__main__":
    main()
