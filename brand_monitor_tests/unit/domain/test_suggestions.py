"""Candidates of days and engines added up, and the YAML that a person may paste."""

from datetime import date

import pytest
import yaml
from text_frames import brands, frame

from brand_monitor.domain.discovery.suggestions import as_yaml, suggestions

DEFAULTS = {
    "date": date(2030, 5, 6),
    "monitor_id": "shoes",
    "engine": "import",
    "sightings": 1,
    "titles": 0,
    "listed_answers": 1,
    "products": [],
    "sentence": "S.",
    "answer_id": "a",
    "sentence_start": 0,
    "name_start": 0,
    "name_end": 1,
}
TRACKED = brands(("nike", "Nike", "own", {"aliases": ["Nike Inc"]}))


def candidates(*rows):
    return frame(
        "core/brand_candidates",
        [
            {
                "candidate": name,
                "candidate_key": name.lower(),
                "engine_id": engine,
                "score": score,
                "answers": n,
                **more,
            }
            for name, engine, score, n, more in rows
        ],
        prompt_ids=["p1"],
        **DEFAULTS,
    )


def test_rows_of_one_name_add_up_over_engines_and_best_comes_first():
    rows = candidates(
        ("Tarn", "a", 5.0, 6, {}),
        ("Velocore", "a", 4.0, 4, {"products": ["Swift"]}),
        ("Velocore", "b", 3.0, 5, {"prompt_ids": ["p1", "p2"], "products": ["Glide", "Swift"]}),
    )
    first, second = suggestions(rows, TRACKED, 10)
    assert (first.name, first.score, first.answers, first.prompts) == ("Velocore", 7.0, 9, 2)
    assert first.engines == ["a", "b"]
    assert first.products == ["Swift", "Glide"]
    assert second.name == "Tarn"
    assert [one.name for one in suggestions(rows, TRACKED, 1)] == ["Velocore"]


def test_what_is_tracked_by_now_is_left_out():
    rows = candidates(("Nike", "a", 5.0, 6, {}), ("Nike Inc", "a", 4.0, 4, {}), ("Tarn", "a", 1.0, 1, {}))
    assert [one.name for one in suggestions(rows, TRACKED, 10)] == ["Tarn"]


def test_no_candidates_give_no_suggestions():
    assert suggestions(candidates(), TRACKED, 10) == []
    assert as_yaml([]) == ""


@pytest.mark.parametrize(
    ("name", "identifier"),
    [("Velocore", "velocore"), ("Nestl\u00e9 & Co", "nestle-co"), ("8BitDo", "brand-8bitdo"), ("\u5c0f\u7c73", "brand"),
     ('A "B" \\ C', "a-b-c"), ("Yes: no", "yes-no")],
)  # fmt: skip
def test_the_yaml_reads_back_as_the_name_with_a_valid_id(name, identifier):
    rows = candidates((name, "a", 1.0, 1, {"products": ['One "two"']}))
    [entry] = yaml.safe_load("brands:\n" + as_yaml(suggestions(rows, TRACKED, 5)))["brands"]
    assert entry == {"id": identifier, "name": name, "role": "competitor", "products": ['One "two"']}


def test_ids_that_are_taken_get_a_number():
    rows = candidates(("Velocore", "a", 2.0, 1, {}), ("V\u00e9locore", "a", 1.0, 1, {}))
    text = as_yaml(suggestions(rows, TRACKED, 5), ["velocore"])
    assert [entry["id"] for entry in yaml.safe_load(text)] == ["velocore-2", "velocore-3"]
