"""Engines, budgets and experiments of a monitor file: what is asked, and which settings are refused."""

import copy

import pytest
from pydantic import ValidationError

from brand_monitor.monitor.models import Budget, EngineSpec, Experiment, Monitor

MONITOR = {
    "id": "shoes",
    "market": "Running shoes",
    "brands": [
        {"id": "lark", "name": "Larkstride", "role": "own"},
        {"id": "ombre", "name": "Ombrevale", "role": "control"},
    ],
    "prompts": [{"id": "best", "text": "What are the best running shoes?"}],
    "sites": [{"id": "reviews", "pages": ["http://reviews.example/"]}],
    "engines": [
        {"id": "small", "family": "local"},
        {"id": "searching", "family": "openai", "model": "gpt-6-luna", "web": True},
        {"id": "chat", "family": "import", "model": "ChatGPT"},
    ],
}


def broken(**changes) -> list[str]:
    """Return the findings of the monitor after some of its lists were replaced."""
    try:
        Monitor.model_validate(copy.deepcopy(MONITOR) | changes)
    except ValidationError as error:
        return error.errors()[0]["msg"].removeprefix("Value error, ").splitlines()
    return []


def spec(family: str = "openai", **fields) -> EngineSpec:
    return EngineSpec.model_validate({"id": "one", "family": family, "model": "gpt-6-luna"} | fields)


def engine(family: str, **fields) -> list[str]:
    """Return the findings of a monitor with this engine alone."""
    return broken(engines=[{"id": "one", "family": family, **fields}])


def test_what_is_left_out_depends_on_who_answers():
    small, hosted = EngineSpec(id="small", family="local"), spec()

    assert (small.asked_temperature, small.asked_max_tokens, small.hosted) == (0.7, 160, False)
    assert (hosted.asked_temperature, hosted.asked_max_tokens, hosted.hosted) == (None, 4_000, True)


def test_what_is_set_is_asked_for():
    assert (spec(temperature=0).asked_temperature, spec(max_tokens=9).asked_max_tokens) == (0, 9)
    assert EngineSpec(id="small", family="local", temperature=0, repeats=1).asked_temperature == 0


@pytest.mark.parametrize(
    ("model", "answerer", "hosted"),
    [
        ("SmolLM2-135M-Instruct", ("local", "SmolLM2-135M-Instruct"), False),
        ("openai/gpt-6-luna", ("openai", "gpt-6-luna"), True),
        ("litellm/groq/llama-4", ("litellm", "groq/llama-4"), True),
        ("local/x", ("local", "local/x"), False),
        ("openai/", ("local", "openai/"), False),
    ],
)
def test_a_grounded_engine_may_put_its_pages_before_a_hosted_model(model, answerer, hosted):
    grounded = spec("grounded", model=model)
    assert (grounded.answerer, grounded.hosted) == (answerer, hosted)


def test_the_country_of_the_asker_is_that_of_the_engine_or_else_of_the_locale_and_only_told_to_a_search():
    assert spec(web=True).asked_country("de-CH") == "CH"
    assert spec(web=True, country="AT").asked_country("de-CH") == "AT"
    assert spec(web=True).asked_country("de") is None
    assert spec().asked_country("de-CH") is None


def test_the_same_model_with_and_without_web_search_is_two_engines():
    pair = [{"id": "a", "family": "openai", "model": "m"}, {"id": "b", "family": "openai", "model": "m"}]
    same = ["engines.1.id: asks the same as engine 'a'; more draws come from its repeats"]
    assert broken(engines=pair) == same
    for field, value in {
        "web": True,
        "system": "Be brief.",
        "effort": "low",
        "temperature": 1,
        "max_tokens": 9,
    }.items():
        assert broken(engines=[pair[0], pair[1] | {field: value}]) == [], field
    for field, value in {
        "concurrency": 9,
        "requests_per_minute": 9,
        "canaries": True,
        "max_tokens": 4_000,
    }.items():
        assert broken(engines=[pair[0], pair[1] | {field: value}]) == same, field


@pytest.mark.parametrize("family", ["openai", "anthropic", "gemini", "perplexity", "litellm"])
def test_a_hosted_engine_names_its_model(family):
    assert engine(family) == [
        f"engines.0.family: an engine of family {family} needs model: the name of the one to ask"
    ]
    assert engine(family, model="m", effort="low", system="Be brief.", concurrency=9, canaries=True) == []


@pytest.mark.parametrize(
    ("family", "field", "value"),
    [
        ("local", "web", True),
        ("local", "requests_per_minute", 9),
        ("local", "canaries", True),
        ("local", "cache", True),
        ("grounded", "web", True),
        ("grounded", "country", "CH"),
        ("grounded", "canaries", True),
        ("import", "system", "Be brief."),
        ("openai", "top_k", 4),
        ("openai", "base_url", "http://127.0.0.1:1"),
        ("openai", "import_mapping", {}),
        ("anthropic", "search_context", "low"),
        ("gemini", "api_key_variable", "MY_KEY"),
        ("litellm", "web", True),
    ],
)
def test_a_field_that_a_family_ignores_is_refused(family, field, value):
    model = {} if family in {"local", "grounded"} else {"model": "m"}
    assert engine(family, **model, **{field: value}) == [
        f"engines.0.{field}: means nothing for an engine of family {family}"
    ]


def test_a_grounded_engine_takes_the_settings_of_the_model_that_it_asks():
    assert engine("grounded", concurrency=2) == [
        "engines.0.concurrency: means nothing for the embedded model"
    ]
    assert engine("grounded", model="openai/m", concurrency=2, effort="low") == []
    server = {"base_url": "http://127.0.0.1:8000/v1", "api_key_variable": "MY_KEY"}
    assert engine("grounded", model="litellm/openai/m", **server) == []
    assert engine("grounded", model="openai/m", base_url="http://127.0.0.1:8000/v1") == [
        "engines.0.base_url: means nothing for a model of openai"
    ]
    assert engine("grounded", model="opnai/m") == [
        (
            "engines.0.model: before the first / stands who serves the model: openai, anthropic, gemini, "
            "perplexity or litellm (got 'opnai/m')"
        )
    ]


def test_settings_of_a_search_need_the_search():
    assert engine("openai", model="m", country="CH", search_context="low") == [
        "engines.0.country: means nothing without web: true",
        "engines.0.search_context: means nothing without web: true",
    ]
    assert engine("openai", model="m", country="CH", search_context="low", web=True) == []


def test_repeats_at_temperature_0_are_no_independent_draws_for_a_hosted_model_either():
    assert engine("gemini", model="m", temperature=0, repeats=2) == [
        "engines.0.temperature: 0 gives the same answer every time: set repeats: 1, or a temperature above 0"
    ]


def test_only_an_answer_that_stays_the_same_may_be_taken_again():
    assert engine("gemini", model="m", cache=True) == [
        "engines.0.cache: only an answer that is the same every time may be taken again: set temperature: 0"
    ]
    assert engine("gemini", model="m", cache=True, temperature=0, repeats=1) == []


def test_the_embedded_model_writes_no_more_than_it_can():
    assert engine("local", max_tokens=9_000) == [
        "engines.0.max_tokens: must be at most 8,192 for the embedded model"
    ]
    assert engine("openai", model="m", max_tokens=9_000) == []


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://x.example", "http://me:secret@x.example/"])
def test_a_server_has_an_absolute_address_without_a_password(url):
    assert engine("litellm", model="m", base_url=url) == [
        "engines.0.base_url: must be an absolute http or https URL without user and password"
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"requests_per_minute": 0},
        {"tokens_per_minute": 0},
        {"concurrency": 0},
        {"country": "ch"},
        {"search_context": "huge"},
        {"api_key_variable": "sk-live-123"},
        {"budget_usd": 1},
    ],
)
def test_values_that_no_engine_can_use_are_refused(fields):
    with pytest.raises(ValidationError):
        spec(**fields)


def test_a_monitor_without_a_budget_has_no_limit():
    assert Monitor.model_validate(MONITOR).budget == Budget(day_usd=None, month_usd=None)
    assert Monitor.model_validate(MONITOR | {"budget": {"day_usd": 0}}).budget.day_usd == 0


def test_a_day_cannot_cost_more_than_its_month():
    with pytest.raises(ValidationError, match="day_usd is above month_usd"):
        Budget(day_usd=2, month_usd=1)
    assert Budget(day_usd=1, month_usd=1).month_usd == 1


def experiment(**fields) -> list[str]:
    """Return the findings of the monitor with one experiment."""
    return broken(experiments=[{"id": "why", "engines": ["small"]} | fields])


def test_an_experiment_leaves_every_page_out_once_unless_told_otherwise():
    assert experiment() == []
    told = Experiment(id="why", engines=["small"])
    assert (told.documents, told.replicates, told.leave_one_out) == (4, 3, True)
    assert (told.masks, told.permutations, told.seed, told.prompts) == (0, 0, 0, [])


def test_an_experiment_names_prompts_and_engines_that_exist_once():
    assert experiment(prompts=["best", "bset"], engines=["small", "smal", "small"]) == [
        "experiments.0.prompts.1: no prompt 'bset' in this monitor (known: best)",
        "experiments.0.engines.1: no engine 'smal' in this monitor (known: small, searching, chat)",
        "experiments.0.engines.2: named twice: 'small'",
    ]


def test_the_pages_of_an_experiment_must_be_known_to_be_all_that_there_was():
    assert experiment(engines=["searching"]) == [
        "experiments.0.engines.0: 'searching' searches the web, so its pages cannot be kept the same"
    ]
    assert experiment(engines=["chat"]) == [
        "experiments.0.engines.0: 'chat' is asked by somebody else, so it cannot be shown chosen pages"
    ]


def test_an_experiment_that_changes_nothing_is_refused():
    assert experiment(leave_one_out=False) == [
        "experiments.0.leave_one_out: changes nothing: set leave_one_out: true, masks or permutations"
    ]
    assert experiment(leave_one_out=False, masks=8) == []


def test_an_experiment_needs_pages_and_something_to_ask():
    assert broken(sites=[], experiments=[{"id": "why", "engines": ["small"]}]) == [
        "experiments.0: an experiment needs pages, but there are no sites"
    ]
    branded = [{"id": "lark", "text": "Is Larkstride good?", "branded": True}]
    assert broken(prompts=branded, experiments=[{"id": "why", "engines": ["small"]}]) == [
        "experiments.0: names no prompts, and every prompt is branded: list the prompts to ask"
    ]
    assert (
        broken(prompts=branded, experiments=[{"id": "why", "engines": ["small"], "prompts": ["lark"]}]) == []
    )


def test_two_experiments_have_two_ids():
    assert broken(experiments=[{"id": "why", "engines": ["small"]}] * 2) == [
        "experiments.1.id: id 'why' is used twice"
    ]
