"""Tables of sentiment: rows per answer, brand and aspect, and net sentiment with its interval."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from brand_monitor.domain.sentiment import LexiconGrader, answer_sentiments, brand_sentiments
from brand_monitor.domain.sentiment.grading import Grade, Target
from brand_monitor.schemas.registry import polars_schema

KEYS = {"date": date(2026, 11, 25), "monitor_id": "m", "engine": "openai", "engine_id": "one"}
GOOD, BAD, FLAT = "Acme is excellent.", "Acme is terrible.", "Acme sells shoes."
ASPECTS = {"m": {"price": ["price", "cheap*"]}}


def filled(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = polars_schema(table)
    blank = {name: [] if isinstance(kind, pl.List) else None for name, kind in schema.items()}
    return pl.DataFrame([{**blank, **row} for row in rows], schema=schema, orient="row")


def answers_of(*texts: str | None, repeats: int = 1) -> pl.DataFrame:
    return filled(
        "raw/answers",
        [
            {
                **KEYS,
                "answer_id": f"a{at}",
                "prompt_id": f"p{at // repeats}",
                "prompt_family": f"p{at // repeats}",
                "is_branded": False,
                "status": "ok" if text else "failed",
                "text": text,
            }
            for at, text in enumerate(texts)
        ],
    )


def mentions_of(answers: pl.DataFrame, *, counted: bool = True) -> pl.DataFrame:
    return filled(
        "core/answer_mentions",
        [
            {
                **KEYS,
                "answer_id": row["answer_id"],
                "prompt_id": row["prompt_id"],
                "is_branded": False,
                "brand_id": "acme",
                "start": row["text"].index("Acme"),
                "end": row["text"].index("Acme") + 4,
                "kind": "named",
                "is_counted": counted,
            }
            for row in answers.iter_rows(named=True)
            if row["text"] and "Acme" in row["text"]
        ],
    )


BRANDS = filled(
    "seed/brands",
    [
        {"monitor_id": "m", "brand_id": "acme", "brand": "Acme", "role": "own"},
        {"monitor_id": "m", "brand_id": "unseen", "brand": "Unseen", "role": "competitor"},
    ],
)


def figure(answers: pl.DataFrame, sentiments: pl.DataFrame, brand: str = "acme") -> dict[str, Any]:
    frame = brand_sentiments(answers, sentiments, BRANDS)
    (row,) = frame.filter(
        pl.col("brand_id") == brand, pl.col("aspect") == "overall", pl.col("segment") == "non_branded"
    ).to_dicts()
    return row


def judged(answers: pl.DataFrame) -> pl.DataFrame:
    return answer_sentiments(answers, mentions_of(answers), ASPECTS, LexiconGrader())


def test_each_answer_and_brand_has_one_overall_row_that_names_its_grader_and_evidence() -> None:
    answers = answers_of("Sure thing. Acme is excellent. It has a terrible price.")
    rows = judged(answers)
    assert rows["aspect"].to_list() == ["overall", "price"]
    assert rows["grader"].unique().to_list() == ["lexicon"]
    text = answers["text"][0]
    shown = [text[start:end] for start, end in rows.select("evidence_start", "evidence_end").iter_rows()]
    assert shown[0] in {"Acme is excellent.", "It has a terrible price."}
    assert "terrible price" in shown[1]


def test_mentions_that_do_not_count_are_not_judged() -> None:
    answers = answers_of(GOOD)
    frame = answer_sentiments(answers, mentions_of(answers, counted=False), ASPECTS, LexiconGrader())
    assert frame.is_empty()


def test_net_sentiment_is_the_balance_over_the_judged_answers() -> None:
    answers = answers_of(GOOD, GOOD, BAD, FLAT, "Nobody.", None)
    row = figure(answers, judged(answers))
    assert (row["positive"], row["neutral"], row["negative"], row["n"], row["k"]) == (2, 1, 1, 4, 4)
    assert row["value"] == pytest.approx(0.25)
    assert -1 <= row["lower"] < 0.25 < row["upper"] <= 1
    assert row["definition"] == "net_sentiment@1"


def test_each_prompt_counts_once() -> None:
    answers = answers_of(GOOD, GOOD, GOOD, GOOD, BAD, "Nobody.", repeats=2)
    assert figure(answers, judged(answers))["value"] == pytest.approx(1 / 3)


def test_a_brand_that_nobody_names_has_no_figure_and_a_reason() -> None:
    answers = answers_of(GOOD, GOOD, GOOD)
    row = figure(answers, judged(answers), "unseen")
    assert (row["value"], row["reason"], row["n"]) == (None, "no_mentions", 0)


def test_under_three_prompts_there_is_a_value_and_no_interval() -> None:
    answers = answers_of(GOOD, BAD)
    row = figure(answers, judged(answers))
    assert (row["value"], row["lower"], row["reason"]) == (0.0, None, "fewer_than_3_prompts")


class Silent:
    """A grader that judges nothing."""

    id, version = "silent", "1"

    def grade(self, targets: list[Target]) -> list[Grade]:
        return [Grade(None, None, None, (), "grader_failed", None) for _ in targets]


def test_what_a_grader_could_not_judge_is_null_with_a_reason_and_never_0() -> None:
    answers = answers_of(GOOD, GOOD, GOOD)
    sentiments = answer_sentiments(answers, mentions_of(answers), {}, Silent())
    assert sentiments["reason"].unique().to_list() == ["grader_failed"]
    row = figure(answers, sentiments)
    assert (row["value"], row["reason"], row["unjudged"]) == (None, "not_judged", 3)


def test_no_answers_no_rows() -> None:
    answers = answers_of()
    sentiments = answer_sentiments(answers, mentions_of(answers), ASPECTS, LexiconGrader())
    assert sentiments.is_empty()
    assert brand_sentiments(answers, sentiments, BRANDS).is_empty()
