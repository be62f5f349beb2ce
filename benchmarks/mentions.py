"""Speed of the mention matcher beside the bare automaton, Python's `re` and spaCy's PhraseMatcher, same text.

    python benchmarks/mentions.py            two minutes; installs spaCy elsewhere, unless --no-spacy

MB (UTF-8) per second of processor time of one core, best of five. The text is made here and deterministic:
documents of 4 kB, prose with headings and list items. "Find" gives brand, role and offsets in the stored
text, with word boundaries in every script, plurals, exclusions, code and URLs left out; "mentions" adds
sentence, kind and ranks. The other three find strings only: the automaton also inside words, spaCy whole
tokens, both without a way to say what is prose. Names are invented, a third of them of two words. The row of
real answers is there where ``../shared/data`` is.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

from brand_monitor.domain.mentions import BrandNames, MentionMatcher
from brand_monitor.domain.mentions.readings import Company
from brand_monitor.domain.mentions.search import NameSearch
from brand_monitor.domain.mentions.terms import vocabulary

DOCUMENTS = 1_000
DOCUMENT_CHARACTERS = 4_000
ANSWERS = Path(__file__).parents[2] / "shared" / "data" / "ai-product-bench-dev" / "responses.jsonl"
SPACY = "spacy>=3.8,<3.9"
SYLLABLES = "ka lo mi ren tor vel sha qui bru nex zan dor fi pel gra"
WORDS = """
the of and to in for with this shoe running comfortable support cushioning price great long daily trainer
road trail foam upper heel drop weight runners feel durable fit size wide light stable soft value choice
review test miles week race pace it is are was that on at from by as an be but not or if when which more
most very
"""


def names(count: int) -> list[str]:
    """Return invented names, one in three of two words."""
    rng = random.Random(count)
    made: dict[str, None] = {}
    while len(made) < count:
        sizes = rng.choice(([2], [3], [2, 3]))
        made[" ".join("".join(rng.choices(SYLLABLES.split(), k=size)).title() for size in sizes)] = None
    return list(made)


def document(brands: list[str], mentions: int, rng: random.Random) -> str:
    """Return prose of about ``DOCUMENT_CHARACTERS`` with sentences, paragraphs, list items and mentions."""
    sentences: list[str] = []
    size = 0
    while size < DOCUMENT_CHARACTERS:
        words = rng.choices(WORDS.split(), k=rng.randint(6, 18))
        end = rng.choice([". ", ". ", ". ", ".\n\n", ".\n- ", "!\n\n## "])
        sentences.append(" ".join(words).capitalize() + end)
        size += len(sentences[-1])
    for at in rng.sample(range(len(sentences)), k=min(mentions, len(sentences))):
        sentences[at] = f"{rng.choice(brands)} {sentences[at][0].lower()}{sentences[at][1:]}"
    return "".join(sentences)


def corpus(brands: list[str], every: int, mentions: int = 10) -> list[str]:
    """Return documents, of which every so many names brands; none does where ``every`` is 0."""
    rng = random.Random(7)
    return [document(brands, mentions if every and at % every == 0 else 0, rng) for at in range(DOCUMENTS)]


def speed(run: Callable[[], object], texts: list[str]) -> float:
    """Return MB per second of processor time, best of five."""
    size = sum(len(text.encode()) for text in texts)
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        run()
        best = min(best, time.process_time() - started)
    return size / best / 1e6


def real_answers() -> tuple[list[str], list[str]]:
    """Return real answers, four times over, and the brands that label them; nothing where absent."""
    if not ANSWERS.exists():
        return [], []
    rows = [json.loads(line) for line in ANSWERS.read_text().splitlines()]
    labelled = {product["brand"] for row in rows for product in row["products_mentioned"] if product["brand"]}
    return [row["response"] for row in rows] * 4, sorted(labelled)


def corpora(brands: list[str]) -> dict[str, list[str]]:
    """Return the texts by what is said of them."""
    silent, tenth, fifth = (corpus(brands, every) for every in (0, 10, 5))
    return {
        "no text names a brand": silent,
        "the same, typographic quotes": [
            text.replace(" it is ", " it\u2019s ") + "\u2026" for text in silent
        ],
        "1 text in 10 names brands, 10 times": tenth,
        "1 text in 5 names brands, 10 times": fifth,
        "every text names a brand, once": corpus(brands, 1, mentions=1)[: DOCUMENTS // 4],
        "every text names brands, 10 times": corpus(brands, 1)[: DOCUMENTS // 4],
    }


def speeds(count: int) -> dict[str, float]:
    """Return MB per second by what ran, for one number of names."""
    brands = names(count)
    real, labelled = real_answers()
    texts = corpora(brands)
    found = _ours(brands, texts)
    if real:
        found |= _ours([*labelled, *brands][:count], {"real answers": real})
    automaton = AhoCorasick([name.lower() for name in brands], matchkind=MatchKind.LeftmostLongest)
    longest_first = sorted(brands, key=len, reverse=True)
    expression = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
    dense = texts["every text names brands, 10 times"]
    few = dense[: max(1, 4_000 // count)]  # `re` takes too long over all of it
    found["`ahocorasick_rs` on `str.lower()`, every text, 10 times"] = speed(
        lambda: [automaton.find_matches_as_indexes(text.lower()) for text in dense], dense
    )
    found["Python `re`, any case, every text, 10 times"] = speed(
        lambda: [expression.findall(text) for text in few], few
    )
    return found


def _ours(brands: Sequence[str], texts: dict[str, list[str]]) -> dict[str, float]:
    tracked = [BrandNames(f"b{at}", (name,)) for at, name in enumerate(brands)]
    search, matcher = (
        NameSearch(vocabulary(tracked), [Company.of(brand) for brand in tracked]),
        MentionMatcher(tracked),
    )
    found = {}
    for label, some in texts.items():
        found[f"find: {label}"] = speed(
            lambda some=some: search.find_many(some, [frozenset()] * len(some)), some
        )
        found[f"mentions: {label}"] = speed(lambda some=some: matcher.find_many(some), some)
    return dict(sorted(found.items(), key=lambda pair: pair[0].startswith("mentions")))


def spacy_speed(count: int) -> float:
    """Return MB per second of spaCy's PhraseMatcher with its tokenizer, in an environment of its own."""
    brands = names(count)
    work = {"names": brands, "texts": corpus(brands, 1)[: DOCUMENTS // 10]}
    with tempfile.TemporaryDirectory(prefix="spacy-") as folder:
        python = f"{folder}/venv/bin/python"
        subprocess.run([sys.executable, "-m", "venv", f"{folder}/venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", SPACY], check=True)
        file = Path(folder) / "work.json"
        file.write_text(json.dumps(work))
        script = Path(__file__).with_name("spacy_mentions.py")
        done = subprocess.run([python, str(script), str(file)], check=True, capture_output=True, text=True)
    return float(done.stdout)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--no-spacy", action="store_true", help="leave out spaCy, which is downloaded")
    without_spacy = options.parse_args().no_spacy
    counts = (100, 1_000)
    table = [speeds(count) for count in counts]
    if not without_spacy:
        for count, row in zip(counts, table, strict=True):
            row["spaCy `PhraseMatcher`, any case, every text, 10 times"] = spacy_speed(count)
    print("| MB/s | " + " | ".join(f"{count:,} names" for count in counts) + " |")
    print("|---|" + "---:|" * len(counts))
    for label in table[-1]:
        print(f"| {label} | " + " | ".join(f"{row[label]:,.1f}" for row in table) + " |")


if __name__ == "__main__":
    main()
