"""The rules between the fields of a monitor: what each refuses, and what it leaves alone."""

import copy

import pytest
from pydantic import ValidationError

from brand_monitor.monitor.models import Brand, EngineSpec, Experiment, Monitor, Prompt, Site
from brand_monitor.monitor.rules import findings
from brand_monitor.monitor.rules.draft import Draft, draft_of

VALID = {
    "id": "shoes",
    "market": "Running shoes",
    "brands": [
        {"id": "lark", "name": "Larkstride", "role": "own", "products": ["Larkstride Dawn"]},
        {"id": "nike", "name": "Nike", "role": "competitor"},
        {"id": "ombre", "name": "Ombrevale", "role": "control"},
    ],
    "prompts": [
        {"id": "best", "text": "What are the best running shoes?"},
        {"id": "about", "text": "Are nike's shoes good?", "branded": True},
    ],
    "sites": [{"id": "reviews", "base_url": "http://trailreview.example", "pages": ["a.html"]}],
    "engines": [{"id": "small", "family": "local"}, {"id": "reader", "family": "grounded"}],
    "experiments": [],
}


def broken(**changes) -> list[str]:
    """Return the findings of the valid monitor after changes, ``brands__1__name="x"``."""
    data = copy.deepcopy(VALID)
    for address, value in changes.items():
        *path, last = [int(part) if part.isdigit() else part for part in address.split("__")]
        target = data
        for part in path:
            target = target[part]
        if isinstance(target, list):
            target.insert(last, value)
        else:
            target[last] = value
    whole = Draft(
        brands=dict(enumerate(map(Brand.model_validate, data["brands"]))),
        prompts=dict(enumerate(map(Prompt.model_validate, data["prompts"]))),
        sites=dict(enumerate(map(Site.model_validate, data["sites"]))),
        engines=dict(enumerate(map(EngineSpec.model_validate, data["engines"]))),
        experiments=dict(enumerate(map(Experiment.model_validate, data["experiments"]))),
    )
    return [str(finding) for finding in findings(whole)]


def test_the_valid_monitor_breaks_no_rule():
    assert broken() == []
    assert Monitor.model_validate(VALID).id == "shoes"


def test_a_monitor_that_breaks_rules_cannot_be_built_and_says_all_of_them():
    with pytest.raises(ValidationError) as raised:
        Monitor.model_validate(VALID | {"brands": VALID["brands"][:1], "sites": []})
    assert raised.value.errors()[0]["msg"].splitlines() == [
        "Value error, brands: one brand needs role control: an invented name, whose rate must be 0",
        "prompts.1.branded: is true, but the prompt names no tracked brand",
        "engines.1.family: grounded answers need pages, but there are no sites",
    ]


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"brands__1__id": "lark"}, "brands.1.id: id 'lark' is used twice"),
        ({"prompts__1__id": "best"}, "prompts.1.id: id 'best' is used twice"),
        ({"engines__1__id": "small"}, "engines.1.id: id 'small' is used twice"),
        (
            {"brands__2__role": "competitor"},
            "brands: one brand needs role control: an invented name, whose rate must be 0",
        ),
        (
            {
                "brands__1__role": "control",
                "prompts__1__text": "Any good shoes?",
                "prompts__1__branded": False,
            },
            "brands.2.role: a second control; exactly one brand has role control",
        ),
        (
            {"brands__0__role": "competitor"},
            "brands: no brand has role own: mark the brand that you care about",
        ),
    ],
)
def test_ids_and_roles(changes, finding):
    assert broken(**changes) == [finding]


def test_a_house_with_several_own_brands_is_allowed():
    assert broken(brands__1__role="own") == []


@pytest.mark.parametrize(
    "alias", ["Larkstride", "LARKSTRIDE", " larkstride ", "Larkstride  Dawn", "\uff2carkstride"]
)
def test_a_spelling_counts_as_one_brand_only(alias):
    (finding,) = broken(brands__1__aliases=[alias])
    assert finding.startswith("brands.1.aliases.0: 'larkstride")
    assert finding.endswith("already counts as brand 'lark'")


def test_the_same_spelling_twice_within_one_brand_is_harmless():
    assert broken(brands__1__aliases=["NIKE", "Nike"]) == []


def test_typographic_apostrophes_do_not_make_another_brand():
    assert broken(
        brands__0__aliases=["Wed'ze"], brands__1__aliases=["Wed\N{RIGHT SINGLE QUOTATION MARK}ze"]
    ) == ["brands.1.aliases.0: \"wed'ze\" already counts as brand 'lark'"]


@pytest.mark.parametrize("name", ["!!!", "+", "\N{ATHLETIC SHOE}"])
def test_a_name_without_letter_or_digit_can_be_found_in_no_text(name):
    assert broken(brands__1__aliases=[name]) == [
        "brands.1.aliases.0: holds no letter and no digit, so no text can name it"
    ]


def test_a_domain_has_one_owner():
    assert broken(brands__0__domains=["shop.example"], brands__1__domains=["Shop.Example"]) == [
        "brands.1.domains.0: domain already listed for brand 'lark'"
    ]


@pytest.mark.parametrize(
    "domain", ["https://nike.example", "nike.example/shoes", "nike", "a@nike.example", "ni ke.example"]
)
def test_a_domain_is_bare(domain):
    with pytest.raises(ValidationError, match="must be a bare domain such as"):
        Monitor.model_validate(VALID | {"brands": [VALID["brands"][0] | {"domains": [domain]}]})


def test_an_exclusion_without_the_brand_in_it_is_a_slip():
    assert broken(brands__1__exclusions=["goddess of victory"]) == [
        "brands.1.exclusions.0: contains no spelling of 'Nike', so it excludes nothing"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Are NIKE shoes good?",
        "nike or asics",
        "Nike's best?",
        "What do you think of Nike-branded shoes",
        "(Nike)",
    ],
)
def test_a_prompt_that_names_a_brand_must_say_so(text):
    assert broken(prompts__0__text=text) == [
        "prompts.0.text: names Nike: set branded: true, or list the phrase in exclusions of that brand"
    ]


def test_the_persona_counts_too_because_the_engine_is_shown_it():
    assert len(broken(prompts__0__persona="a fan of Nike")) == 1


def test_a_name_inside_another_word_names_nothing():
    assert broken(prompts__0__text="Are nikeya or unike shoes good?") == []


def test_an_excluded_phrase_does_not_name_the_brand():
    assert (
        broken(
            brands__1__exclusions=["Nike of Samothrace"], prompts__0__text="Who made the Nike of Samothrace?"
        )
        == []
    )


@pytest.mark.parametrize("branded", [True, False])
def test_whether_an_everyday_word_is_the_brand_is_left_to_the_person(branded):
    changes = {"brands__1__name": "On", "prompts__1__text": "Which shoes are good on wet rock?"}
    assert broken(**changes, prompts__1__branded=branded) == []


def test_a_name_in_a_script_without_spaces_is_found():
    assert broken(brands__1__aliases=["ナイキ"], prompts__0__text="ナイキの靴はどうですか") == [
        "prompts.0.text: names Nike: set branded: true, or list the phrase in exclusions of that brand"
    ]


def test_a_branded_prompt_must_name_a_brand():
    assert broken(prompts__0__branded=True) == [
        "prompts.0.branded: is true, but the prompt names no tracked brand"
    ]


@pytest.mark.parametrize("branded", [True, False])
def test_the_control_appears_in_no_prompt(branded):
    assert broken(prompts__0__text="Are Ombrevale or Nike good?", prompts__0__branded=branded) == [
        "prompts.0.text: names the control brand, which must appear nowhere"
    ]


def test_the_same_question_twice_is_refused_but_another_persona_or_locale_is_another_question():
    again = {"id": "again", "text": "what are the best  running shoes?"}
    assert broken(prompts__2=again) == [
        "prompts.2.text: the same question as prompt 'best'; more draws come from repeats of the engine"
    ]
    assert broken(prompts__2=again | {"persona": "a beginner"}) == []
    assert broken(prompts__2=again | {"locale": "en-GB"}) == []


def test_imported_answers_must_find_one_prompt_by_the_words_of_the_question():
    again = {"id": "again", "text": "What are the best running-shoes", "persona": "a beginner"}
    captured = {"id": "chat", "family": "import", "model": "ChatGPT"}
    assert broken(prompts__2=again) == []
    assert broken(prompts__2=again, engines__2=captured) == [
        "prompts.2.text: imported answers cannot tell it from prompt 'best': both hold the same words"
    ]


@pytest.mark.parametrize(
    ("site", "finding"),
    [
        ({"pages": ["a.html"]}, "sites.0.pages.0: 'a.html' is relative, but the site has no base_url"),
        ({"pages": ["ftp://x.example/a"]}, "sites.0.pages.0: 'ftp://x.example/a' is no http or https URL"),
        (
            {"pages": ["http://me:secret@x.example/"]},
            "sites.0.pages.0: 'http://me:secret@x.example/' is no http or https URL",
        ),
        (
            {"pages": ["a"], "base_url": "x.example"},
            "sites.0.base_url: must be an absolute http or https URL",
        ),
        (
            {"pages": ["/a", "http://x.example/a"], "base_url": "http://x.example/"},
            "sites.0.pages.1: the same page as in site 'reviews'",
        ),
    ],
)
def test_every_page_has_one_absolute_address(site, finding):
    data = VALID | {"sites": [{"id": "reviews"} | site]}
    with pytest.raises(ValidationError) as raised:
        Monitor.model_validate(data)
    assert finding in raised.value.errors()[0]["msg"]


def test_relative_pages_hang_below_the_base_url():
    site = Site(id="s", base_url="http://x.example/shop/", pages=["/a?b=c", "d.html", "https://y.example/"])
    assert site.urls == ["http://x.example/shop/a?b=c", "http://x.example/shop/d.html", "https://y.example/"]


@pytest.mark.parametrize(
    ("engine", "finding"),
    [
        (
            {"family": "import", "repeats": 3},
            "engines.0.repeats: means nothing for an engine of family import",
        ),
        (
            {"family": "import", "model": "ChatGPT", "import_mapping": {"question": "q"}, "top_k": 4},
            "engines.0.top_k: means nothing for an engine of family import",
        ),
        (
            {"family": "local", "import_mapping": {"question": "q"}},
            "engines.0.import_mapping: means nothing for an engine of family local",
        ),
        (
            {"family": "import"},
            "engines.0.family: imported answers need model: who gave them, such as ChatGPT",
        ),
        ({"family": "local", "top_k": 3}, "engines.0.top_k: means nothing for an engine of family local"),
        (
            {"family": "local", "temperature": 0},
            "engines.0.temperature: 0 gives the same answer every time: set repeats",
        ),
    ],
)
def test_a_field_that_an_engine_ignores_is_refused(engine, finding):
    with pytest.raises(ValidationError) as raised:
        Monitor.model_validate(VALID | {"engines": [{"id": "one"} | engine]})
    assert finding in raised.value.errors()[0]["msg"]


def test_one_draw_at_temperature_0_is_allowed():
    assert broken(engines__0__temperature=0, engines__0__repeats=1) == []


def test_grounded_answers_need_pages():
    assert broken(sites=[]) == ["engines.1.family: grounded answers need pages, but there are no sites"]


def test_two_engines_that_ask_the_same_are_one_engine_with_more_repeats():
    twin = {"id": "twin", "family": "local", "repeats": 9}
    assert broken(engines__2=twin) == [
        "engines.2.id: asks the same as engine 'small'; more draws come from its repeats"
    ]
    assert broken(engines__2=twin | {"temperature": 1}) == []
    captured = {"family": "import", "model": "ChatGPT"}
    assert broken(engines__2={"id": "a"} | captured, engines__3={"id": "b"} | captured) == []


def test_rules_that_count_stay_silent_about_lists_with_gaps():
    whole = draft_of(Monitor.model_validate(VALID))
    gap = Draft(
        brands={1: whole.brands[1]},
        prompts=whole.prompts,
        sites={},
        engines=whole.engines,
        incomplete=frozenset({"brands", "sites"}),
    )
    assert list(findings(gap)) == []


def test_the_version_of_a_prompt_changes_with_what_the_engine_is_shown():
    prompts = Monitor.model_validate(VALID).prompts
    one = prompts[0]
    assert one.version == one.model_copy(update={"id": "other", "intent": "comparison"}).version
    versions = {
        one.version,
        one.model_copy(update={"text": "Which shoes?"}).version,
        one.model_copy(update={"persona": "a beginner"}).version,
        one.model_copy(update={"locale": "de"}).version,
    }
    assert len(versions) == 4


@pytest.mark.parametrize("host", ["localhost", "a:b", "http://a:80", "a:80/x", "me@a:80", "a:99999"])
def test_an_allowed_private_host_names_its_port(host):
    with pytest.raises(ValidationError, match="must be host:port"):
        Monitor.model_validate(VALID | {"scraping": {"allow_private_hosts": [host]}})


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "[::1]:80", "wiki.internal:443"])
def test_a_host_with_a_port_is_allowed(host):
    monitor = Monitor.model_validate(VALID | {"scraping": {"allow_private_hosts": [host]}})
    assert monitor.scraping.allow_private_hosts == [host]
