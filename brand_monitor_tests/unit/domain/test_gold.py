"""The gold set: what is drawn speaks for all pairs, and its estimates know how little they rest on."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.domain.gold.accuracy import MENTIONED, accuracy
from brand_monitor.domain.gold.corrections import corrected_rate, corrected_rates
from brand_monitor.domain.gold.pairs import GoldPair, draw, pool_of_pairs
from brand_monitor.domain.statistics import rate_interval
from brand_monitor_tests.unit.domain.market_frames import DAY, Market, brand_frame


def market(prompts: int = 40) -> Market:
    made = Market()
    for n in range(prompts):
        named = ("larkstride", "nike") if n % 2 else ("nike",)
        made.ask(f"p{n}", *named, recommended=("nike",) if n % 8 == 0 else ())
        made.ask(f"p{n}", uncounted=(("hoka", "absent"),) if n % 10 == 0 else ())
    return made


def pool(made: Market) -> pl.DataFrame:
    return pool_of_pairs(made.answers, made.mentions, brand_frame())


def pair(
    n: int, labels: tuple[str, ...] | None, *, stratum: str = "s", size: int = 10, taken: int = 10
) -> GoldPair:
    return GoldPair(
        "shoes", f"a{n}", "2026-11-24", "local", "alone", f"p{n}", "nike", stratum, size, taken, labels
    )


NAMED = ("named",)


def test_the_pool_holds_every_answer_with_every_brand_also_where_nothing_was_found() -> None:
    made = market()
    pairs = pool(made)
    assert len(pairs) == 80 * 4
    silent = pairs.filter(kind="not_found")
    assert silent["kinds"].list.len().max() == 0
    assert set(pairs["kind"]) == {"not_found", "named", "recommended", "absent"}
    assert not pairs.filter(kind="absent")["is_counted"].any()


def test_a_mention_that_the_machine_doubts_is_a_stratum_of_its_own() -> None:
    made = market()
    doubted = made.mentions.with_columns(
        is_counted=pl.when(pl.col("brand_id") == "larkstride")
        .then(pl.lit(value=False))
        .otherwise("is_counted")
    )
    pairs = pool_of_pairs(made.answers, doubted, brand_frame())
    assert set(pairs.filter(brand_id="larkstride")["kind"]) == {"uncertain", "not_found"}
    assert pairs.filter(kind="uncertain")["kinds"].to_list()[0] == ["uncertain"]


def test_failed_answers_are_no_pairs() -> None:
    assert pool(Market().ask("p", "nike", status="failed")).is_empty()


def test_the_draw_takes_every_kind_and_its_weights_add_up_to_the_pool() -> None:
    pairs = draw(pool(market()), 60, seed=3)
    assert len(pairs) == 60
    assert len({(one.answer_id, one.brand_id) for one in pairs}) == 60
    assert {one.stratum.split("/")[1] for one in pairs} == {"not_found", "named", "recommended", "absent"}
    assert sum(one.weight for one in pairs) == pytest.approx(80 * 4)
    assert len({one.brand_id for one in pairs if "not_found" in one.stratum}) == 4


def test_the_same_seed_draws_the_same_pairs() -> None:
    frame = pool(market())
    assert draw(frame, 30, seed=1) == draw(frame, 30, seed=1)
    assert draw(frame, 30, seed=1) != draw(frame, 30, seed=2)


@settings(max_examples=20)
@given(st.integers(1, 400))
def test_a_draw_has_as_many_pairs_as_wanted_or_as_there_are(n: int) -> None:
    frame = pool(market(10))
    if n < 8:
        with pytest.raises(ValueError, match="draw at least"):
            draw(frame, n)
    else:
        assert len(draw(frame, n)) == min(n, len(frame))


def test_a_pair_survives_its_line_of_the_file() -> None:
    done = pair(1, None).labelled(["recommended", "named", "named"])
    assert done.labels == ("named", "recommended")
    assert GoldPair.from_record(done.to_record()) == done
    with pytest.raises(ValueError, match="no kind of mention: splendid"):
        done.labelled(["splendid"])
    with pytest.raises(TypeError):
        GoldPair.from_record({"labels": None})


def test_precision_recall_and_specificity_are_weighted_by_the_strata() -> None:
    # Found: 10 of 10 labelled, 8 are mentions. Not found: 10 of 100 labelled, 1 is a mention.
    found = [pair(n, NAMED if n < 8 else ()) for n in range(10)]
    silent = [pair(10 + n, NAMED if n < 1 else (), stratum="silent", size=100) for n in range(10)]
    said = {(f"a{n}", "nike"): ["named"] for n in range(10)}
    one = accuracy([*found, *silent], said)[0]
    assert (one.kind, one.labelled, one.said, one.true, one.agreed) == (MENTIONED, 20, 10, 9, 8)
    assert one.precision.value == pytest.approx(8 / 10)
    assert one.recall.value == pytest.approx(8 / (8 + 10))
    assert one.specificity.value == pytest.approx(90 / (90 + 2))
    assert one.recall.lower < 0.35
    assert one.recall.upper > 0.8


def test_a_recall_of_one_has_a_lower_end_that_counts_the_silent_answers_nobody_looked_at() -> None:
    found = [pair(n, NAMED) for n in range(20)]
    said = {(f"a{n}", "nike"): ["named"] for n in range(20)}
    lower = []
    for size in (20, 2_000):
        silent = [pair(20 + n, (), stratum="silent", size=size, taken=20) for n in range(20)]
        one = accuracy([*found, *silent], said)[0]
        assert one.recall.value == one.recall.upper == 1
        lower.append(one.recall.lower)
    assert lower[0] > 0.8
    assert lower[1] < 0.3


def test_kinds_are_judged_apart_and_uncounted_ones_are_no_mention() -> None:
    pairs = [pair(0, ("recommended",)), pair(1, NAMED), pair(2, ("absent",)), pair(3, ("absent",))]
    said = {
        ("a0", "nike"): ["recommended"],
        ("a1", "nike"): ["recommended"],
        ("a2", "nike"): ["absent"],
        ("a3", "nike"): ["named"],
    }
    by_kind = {one.kind: one for one in accuracy(pairs, said)}
    assert (by_kind[MENTIONED].said, by_kind[MENTIONED].true, by_kind[MENTIONED].agreed) == (3, 2, 2)
    assert by_kind["recommended"].precision.value == pytest.approx(0.5)
    assert by_kind["absent"].recall.value == pytest.approx(0.5)
    assert by_kind["named"].recall.value == 0
    assert by_kind["named"].precision.value == 0


def test_unclear_and_open_pairs_count_nowhere_and_no_label_at_all_gives_no_figure() -> None:
    one = accuracy([pair(0, None)], {})[0]
    assert (one.labelled, one.precision.value, one.recall.value) == (0, None, None)
    rate = rate_interval([1, 0, 1, 1], [1, 1, 1, 1])
    assert corrected_rate(rate, one).reason == "no_gold_labels"
    assert corrected_rate(rate, None).reason == "no_gold_labels"


def test_a_kind_that_the_machine_never_gives_has_a_recall_without_a_certainty() -> None:
    by_kind = {
        one.kind: one
        for one in accuracy([pair(0, NAMED), pair(1, ("recommended",))], {("a0", "nike"): ["named"]})
    }
    recommended = by_kind["recommended"]
    assert (recommended.recall.value, recommended.recall.lower, recommended.recall.upper) == (0, None, None)
    assert recommended.precision.value is None


def test_errors_of_one_prompt_count_as_fewer() -> None:
    def spread(*, together: bool) -> float:
        pairs = [pair(n, NAMED if n < 20 else ()) for n in range(40)]
        families = [f"f{n // 4}" if together else f"f{n % 10}" for n in range(40)]
        moved = [
            GoldPair.from_record({**one.to_record(), "prompt_family": family})
            for one, family in zip(pairs, families, strict=True)
        ]
        one = accuracy(moved, {(f"a{n}", "nike"): ["named"] for n in range(40)})[0]
        return one.precision.upper - one.precision.lower

    assert spread(together=True) > 1.3 * spread(together=False)


def labelled_set(recall: float, specificity: float, n: int = 200) -> list[GoldPair]:
    """Half the pairs are mentions; the machine is right as often as said."""
    return [pair(k, NAMED if k < n / 2 else (), stratum="all", size=n, taken=n) for k in range(n)]


def said_of(recall: float, specificity: float, n: int = 200) -> dict[tuple[str, str], list[str]]:
    half = n // 2
    right = [k < round(recall * half) for k in range(half)] + [
        k >= round(specificity * half) for k in range(half)
    ]
    return {(f"a{k}", "nike"): ["named"] for k, yes in enumerate(right) if yes}


def test_a_corrected_rate_is_that_of_rogan_and_gladen() -> None:
    gold = accuracy(labelled_set(0.8, 0.9), said_of(0.8, 0.9))[0]
    rate = rate_interval([3, 4, 5, 4, 3, 5, 4, 4, 4, 4], [10] * 10)
    found = corrected_rate(rate, gold)
    assert found.raw == pytest.approx(0.4)
    assert found.corrected == pytest.approx((0.4 + 0.9 - 1) / (0.8 + 0.9 - 1))
    assert found.lower < found.corrected < found.upper
    assert not found.is_clipped


def test_a_perfect_machine_changes_no_rate_and_few_labels_make_the_interval_wider() -> None:
    rate = rate_interval([3, 4, 5, 4, 3, 5, 4, 4, 4, 4], [10] * 10)
    widths = []
    for n in (20, 2_000):
        gold = accuracy(labelled_set(1, 1, n), said_of(1, 1, n))[0]
        found = corrected_rate(rate, gold)
        assert found.corrected == pytest.approx(rate.value)
        widths.append(found.upper - found.lower)
    assert widths[0] > widths[1]


def test_an_estimate_outside_0_to_1_is_clipped_and_says_so() -> None:
    gold = accuracy(labelled_set(0.9, 0.8), said_of(0.9, 0.8))[0]
    found = corrected_rate(rate_interval([0, 1, 0, 1], [10] * 4), gold)
    assert (found.corrected, found.is_clipped) == (0.0, True)


def test_a_machine_that_knows_nothing_corrects_nothing() -> None:
    gold = accuracy(labelled_set(0.5, 0.5), said_of(0.5, 0.5))[0]
    found = corrected_rate(rate_interval([4, 4, 4], [10] * 3), gold)
    assert (found.corrected, found.reason) == (None, "machine_too_weak")


def test_the_table_of_corrected_rates_has_every_brand_and_keeps_the_raw_figure() -> None:
    made = market()
    gold = accuracy(labelled_set(0.8, 1), said_of(0.8, 1))
    table = corrected_rates(made.answers, made.mentions, brand_frame(), gold=gold, day=DAY)
    nike = table.filter(brand_id="nike", metric="visibility").row(0, named=True)
    assert (nike["raw"], nike["n"], nike["k"]) == (pytest.approx(0.5), 80, 40)
    assert nike["corrected"] == pytest.approx(0.5 / 0.8)
    recommended = table.filter(brand_id="nike", metric="recommendation_rate").row(0, named=True)
    assert recommended["reason"] == "no_gold_labels"
    assert recommended["corrected"] is None
    assert set(table["brand_id"]) == {"larkstride", "nike", "hoka", "ombrevale"}
