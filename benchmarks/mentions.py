"""Speed of the mention matcher beside the bare automaton and Python's `re`, on text made here.

    python benchmarks/mentions.py

MB (UTF-8) per second of processor time, best of three. The text is deterministic: documents of 4 kB, prose
with headings and list items. `MentionMatcher` returns brands with sentences, kinds, ranks and offsets; the
other two only find strings. Names are invented, a third of them of two words.
"""

import random
import re
import time
from collections.abc import Callable

from ahocorasick_rs import AhoCorasick, MatchKind

from brand_monitor.domain.mentions import BrandNames, MentionMatcher

DOCUMENTS = 1_000
DOCUMENT_CHARACTERS = 4_000
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
    """Return MB per second of processor time, best of three."""
    size = sum(len(text.encode()) for text in texts)
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        run()
        best = min(best, time.process_time() - started)
    return size / best / 1e6


def speeds(count: int) -> dict[str, float]:
    """Return MB per second by what ran, for one number of names."""
    brands = names(count)
    matcher = MentionMatcher([BrandNames(f"b{at}", (name,)) for at, name in enumerate(brands)])
    automaton = AhoCorasick([name.lower() for name in brands], matchkind=MatchKind.LeftmostLongest)
    longest_first = sorted(brands, key=len, reverse=True)
    expression = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
    silent, mixed, dense = corpus(brands, 0), corpus(brands, 10), corpus(brands, 1)[: DOCUMENTS // 10]
    curly = [text.replace(" it is ", " it\u2019s ") + "\u2026" for text in silent]
    few = silent[: max(1, 4_000 // count)]  # `re` takes too long over all of it
    return {
        "`MentionMatcher`, no text names a brand": speed(lambda: matcher.find_many(silent), silent),
        "the same, typographic quotes": speed(lambda: matcher.find_many(curly), curly),
        "the same, 1 text in 10 names brands, 10 times": speed(lambda: matcher.find_many(mixed), mixed),
        "the same, every text names brands, 10 times": speed(lambda: matcher.find_many(dense), dense),
        "`ahocorasick_rs` on `str.lower()`, inside words too": speed(
            lambda: [automaton.find_matches_as_indexes(text.lower()) for text in silent], silent
        ),
        "Python `re`, any case": speed(lambda: [expression.findall(text) for text in few], few),
    }


def main() -> None:
    """Print the table."""
    counts = (10, 100, 1_000)
    table = [speeds(count) for count in counts]
    print("| MB/s | " + " | ".join(f"{count:,} names" for count in counts) + " |")
    print("|---|" + "---:|" * len(counts))
    for label in table[0]:
        print(f"| {label} | " + " | ".join(f"{row[label]:,.1f}" for row in table) + " |")


if __name__ == "__main__":
    main()
