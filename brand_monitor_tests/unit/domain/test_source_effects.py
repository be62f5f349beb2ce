"""The table of effects: one row for everything that was asked, and a reason wherever it cannot say."""

import polars as pl
import pytest

from brand_monitor.domain.effects import EFFECT_REASONS, SCOPE_NOTE, source_effects
from brand_monitor.domain.effects.notes import METHODS
from brand_monitor.domain.effects.tables import SCHEMA
from brand_monitor.schemas.experiments import SourceEffects
from brand_monitor_tests.unit.domain.experiment_answers import experiment_frames, page

PLANTED = {"dawn": lambda order: 1.0 if 2 in order else 0.0, "control": lambda _: 0.0}
WHOLE = {"replicates": 4, "masks": 14, "permutations": 4}


def effects(*frames):
    return SourceEffects.to_schema().validate(source_effects(*frames))


def row(frame, **wanted):
    found = frame.filter(**wanted)
    assert found.height == 1, found
    return found.row(0, named=True)


@pytest.fixture(scope="module")
def found():
    return effects(*experiment_frames(PLANTED, prompts=("a", "b", "c"), **WHOLE))


@pytest.mark.parametrize("method", ["leave_one_out", "surrogate", "shapley"])
@pytest.mark.parametrize("scope", ["prompt", "pooled"])
def test_the_planted_page_comes_first_for_its_brand(found, method, scope):
    of_brand = found.filter(method=method, scope=scope, brand_id="dawn")
    for prompt in of_brand.partition_by("prompt_id", maintain_order=True):
        assert prompt["url"][0] == page(2)
        assert prompt["effect"][0] == pytest.approx(1)
        assert prompt["lower"][0] > 0 or scope == "pooled"
        assert prompt["effect"][1:].to_list() == [0, 0, 0]


def test_the_invented_control_owes_nothing_to_any_page(found):
    control = found.filter(brand_id="control")
    assert set(control["effect"]) == {0}
    assert (control["lower"] < 0).all()
    assert (control["upper"] > 0).all()
    assert (control["p"] == 1).all()


def test_every_method_source_brand_and_prompt_has_its_row_and_all_prompts_together_one_more(found):
    grain = ["method", "scope", "prompt_id", "url", "brand_id"]
    assert not found.select(grain).is_duplicated().any()
    assert found.height == len(METHODS) * 4 * 2 * (3 + 1)


def test_the_sentence_on_its_reach_travels_with_every_row(found):
    assert found["scope_note"].unique().to_list() == [SCOPE_NOTE]
    assert "this model on this frozen context" in SCOPE_NOTE.lower()


def test_a_row_says_where_the_page_stood_and_what_it_rests_on(found):
    loo = row(found, method="leave_one_out", scope="prompt", prompt_id="b", url=page(2), brand_id="dawn")
    assert (loo["position"], loo["document_id"], loo["frozen_hash"]) == (3, "d2", "context of b")
    assert (loo["rate_with"], loo["rate_without"], loo["n"], loo["k"]) == (1, 0, 8, 1)
    assert loo["definition"] == "leave_one_out_effect@1"
    surrogate = row(found, method="surrogate", scope="prompt", prompt_id="b", url=page(2), brand_id="dawn")
    assert surrogate["lds"] == pytest.approx(1)
    assert surrogate["n"] == 4 * 14
    shapley = row(found, method="shapley", scope="prompt", prompt_id="b", url=page(2), brand_id="dawn")
    assert (shapley["estimator"], shapley["n"]) == ("exact", 4 * (2 + 4 + 14))
    pooled = row(found, method="shapley", scope="pooled", url=page(2), brand_id="dawn")
    assert (pooled["k"], pooled["position"], pooled["frozen_hash"]) == (3, None, None)


def test_what_many_tests_find_by_chance_is_held_down(found):
    for family in found.partition_by("method", "scope"):
        assert (family["q"] >= family["p"] - 1e-12).all()
    planted = row(found, method="surrogate", scope="prompt", prompt_id="a", url=page(2), brand_id="dawn")
    assert planted["q"] < 0.05


def test_false_discoveries_stay_under_5_in_100_where_half_of_the_brands_have_a_cause():
    rules = {f"caused-{n}": PLANTED["dawn"] for n in range(3)} | {
        f"idle-{n}": lambda _: 0.4 for n in range(3)
    }
    wrong = total = 0
    for seed in range(12):
        frame = effects(*experiment_frames(rules, seed=seed, replicates=5, masks=14))
        discovered = frame.filter(pl.col("q") < 0.05)
        total += discovered.height
        wrong += discovered.filter(
            (pl.col("url") != page(2)) | pl.col("brand_id").str.starts_with("idle")
        ).height
    assert total >= 12 * 3 * 2, "5 of 5 against 0 of 5 is p = .008: leave one out takes more replicates"
    assert wrong / total < 0.05


def test_only_the_methods_that_the_design_allows_are_there():
    assert set(effects(*experiment_frames(PLANTED, replicates=2))["method"]) == {"leave_one_out"}
    without = effects(*experiment_frames(PLANTED, replicates=2, leave_one_out=False, permutations=4))
    assert set(without["method"]) == {"position"}
    two = effects(*experiment_frames(PLANTED, sources=2, replicates=2))
    assert set(two["method"]) == {"leave_one_out", "shapley"}, "of two pages all subsets were asked"


def test_a_single_page_has_its_effect_too():
    frame = effects(
        *experiment_frames({"dawn": lambda order: float(0 in order)}, sources=1, replicates=4, masks=4)
    )
    assert set(frame.filter(method="leave_one_out")["effect"]) == {1}
    assert set(frame.filter(method="shapley")["effect"]) == {1}


def test_failed_answers_leave_their_arm_and_a_lost_arm_has_a_reason():
    answers, mentions, brands = experiment_frames(PLANTED, **WHOLE)
    lost = answers.with_columns(
        status=pl.when(pl.col("arm") == "without-2").then(pl.lit("failed")).otherwise("status")
    )
    frame = effects(lost, mentions, brands)
    found = row(frame, method="leave_one_out", url=page(2), brand_id="dawn")
    assert (found["effect"], found["n"], found["reason"]) == (None, 0, "no_pairs")
    assert row(frame, method="leave_one_out", url=page(1), brand_id="dawn")["effect"] == 0
    assert row(frame, method="shapley", url=page(2), brand_id="dawn")["effect"] == pytest.approx(1)


def test_pairs_are_replicates_that_both_arms_answered():
    answers, mentions, brands = experiment_frames(PLANTED, replicates=4)
    gone = (pl.col("arm") == "full") & (pl.col("replicate") == 0) | (pl.col("arm") == "without-2") & (
        pl.col("replicate") == 3
    )
    frame = effects(
        answers.with_columns(status=pl.when(gone).then(pl.lit("empty")).otherwise("status")), mentions, brands
    )
    assert row(frame, method="leave_one_out", url=page(2), brand_id="dawn")["n"] == 2 * 2
    assert row(frame, method="leave_one_out", url=page(1), brand_id="dawn")["n"] == 2 * 3


def test_an_experiment_of_which_nothing_was_answered_says_so_in_every_row():
    answers, mentions, brands = experiment_frames(PLANTED, **WHOLE)
    frame = effects(answers.with_columns(status=pl.lit("not_asked")), mentions, brands)
    assert frame["effect"].null_count() == frame.height > 0
    reasons = dict(frame.group_by("method").agg(pl.col("reason").unique().first()).iter_rows())
    assert reasons == {
        "leave_one_out": "no_pairs",
        "surrogate": "no_masks",
        "shapley": "no_control",
        "position": "no_contrast",
    }
    assert set(frame["reason"]) <= set(EFFECT_REASONS)


def test_too_few_masks_give_a_weight_without_interval():
    frame = effects(*experiment_frames(PLANTED, sources=6, replicates=5, masks=8))
    found = row(frame, method="surrogate", url=page(2), brand_id="dawn")
    assert (found["estimator"], found["lower"], found["reason"]) == ("l1", None, "few_masks")
    assert found["effect"] > 0


def test_a_lost_context_leaves_the_place_and_says_so():
    answers, mentions, brands = experiment_frames(PLANTED, prompts=("a", "b"), replicates=4)
    lost = answers.with_columns(context_urls=None, context_documents=None).cast(
        {"context_urls": pl.List(pl.String), "context_documents": pl.List(pl.String)}
    )
    frame = effects(lost, mentions, brands)
    assert set(frame["scope"]) == {"prompt"}
    assert set(frame["reason"]) == {"lost_context"}
    assert frame.filter(brand_id="dawn", position=3)["effect"].to_list() == [1, 1]


def test_two_prompts_are_pooled_without_an_interval_and_one_is_not_pooled():
    two = effects(*experiment_frames(PLANTED, prompts=("a", "b"), replicates=4))
    found = row(two, scope="pooled", url=page(2), brand_id="dawn")
    assert (found["effect"], found["lower"], found["reason"]) == (1, None, "fewer_than_3_prompts")
    assert found["p"] < 0.01, "the test needs no spread between prompts"
    one = effects(*experiment_frames(PLANTED, replicates=4))
    assert set(one["scope"]) == {"prompt"}


def test_a_page_is_pooled_over_the_prompts_whose_context_has_it():
    answers, mentions, brands = experiment_frames(PLANTED, prompts=("a", "b", "c"), replicates=4)
    other = pl.when(pl.col("prompt_id") == "c").then(
        pl.lit(["http://x/0", "http://x/1", page(2), "http://x/3"])
    )
    frame = effects(answers.with_columns(context_urls=other.otherwise("context_urls")), mentions, brands)
    counts = dict(frame.filter(scope="pooled", brand_id="dawn").select("url", "k").iter_rows())
    assert counts == {page(0): 2, page(1): 2, page(2): 3, page(3): 2}


def test_branded_prompts_have_rows_and_are_never_pooled():
    answers, mentions, brands = experiment_frames(PLANTED, prompts=("a", "b", "c"), replicates=4)
    frame = effects(answers.with_columns(is_branded=pl.col("prompt_id") == "c"), mentions, brands)
    assert set(frame.filter(scope="prompt")["prompt_id"]) == {"a", "b", "c"}
    assert set(frame.filter(scope="pooled")["k"]) == {2}


def test_engines_are_kept_apart():
    answers, mentions, brands = experiment_frames(PLANTED, replicates=4)
    other = answers.with_columns(engine_id=pl.lit("other"), answer_id=pl.col("answer_id") + "/other")
    frame = effects(pl.concat([answers, other]), mentions, brands)
    assert frame.filter(engine_id="other")["effect"].unique().to_list() == [0]
    assert row(frame, engine_id="small", url=page(2), brand_id="dawn")["effect"] == 1


def test_uncounted_mentions_do_not_count():
    answers, mentions, brands = experiment_frames(PLANTED, replicates=4)
    frame = effects(answers, mentions.with_columns(is_counted=False), brands)
    assert set(frame["effect"]) == {0}


def test_the_order_of_rows_changes_nothing(found):
    frames = experiment_frames(PLANTED, prompts=("a", "b", "c"), **WHOLE)
    shuffled = [one.sample(fraction=1, shuffle=True, seed=4) for one in frames]
    assert effects(*shuffled).equals(found)


def test_no_experiment_gives_an_empty_table_of_the_same_columns():
    answers, mentions, brands = experiment_frames(PLANTED, replicates=1)
    frame = effects(answers.clear(), mentions.clear(), brands)
    assert frame.is_empty()
    assert dict(frame.schema) == SCHEMA
