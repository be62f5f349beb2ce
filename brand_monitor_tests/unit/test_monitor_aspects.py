"""Aspects of a monitor: defaults, and what is refused."""

import pytest
from pydantic import TypeAdapter, ValidationError

from brand_monitor.monitor.aspects import Aspect, AspectList, default_aspects, words_by_aspect
from brand_monitor.monitor.models import Monitor


def test_a_monitor_that_names_no_aspects_has_the_usual_ones() -> None:
    assert list(words_by_aspect(default_aspects())) == [
        *("price", "quality", "support", "ease", "design", "durability")
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([{"id": "overall", "words": ["all"]}], "choose another id"),
        ([{"id": "fit", "words": []}], "at least 1 item"),
        ([{"id": "fit", "words": ["*"]}], "no letter and no digit"),
        ([{"id": "fit", "words": ["fit"]}, {"id": "fit", "words": ["size"]}], "two aspects"),
    ],
)
def test_aspects_that_nobody_could_mean_are_refused(given: list[dict[str, object]], said: str) -> None:
    with pytest.raises(ValidationError, match=said.replace("*", r"\*")):
        TypeAdapter(AspectList).validate_python(given)


def test_words_are_kept_in_the_order_of_the_file() -> None:
    assert words_by_aspect([Aspect(id="fit", words=["size", "fit*"])]) == {"fit": ["size", "fit*"]}


def monitor(judge: str | None) -> Monitor:
    return Monitor.model_validate(
        {
            "id": "teas",
            "market": "tea",
            "brands": [
                {"id": "acme", "name": "Acme", "role": "own"},
                {"id": "ctrl", "name": "Ombrevale", "role": "control"},
            ],
            "prompts": [{"id": "best", "text": "Which tea?"}],
            "engines": [
                {"id": "one", "family": "local"},
                {"id": "file", "family": "import", "model": "ChatGPT"},
            ],
            "judge": judge,
        }
    )


@pytest.mark.parametrize("judge", [None, "one"])
def test_any_engine_that_can_be_asked_may_judge(judge: str | None) -> None:
    assert monitor(judge).judge == judge


@pytest.mark.parametrize("judge", ["file", "nobody"])
def test_an_engine_that_cannot_be_asked_judges_nothing(judge: str) -> None:
    with pytest.raises(ValidationError, match="could judge; there is: one"):
        monitor(judge)
