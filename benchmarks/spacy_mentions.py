"""What ``mentions.py`` runs in the environment that has spaCy: prints MB per second of its PhraseMatcher.

python benchmarks/spacy_mentions.py WORK.json        {"names": [...], "texts": [...]}
"""

import json
import sys
import time
from pathlib import Path

import spacy
from spacy.matcher import PhraseMatcher


def main() -> None:
    """Print the best of three, tokenizing included: spaCy matches tokens."""
    work = json.loads(Path(sys.argv[1]).read_text())
    language = spacy.blank("en")
    matcher = PhraseMatcher(language.vocab, attr="LOWER")
    matcher.add("brand", [language.make_doc(name) for name in work["names"]])
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        for text in work["texts"]:
            matcher(language.make_doc(text))
        best = min(best, time.process_time() - started)
    print(sum(len(text.encode()) for text in work["texts"]) / best / 1e6)


if __name__ == "__main__":
    main()
