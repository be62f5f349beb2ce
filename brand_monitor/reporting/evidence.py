"""The sentences and answers behind the numbers, bounded in size.

Belongs here: choosing which sentences and answers are shown, cutting a sentence around its mention, and
saying how many are not shown. Not here: finding mentions.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from brand_monitor.reporting.text import anchor, plain

SENTENCES_PER_SECTION = 15
SENTENCES_IN_ALL = 1_200
SENTENCE_CHARACTERS = 320
ANSWER_CHARACTERS = 4_000
SOURCES_PER_ANSWER = 20
# The budget of the answer list, markup included: what keeps a report of 10,000 answers at 1 MB.
ANSWER_LIST_CHARACTERS = 520_000
_MARKUP_CHARACTERS = 900


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One mention in its sentence; ``link`` is the anchor of the full answer, None if that is not shown."""

    before: str
    hit: str
    after: str
    kind: str
    is_counted: bool
    is_branded: bool
    prompt: str
    repeat: int
    link: str | None


@dataclass(frozen=True, kw_only=True)
class Section:
    """The sentences of one brand in one engine; ``rest`` of the ``total`` mentions are not shown."""

    link: str
    engine_id: str
    brand_id: str
    total: int
    counted: int
    branded: int
    sentences: list[Sentence]

    @property
    def rest(self) -> int:
        """Mentions that are not shown."""
        return self.total - len(self.sentences)


@dataclass(frozen=True, kw_only=True)
class AnswerView:
    """One answer in full, or why there is none."""

    link: str
    engine_id: str
    prompt: str
    is_branded: bool
    repeat: int
    status: str
    reason: str
    text: str
    model: str
    sources: list[tuple[int, str, str, str]]
    facts: str


def section_link(brand_id: str, engine_id: str) -> str:
    """Return the anchor of the sentences of one brand in one engine."""
    return anchor("says", brand_id, engine_id)


def answer_link(answer_id: str) -> str:
    """Return the anchor of one answer."""
    return anchor("answer", answer_id)


def chosen_mentions(mentions: pl.DataFrame, answers: pl.DataFrame, sections: int) -> pl.DataFrame:
    """Return the mentions to show: per brand and engine at most a share of the budget, headline ones first.

    Args:
        mentions: ``core/answer_mentions`` of the day.
        answers: ``raw/answers`` of the day.
        sections: Number of brand x engine sections that share the budget.
    """
    cap = max(1, min(SENTENCES_PER_SECTION, SENTENCES_IN_ALL // max(sections, 1)))
    asked = answers.select("answer_id", "prompt_text", "repeat")
    ordered = mentions.join(asked, on="answer_id").sort(
        "is_branded", pl.col("is_counted").not_(), "repeat", "prompt_id", "start"
    )
    return ordered.group_by("brand_id", "engine_id", maintain_order=True).head(cap)


def sections(
    mentions: pl.DataFrame, chosen: pl.DataFrame, shown: Collection[str]
) -> dict[tuple[str, str], Section]:
    """Return (brand, engine) -> its section, for every pair that is mentioned at all.

    Args:
        mentions: All mentions of the day.
        chosen: The result of :func:`chosen_mentions`.
        shown: Ids of the answers that the report holds in full.
    """
    totals = mentions.group_by("brand_id", "engine_id").agg(
        total=pl.len(), counted=pl.col("is_counted").sum(), branded=pl.col("is_branded").sum()
    )
    sentences: dict[tuple[str, str], list[Sentence]] = defaultdict(list)
    for row in chosen.iter_rows(named=True):
        sentences[row["brand_id"], row["engine_id"]].append(_sentence(row, shown))
    return {
        (brand, engine): Section(
            link=section_link(brand, engine), engine_id=engine, brand_id=brand, total=total, counted=counted,
            branded=branded, sentences=sentences[brand, engine],
        )
        for brand, engine, total, counted, branded in totals.iter_rows()
    }  # fmt: skip


def cut_around(sentence: str, start: int, surface: str) -> tuple[str, str, str]:
    """Return what stands before ``surface``, itself, and what stands after it, cut to a readable length.

    Args:
        sentence: The sentence or list item.
        start: Where the surface should begin in it.
        surface: What is to stay in sight.
    """
    if start < 0 or sentence[start : start + len(surface)] != surface:
        start = sentence.find(surface)  # offsets of another text: find the words instead
    before, hit, after = (
        (sentence[:start], surface, sentence[start + len(surface) :]) if start >= 0 else (sentence, "", "")
    )
    room = SENTENCE_CHARACTERS // 2
    return (
        ("\N{HORIZONTAL ELLIPSIS}" if len(before) > room else "") + plain(before[-room:]),
        plain(hit, 120),
        plain(after[:room]) + ("\N{HORIZONTAL ELLIPSIS}" if len(after) > room else ""),
    )


def _sentence(row: Mapping[str, Any], shown: Collection[str]) -> Sentence:
    """Return a mention with its sentence cut so that the mention stays in sight."""
    before, hit, after = cut_around(row["sentence"], row["start"] - row["sentence_start"], row["surface"])
    return Sentence(
        before=before,
        hit=hit,
        after=after,
        kind=row["kind"].replace("_", " "),
        is_counted=row["is_counted"],
        is_branded=row["is_branded"],
        prompt=plain(row["prompt_text"], 200),
        repeat=row["repeat"] + 1,
        link=answer_link(row["answer_id"]) if row["answer_id"] in shown else None,
    )


def chosen_answers(answers: pl.DataFrame, wanted: Iterable[str]) -> pl.DataFrame:
    """Return the answers to show in full, in the order engine, prompt, repeat, within the size budget.

    Answers with a shown sentence come first, then the first repeats of every prompt.
    """
    size = (
        pl.col("text").str.len_chars().fill_null(0).clip(upper_bound=ANSWER_CHARACTERS)
        + pl.col("prompt_text").str.len_chars().clip(upper_bound=200)
        + _MARKUP_CHARACTERS
    )
    ranked = answers.with_columns(_wanted=pl.col("answer_id").is_in(list(wanted)), _size=size).sort(
        pl.col("_wanted").not_(), "repeat", "prompt_id", "engine_id"
    )
    kept = ranked.filter(pl.col("_size").cum_sum() <= ANSWER_LIST_CHARACTERS)
    return kept.drop("_wanted", "_size").sort("engine_id", "prompt_id", "repeat")


def answer_views(answers: pl.DataFrame) -> list[AnswerView]:
    """Return the view of each answer, in the order of the frame."""
    return [_answer(row) for row in answers.iter_rows(named=True)]


def _answer(row: Mapping[str, Any]) -> AnswerView:
    return AnswerView(
        link=answer_link(row["answer_id"]),
        engine_id=row["engine_id"],
        prompt=plain(row["prompt_text"], 200),
        is_branded=row["is_branded"],
        repeat=row["repeat"] + 1,
        status=row["status"],
        reason=plain(row["reason"], 300),
        text=plain((row["text"] or "").strip(), ANSWER_CHARACTERS),
        model=plain(row["served_model"] or row["model"], 80),
        sources=[
            (one["position"], plain(one["title"] or one["url"], 100), one["url"], one["relation"])
            for one in (row["sources"] or [])[:SOURCES_PER_ANSWER]
        ],
        facts=_facts(row),
    )


def _facts(row: Mapping[str, Any]) -> str:
    """Return time, tokens and hash of an answer on one line; what is unknown is left out."""
    latency, tokens, payload = row["latency_ms"], row["output_tokens"], row["payload_hash"]
    parts = [
        f"{latency / 1_000:.1f} s" if latency is not None else "",
        f"{tokens:,} tokens" if tokens is not None else "",
        f"payload sha256 {payload[:12]}" if payload else "",
        f"id {plain(row['answer_id'], 24)}",
        "asked after its day" if row["is_reasked"] else "",
    ]
    return " \N{MIDDLE DOT} ".join(part for part in parts if part)
