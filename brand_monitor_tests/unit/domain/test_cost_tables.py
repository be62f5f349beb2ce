"""What was spent is put over what it was spent for; an unknown price makes a sum null and never 0."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.costs.answer_costs import COST_COLUMNS, SCOPES, cost_tables
from brand_monitor.schemas.costs import COST_SCOPES, Costs
from brand_monitor.schemas.registry import empty_frame, polars_schema

PLACE = {
    "date": date(2026, 11, 24),
    "monitor_id": "shoes",
    "engine": "openai",
    "engine_id": "luna",
}
BRANDS = pl.DataFrame(
    {
        "monitor_id": ["shoes"] * 3,
        "brand_id": ["larkstride", "nike", "ombrevale"],
        "role": ["own", "competitor", "control"],
    }
)


def rows_of(*calls: dict[str, Any]) -> pl.DataFrame:
    rows = [
        {
            **PLACE,
            "answer_id": f"a{number}",
            "prompt_family": "p1",
            "is_branded": False,
            "status": "ok",
            "cost_usd": 0.01,
            "is_cached": False,
            "possibly_paid": 0,
            **call,
        }
        for number, call in enumerate(calls)
    ]
    schema = {
        **dict.fromkeys(
            ("monitor_id", "engine", "engine_id", "answer_id", "prompt_family", "status"), pl.String
        ),
        "date": pl.Date,
        "is_branded": pl.Boolean,
        "is_cached": pl.Boolean,
        "cost_usd": pl.Float64,
        "possibly_paid": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema)


def mentions(*named: tuple[str, str], counted: bool = True) -> pl.DataFrame:
    wanted = ("monitor_id", "answer_id", "brand_id", "is_counted", "kind", "entity_rank")
    schema = polars_schema("core/answer_mentions")
    rows = [
        {
            "monitor_id": "shoes",
            "answer_id": answer,
            "brand_id": brand,
            "is_counted": counted,
            "kind": "named",
            "entity_rank": 1,
        }
        for answer, brand in named
    ]
    return pl.DataFrame(rows, schema={name: schema[name] for name in wanted})


def metrics(*figures: tuple[str, float | None, float | None], segment: str = "non_branded") -> pl.DataFrame:
    rows = [
        {**PLACE, "segment": segment, "metric": metric, "lower": lower, "upper": upper}
        for metric, lower, upper in figures
    ]
    strings = ("monitor_id", "engine", "engine_id", "segment", "metric")
    schema = {"date": pl.Date, **dict.fromkeys(strings, pl.String), "lower": pl.Float64, "upper": pl.Float64}
    return pl.DataFrame(rows, schema=schema)


def table(
    answers: pl.DataFrame,
    named: pl.DataFrame | None = None,
    figures: pl.DataFrame | None = None,
    *,
    canaries: pl.DataFrame | None = None,
    sentiments: pl.DataFrame | None = None,
) -> pl.DataFrame:
    frame = cost_tables(
        answers,
        mentions() if named is None else named,
        BRANDS,
        metrics() if figures is None else figures,
        canaries=answers.clear() if canaries is None else canaries,
        sentiments=empty_frame("core/answer_sentiments") if sentiments is None else sentiments,
    )
    return Costs.to_schema().validate(frame)


def row(frame: pl.DataFrame, scope: str, subject: str) -> dict[str, Any]:
    found = frame.filter(scope=scope, subject=subject)
    assert len(found) == 1
    return found.row(0, named=True)


def test_usable_answers_bear_what_the_others_cost() -> None:
    frame = table(rows_of({}, {}, {"status": "refused"}, {"status": "empty", "cost_usd": 0.02}))
    answer = row(frame, "answer", "luna")
    assert (answer["calls"], answer["answers"], answer["units"]) == (4, 2, 2)
    assert answer["cost_usd"] == pytest.approx(0.05)
    assert answer["cost_per_unit_usd"] == pytest.approx(0.025)
    assert answer["reason"] is None


def test_a_prompt_costs_what_all_its_variants_cost() -> None:
    frame = table(rows_of({}, {"cost_usd": 0.03}, {"prompt_family": "p2", "cost_usd": 0.5}))
    assert row(frame, "prompt", "p1")["cost_usd"] == pytest.approx(0.04)
    assert row(frame, "prompt", "p1")["cost_per_unit_usd"] == pytest.approx(0.02)
    assert row(frame, "prompt", "p2")["cost_usd"] == pytest.approx(0.5)


def test_an_answer_that_names_a_brand_bears_those_that_do_not() -> None:
    frame = table(
        rows_of({}, {}, {}, {}), mentions(("a0", "larkstride"), ("a0", "nike"), ("a1", "larkstride"))
    )
    assert row(frame, "informative_answer", "luna")["cost_per_unit_usd"] == pytest.approx(0.02)
    assert row(frame, "brand", "larkstride")["cost_per_unit_usd"] == pytest.approx(0.02)
    assert row(frame, "brand", "nike")["cost_per_unit_usd"] == pytest.approx(0.04)


def test_a_brand_that_nobody_names_has_no_cost_per_answer_and_says_why() -> None:
    nike = row(table(rows_of({}), mentions(("a0", "larkstride"))), "brand", "nike")
    assert (nike["units"], nike["cost_per_unit_usd"], nike["reason"]) == (0, None, "no_units")
    assert nike["cost_usd"] == pytest.approx(0.01)


def test_the_control_and_uncounted_mentions_make_no_answer_informative() -> None:
    answers = rows_of({})
    assert row(table(answers, mentions(("a0", "ombrevale"))), "informative_answer", "luna")["units"] == 0
    uncounted = mentions(("a0", "nike"), counted=False)
    assert row(table(answers, uncounted), "informative_answer", "luna")["units"] == 0
    assert table(answers).filter(subject="ombrevale").is_empty()


def test_branded_prompts_are_paid_for_but_not_pooled_with_the_others() -> None:
    answers = rows_of({}, {"is_branded": True, "cost_usd": 0.5})
    frame = table(answers, mentions(("a0", "nike"), ("a1", "nike")))
    assert row(frame, "answer", "luna")["cost_usd"] == pytest.approx(0.51)
    assert row(frame, "brand", "nike")["cost_per_unit_usd"] == pytest.approx(0.01)


def test_a_figure_is_decisive_from_its_interval_on() -> None:
    figures = metrics(
        ("visibility", 0.40, 0.60),
        ("visibility", 0.40, 0.61),
        ("share_of_voice", 0.0, 0.5),
        ("entity_rank", None, None),
    )
    frame = table(rows_of({}, {}), figures=figures)
    assert row(frame, "metric", "visibility")["units"] == 1
    assert row(frame, "metric", "visibility")["cost_per_unit_usd"] == pytest.approx(0.02)
    assert row(frame, "metric", "share_of_voice")["reason"] == "no_units"
    assert frame.filter(subject="entity_rank").is_empty()
    branded = metrics(("visibility", 0.4, 0.5), segment="branded")
    assert table(rows_of({}), figures=branded).filter(scope="metric").is_empty()


def test_one_unknown_price_makes_the_sum_null_and_leaves_a_lower_bound() -> None:
    answer = row(table(rows_of({}, {"cost_usd": None})), "answer", "luna")
    assert (answer["cost_usd"], answer["cost_per_unit_usd"], answer["reason"]) == (
        None,
        None,
        "unknown_prices",
    )
    assert answer["known_cost_usd"] == pytest.approx(0.01)
    assert answer["unknown_prices"] == 1


def test_where_no_price_is_known_nothing_is_zero() -> None:
    answer = row(table(rows_of({"cost_usd": None}, {"cost_usd": None})), "answer", "luna")
    assert (answer["cost_usd"], answer["known_cost_usd"], answer["unknown_prices"]) == (None, None, 2)


def test_cached_calls_cost_nothing_and_are_counted() -> None:
    answer = row(table(rows_of({}, {"is_cached": True, "cost_usd": 0.0})), "answer", "luna")
    assert (answer["cached"], answer["calls"]) == (1, 2)
    assert answer["cost_per_unit_usd"] == pytest.approx(0.005)


def test_a_failed_call_is_free_unless_it_may_have_been_paid() -> None:
    free = row(table(rows_of({}, {"status": "failed", "cost_usd": None})), "answer", "luna")
    assert (free["cost_usd"], free["unknown_prices"]) == (pytest.approx(0.01), 0)
    perhaps = rows_of({}, {"status": "failed", "cost_usd": None, "possibly_paid": 1})
    assert row(table(perhaps), "answer", "luna")["unknown_prices"] == 1
    assert row(table(perhaps), "answer", "luna")["possibly_paid"] == 1


def test_a_call_that_failed_for_free_makes_no_unknown_price_look_like_nothing() -> None:
    answer = row(table(rows_of({"cost_usd": None}, {"status": "failed", "cost_usd": None})), "answer", "luna")
    assert (answer["cost_usd"], answer["known_cost_usd"]) == (None, None)


def test_an_engine_whose_calls_all_failed_cost_nothing_and_has_no_answer() -> None:
    answer = row(table(rows_of({"status": "failed", "cost_usd": None})), "answer", "luna")
    assert (answer["cost_usd"], answer["cost_per_unit_usd"], answer["reason"]) == (0.0, None, "no_units")


def test_calls_that_were_never_sent_are_no_calls() -> None:
    never = {"status": "not_asked", "cost_usd": None}
    assert row(table(rows_of({}, never)), "answer", "luna")["calls"] == 1
    assert table(rows_of(never)).is_empty()


def test_no_answers_no_rows() -> None:
    assert table(rows_of()).columns == COST_COLUMNS
    assert table(rows_of()).is_empty()


def test_code_and_schema_name_the_same_scopes() -> None:
    assert set(SCOPES) == set(COST_SCOPES)


calls = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["ok", "empty", "refused", "failed", "not_asked"]),
        "cost_usd": st.none() | st.floats(0, 10),
        "prompt_family": st.sampled_from(["p1", "p2"]),
        "is_branded": st.booleans(),
        "possibly_paid": st.integers(0, 1),
    }
)


@given(st.lists(calls, max_size=12), st.randoms(use_true_random=False))
def test_prompts_add_up_to_the_engine_whatever_the_order(drawn: list[dict[str, Any]], random: Any) -> None:
    answers = rows_of(*drawn)
    frame = table(answers)
    engine, prompts = frame.filter(scope="answer"), frame.filter(scope="prompt")
    for column in ("calls", "answers", "unknown_prices", "possibly_paid"):
        assert engine[column].sum() == prompts[column].sum()
    assert engine["known_cost_usd"].sum() == pytest.approx(prompts["known_cost_usd"].sum())
    assert (frame["cost_usd"].is_null() == (frame["unknown_prices"] > 0)).all()
    order = list(range(len(answers)))
    random.shuffle(order)
    assert table(answers[order]).equals(frame)


def judged(*costs: float | None, grader: str = "llm") -> pl.DataFrame:
    rows = [
        {**PLACE, "grader": grader, "grader_version": "1.m", "label": "neutral", "cost_usd": cost}
        for cost in costs
    ]
    return pl.DataFrame(rows, schema=polars_schema("core/answer_sentiments"))


def test_canaries_and_judgements_are_paid_calls_beside_the_answers() -> None:
    frame = table(
        rows_of({}), canaries=rows_of({"cost_usd": 0.001}, {"cost_usd": 0.002}), sentiments=judged(0.01, 0.0)
    )
    assert row(frame, "canary", "luna")["cost_usd"] == pytest.approx(0.003)
    assert row(frame, "judgement", "llm@1.m")["cost_usd"] == pytest.approx(0.01)
    assert row(frame, "judgement", "llm@1.m")["units"] == 2
    assert row(frame, "answer", "luna")["calls"] == 1


def test_a_judgement_of_unknown_price_is_no_small_one() -> None:
    judgement = row(table(rows_of({}), sentiments=judged(0.01, None)), "judgement", "llm@1.m")
    assert (judgement["cost_usd"], judgement["known_cost_usd"], judgement["reason"]) == (
        None,
        pytest.approx(0.01),
        "unknown_prices",
    )


def test_the_built_in_grader_makes_no_call() -> None:
    frame = table(rows_of({}), sentiments=judged(0.0, grader="lexicon"))
    assert frame.filter(scope="judgement").is_empty()
