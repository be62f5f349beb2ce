"""The variance split: exact on balanced tables, unbiased on ragged ones, honest about what cannot be told apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.statistics import variance_split


def component(split, factor):
    return next(one for one in split.components if one.factor == factor)


def test_a_balanced_one_way_table_gives_the_anova_components():
    rng = np.random.default_rng(1)
    y = (rng.random((20, 6)) < rng.beta(1, 1, 20)[:, None]).astype(float)
    within = y.var(axis=1, ddof=1).mean()
    between = y.mean(axis=1).var(ddof=1) - within / 6

    got = variance_split(y.ravel(), {"family": np.repeat(np.arange(20), 6)})

    assert component(got, "repeat").variance == pytest.approx(within)
    assert component(got, "family").variance == pytest.approx(between)
    assert component(got, "interaction").reason == "confounded"
    assert got.share("family") == pytest.approx(between / (between + within))


def ragged(seed, effects, kept=0.6):
    """Answers of 40 families x 5 engines x 3 repeats, of which a part is missing."""
    rng = np.random.default_rng(seed)
    family, engine, _ = (index.ravel() for index in np.indices((40, 5, 3)))
    rate = 0.5
    for codes, size in ((family, effects[0]), (engine, effects[1])):
        raw = rng.normal(size=codes.max() + 1)
        raw -= raw.mean()
        rate = rate + (raw / raw.std(ddof=1) * size**0.5)[codes]
    there = rng.random(family.size) < kept
    y = (rng.random(family.size) < rate).astype(float)
    return y[there], {"family": family[there], "engine": engine[there]}


def test_components_of_ragged_tables_are_found_on_average():
    splits = [variance_split(*ragged(seed, (0.02, 0.01))) for seed in range(80)]

    for factor, made in (("family", 0.02), ("engine", 0.01)):
        found = [component(split, factor).variance for split in splits]
        assert np.mean(found) == pytest.approx(made, abs=4 * np.std(found) / 80**0.5)


def test_components_add_up_and_a_negative_one_is_set_to_nothing_and_says_so():
    splits = [variance_split(*ragged(seed, (0.0, 0.0))) for seed in range(20)]
    parts = [one for split in splits for one in split.components if one.share is not None]
    cut = [one for one in parts if one.truncated]

    assert all(
        sum(one.share for one in split.components if one.share) == pytest.approx(1) for split in splits
    )
    assert cut
    assert {one.variance for one in cut} == {0.0}


@given(st.permutations(range(5)))
def test_names_of_levels_and_order_of_factors_do_not_count(names):
    y, factors = ragged(3, (0.02, 0.01))
    renamed = np.array(["a", "b", "c", "d", "e"])[np.array(names)[factors["engine"]]]
    got = variance_split(y, {"engine": renamed, "family": factors["family"]})
    plain = variance_split(y, factors)

    for factor in ("family", "engine", "interaction", "repeat"):
        assert component(got, factor).variance == pytest.approx(component(plain, factor).variance, abs=1e-9)


def test_a_paraphrase_adds_only_what_its_family_does_not_explain():
    family = np.repeat(np.arange(30), 12)
    paraphrase = np.repeat(np.arange(90), 4)
    y = (family % 2).astype(float)

    got = variance_split(y, {"family": family, "paraphrase": paraphrase})

    assert got.share("family") == pytest.approx(1)
    assert got.share("paraphrase") == pytest.approx(0, abs=1e-9)


def test_a_factor_that_cannot_be_told_apart_has_a_reason_in_place_of_a_number():
    y, factors = ragged(1, (0.02, 0.01))
    got = variance_split(y, {**factors, "persona": np.zeros(y.size), "twin": factors["engine"] + 10})

    assert component(got, "persona").reason == "one_level"
    assert component(got, "twin").reason == "confounded"
    assert component(got, "twin").variance is None
    assert component(got, "engine").variance is not None


def test_unknown_outcomes_take_no_part_and_one_answer_has_no_variance():
    y, factors = ragged(1, (0.02, 0.01))
    y[:10] = np.nan

    assert variance_split(y, factors).answers == y.size - 10
    assert variance_split([1.0, np.nan], {"family": [1, 2]}) is None


def test_answers_all_alike_have_no_shares():
    got = variance_split(np.ones(8), {"family": np.repeat([1, 2], 4)})

    assert got.share("family") is None
    assert component(got, "repeat").variance == 0


@pytest.mark.parametrize(
    ("factors", "word"), [({"repeat": [1, 2, 3]}, "repeat"), ({"engine": [1, 2]}, "engine")]
)
def test_factors_that_do_not_fit_are_refused_by_name(factors, word):
    with pytest.raises(ValueError, match=word):
        variance_split([0, 1, 1], factors)
