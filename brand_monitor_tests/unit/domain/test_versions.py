"""Two versions of names over the same answers: which figures change, and which mentions are to blame."""

import polars as pl
import pytest

from brand_monitor.domain.comparisons.versions import Version, version_difference
from brand_monitor.domain.mentions import answer_mentions
from brand_monitor_tests.unit.domain.market_frames import Market, brand_frame


def told(*texts: str) -> pl.DataFrame:
    market = Market()
    for n in range(len(texts)):
        market.ask(f"p{n}")
    return market.answers.with_columns(text=pl.Series(texts))


def named(**aliases: list[str]) -> pl.DataFrame:
    """The brands of the sample market with more names."""
    return brand_frame().with_columns(
        aliases=pl.Series(
            [aliases.get(brand, []) for brand in brand_frame()["brand_id"]], dtype=pl.List(pl.String)
        )
    )


def version(answers: pl.DataFrame, brands: pl.DataFrame) -> Version:
    return Version(answer_mentions(answers, brands), brands)


def test_a_new_alias_changes_the_figures_of_its_brand_and_names_the_mentions() -> None:
    answers = told("Swoosh shoes are light.", "Nike shoes are light.", "Nothing of note here.")
    old, new = version(answers, named()), version(answers, named(nike=["Swoosh"]))
    found = version_difference(answers, old, new)
    [row] = found.figures.filter(metric="visibility").to_dicts()
    assert (row["subject"], row["old"], row["new"]) == ("nike", pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert row["difference"] == pytest.approx(1 / 3)
    [mention] = found.mentions.to_dicts()
    assert (mention["change"], mention["surface"], mention["brand_id"]) == ("added", "Swoosh", "nike")
    assert answers["text"][0][mention["start"] : mention["end"]] == "Swoosh"


def test_the_way_back_removes_what_the_way_there_added() -> None:
    answers = told("Swoosh shoes are light.", "Nike shoes are light.")
    old, new = version(answers, named()), version(answers, named(nike=["Swoosh"]))
    assert version_difference(answers, new, old).mentions["change"].to_list() == ["removed"]


def test_the_same_version_twice_differs_in_nothing() -> None:
    answers = told("Nike shoes are light.", "I recommend Hoka.")
    one = version(answers, named())
    found = version_difference(answers, one, one)
    assert found.figures.is_empty()
    assert found.mentions.is_empty()


def test_another_kind_of_the_same_mention_is_told_as_such() -> None:
    answers = told("Nike shoes are light.")
    one = version(answers, named())
    other = Version(one.mentions.with_columns(kind=pl.lit("recommended")), one.brands)
    found = version_difference(answers, one, other)
    assert found.mentions.select("old_kind", "new_kind", "change").row(0) == (
        "named",
        "recommended",
        "other_kind",
    )
    assert found.figures["metric"].to_list() == ["recommendation_rate"]


def test_a_brand_that_only_one_version_tracks_is_no_zero_in_the_other() -> None:
    answers = told("Nike shoes are light.")
    without = Version(answer_mentions(answers, named()), named().filter(pl.col("brand_id") != "hoka"))
    row = version_difference(answers, without, version(answers, named())).figures.filter(
        subject="hoka", metric="visibility"
    )
    assert row.select("old", "new", "difference").row(0) == (None, 0.0, None)
