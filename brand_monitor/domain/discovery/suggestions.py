"""Candidates of several days and engines as suggestions that a person may paste into a monitor.

Belongs here: adding up rows of ``core/brand_candidates`` and writing a suggestion as YAML. Not here: finding
candidates (``discovery``). A suggestion is text: nothing here changes a monitor.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from brand_monitor.domain.mentions.folding import without_accents, words_of

MOST_PRODUCTS = 5
MAX_ID = 40


@dataclass(frozen=True)
class Suggestion:
    """An unknown name with what speaks for it.

    Attributes:
        name: as most answers write it.
        score: answers that list it, plus a quarter of those that only name it.
        answers: answers that name it.
        listed_answers: of these, in a list, heading or bold label.
        prompts: distinct prompts behind them.
        engines: ids of the engines that name it.
        titles: titles of pages that name it, summed over days and engines.
        products: what follows it in lists.
        sentence: one sentence that names it, and in which answer that is.
    """

    name: str
    score: float
    answers: int
    listed_answers: int
    prompts: int
    engines: list[str]
    titles: int
    products: list[str]
    sentence: str
    answer_id: str


def suggestions(candidates: pl.DataFrame, brands: pl.DataFrame, most: int) -> list[Suggestion]:
    """Return the best candidates over all given days and engines, best first.

    Args:
        candidates: Rows of ``core/brand_candidates`` of one monitor.
        brands: Rows of ``seed/brands`` of that monitor as it stands: what it tracks by now is left out.
        most: How many to return.
    """
    tracked = {
        "".join(words_of(name))
        for row in brands.iter_rows(named=True)
        for name in (row["brand"], *row["aliases"], *row["products"])
    }
    best_first = candidates.sort(["score", "answers"], descending=True)
    merged = best_first.group_by("candidate_key", maintain_order=True).agg(
        pl.col("candidate").first(),
        pl.col("score", "answers", "listed_answers", "titles").sum(),
        pl.col("prompt_ids").explode().n_unique().alias("prompts"),
        pl.col("engine_id").unique().sort().alias("engines"),
        pl.col("products").explode().drop_nulls().unique(maintain_order=True).head(MOST_PRODUCTS),
        pl.col("sentence", "answer_id").first(),
    )
    merged = merged.sort(["score", "answers", "candidate_key"], descending=[True, True, False])
    found = [
        Suggestion(
            name=row["candidate"],
            **{name: row[name] for name in Suggestion.__dataclass_fields__ if name != "name"},
        )
        for row in merged.iter_rows(named=True)
        if row["candidate_key"].replace(" ", "") not in tracked
    ]
    return found[:most]


def as_yaml(found: Sequence[Suggestion], taken: Sequence[str] = ()) -> str:
    """Return suggestions as entries of ``brands:`` in a monitor file.

    Args:
        found: The suggestions.
        taken: Ids of the brands that the monitor has.
    """
    ids = set(taken)
    lines = []
    for one in found:
        base = identifier = _identifier(one.name)
        number = 2
        while identifier in ids:
            identifier, number = f"{base}-{number}", number + 1
        ids.add(identifier)
        lines += [f"  - id: {identifier}", f"    name: {_quoted(one.name)}", "    role: competitor"]
        if one.products:
            lines.append(
                f"    products: [{', '.join(map(_quoted, one.products))}]  # keep what is really one"
            )
    return "\n".join(lines)


def _identifier(name: str) -> str:
    plain = without_accents(unicodedata.normalize("NFKC", name)).lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_ID].strip("-")
    return words if words and words[0].isalpha() else f"brand-{words}".rstrip("-")


def _quoted(text: str) -> str:
    """Return a text as a YAML string, whatever signs it holds."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
