"""One prompt stands for a family of questions: which ones, under which names, and what is refused."""

import copy

import pytest
from pydantic import ValidationError

from brand_monitor.monitor.models import Monitor, Prompt
from brand_monitor.monitor.prompts import MAX_QUESTIONS, region_of

MONITOR = {
    "id": "shoes",
    "market": "Running shoes",
    "brands": [
        {"id": "lark", "name": "Larkstride", "role": "own"},
        {"id": "nike", "name": "Nike", "role": "competitor"},
        {"id": "ombre", "name": "Ombrevale", "role": "control"},
    ],
    "prompts": [{"id": "best", "text": "What are the best running shoes?"}],
    "engines": [{"id": "small", "family": "local"}],
}


def broken(*, engines: list[dict] | None = None, **prompt) -> list[str]:
    """Return the findings of the monitor after its prompt got these fields."""
    data = copy.deepcopy(MONITOR)
    data["prompts"][0] |= prompt
    data["engines"] += engines or []
    try:
        Monitor.model_validate(data)
    except ValidationError as error:
        return error.errors()[0]["msg"].removeprefix("Value error, ").splitlines()
    return []


def family(**prompt) -> Prompt:
    return Prompt.model_validate({"id": "best", "text": "What are the best shoes?"} | prompt)


def test_a_prompt_without_variants_is_one_question_with_its_own_id():
    (question,) = family(persona="a runner", locale="en-GB", intent="comparison").questions

    assert (question.id, question.family) == ("best", "best")
    assert (question.persona, question.locale, question.intent) == ("a runner", "en-GB", "comparison")
    assert question.region == "GB"


def test_every_wording_is_asked_by_every_person_and_all_share_the_family():
    prompt = family(
        paraphrases=["Which shoes are best?", "Name the best shoes."],
        personas=["a beginner"],
        locales={"de-CH": "Welche Schuhe sind die besten?"},
    )

    asked = [(one.id, one.text[:5], one.persona, one.locale) for one in prompt.questions]

    assert asked == [
        ("best", "What ", None, "en"),
        ("best~p1", "What ", "a beginner", "en"),
        ("best~w1", "Which", None, "en"),
        ("best~w1~p1", "Which", "a beginner", "en"),
        ("best~w2", "Name ", None, "en"),
        ("best~w2~p1", "Name ", "a beginner", "en"),
        ("best~de-CH", "Welch", None, "de-CH"),
        ("best~de-CH~p1", "Welch", "a beginner", "de-CH"),
    ]
    assert {one.family for one in prompt.questions} == {"best"}


def test_appending_a_variant_changes_no_question_that_was_there():
    before = family(paraphrases=["Which shoes?"], personas=["a beginner"]).questions
    after = family(
        paraphrases=["Which shoes?", "Name shoes."],
        personas=["a beginner", "a nurse"],
        locales={"de": "Was?"},
    ).questions

    assert set(before) < set(after)
    assert len({one.id for one in after}) == len(after) == 12


def test_a_prompt_with_variants_keeps_the_version_that_it_had_without():
    bare, whole = family(), family(paraphrases=["Which shoes?"], personas=["a beginner"])

    assert whole.version == bare.version == whole.questions[0].version
    assert len({one.version for one in whole.questions}) == 4


def test_a_monitor_asks_the_questions_of_all_its_prompts_in_file_order():
    prompts = [
        MONITOR["prompts"][0] | {"paraphrases": ["Which shoes?"]},
        {"id": "new", "text": "Any new shoes?"},
    ]
    monitor = Monitor.model_validate(MONITOR | {"prompts": prompts})

    assert [one.id for one in monitor.questions] == ["best", "best~w1", "new"]


@pytest.mark.parametrize(
    ("locale", "region"),
    [("en", None), ("en-GB", "GB"), ("zh-Hant-tw", "TW"), ("zh-Hant", None), ("es-419", None)],
)
def test_the_region_of_a_locale(locale, region):
    assert region_of(locale) == region


def test_a_variant_that_names_a_brand_makes_the_prompt_branded():
    message = "names Nike: set branded: true, or list the phrase in exclusions of that brand"
    assert broken(paraphrases=["Which shoes?", "Is Nike best?"]) == [f"prompts.0.paraphrases.1: {message}"]
    assert broken(personas=["a fan of Nike"]) == [f"prompts.0.personas.0: {message}"]
    assert broken(locales={"de": "Ist Nike gut?"}) == [f"prompts.0.locales.de: {message}"]


def test_every_wording_of_a_branded_prompt_names_a_brand():
    branded = {"text": "Are Nike shoes good?", "branded": True}
    assert broken(**branded, paraphrases=["How good are Nike shoes?"]) == []
    assert broken(**branded, paraphrases=["Are these shoes good?"]) == [
        "prompts.0.paraphrases.0: names no tracked brand, but its prompt is branded: make it a prompt of its own"
    ]


def test_a_branded_prompt_may_name_the_brand_in_the_persona_of_everybody_who_asks():
    asked = {"branded": True, "persona": "a fan of Nike"}
    assert broken(**asked) == []
    assert broken(**asked, paraphrases=["Which shoes?"]) == []


def test_the_control_appears_in_no_variant():
    assert broken(personas=["a fan of Ombrevale"]) == [
        "prompts.0.personas.0: names the control brand, which must appear nowhere"
    ]


def test_a_wording_that_stands_twice_is_refused():
    again = "the same question as prompt 'best'; more draws come from repeats of the engine"
    assert broken(paraphrases=["what are the  best running shoes?"]) == [f"prompts.0.paraphrases.0: {again}"]
    assert broken(personas=["a nurse", "a nurse"]) == [f"prompts.0.personas.1: {again}"]
    assert broken(locales={"en": "What are the best running shoes?"}) == [f"prompts.0.locales.en: {again}"]
    assert broken(locales={"en-GB": "What are the best running shoes?"}) == []


def test_a_family_that_multiplies_beyond_the_limit_is_refused():
    assert MAX_QUESTIONS == 50
    wordings = [f"Which shoes number {number}?" for number in range(16)]
    assert broken(paraphrases=wordings, personas=["a nurse"]) == []
    assert broken(paraphrases=wordings, personas=["a nurse", "a runner"]) == [
        "prompts.0.id: stands for 51 questions (17 wordings, each asked by 3 people); at most 50 are allowed"
    ]


def test_imported_answers_find_a_paraphrase_but_no_persona():
    captured = [{"id": "chat", "family": "import", "model": "ChatGPT"}]
    assert broken(engines=captured, paraphrases=["Which shoes are best?"]) == []
    assert broken(engines=captured, paraphrases=["What are the best running-shoes"]) == [
        "prompts.0.paraphrases.0: imported answers cannot tell it from prompt 'best': both hold the same words"
    ]
    assert broken(engines=captured, personas=["a nurse"]) == [
        (
            "prompts.0.personas: imported answers do not say who asked: keep one persona, or write prompts of "
            "their own"
        )
    ]
