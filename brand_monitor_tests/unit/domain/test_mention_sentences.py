"""Labelled sentences: kinds of mentions and homonyms, and what formatting must not change about them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.mentions import BrandNames, MentionMatcher
from brand_monitor.domain.mentions.confidence import FLOOR, THRESHOLD, WEIGHTS, Reading, reading
from brand_monitor.domain.mentions.kinds import COUNTED
from brand_monitor_tests.unit.domain.mention_sentences import DOUBTFUL, KIND_LETTERS, KINDS, WORDS

NAMES = [
    "Nike",
    "Hoka",
    "Brooks",
    "Larkstride",
    "REI",
    "Amazon",
    "Target",
    "Notion",
    "Asana",
    "Trello",
    "Chase",
    "Ally",
    "Dyson",
    "Shark",
    "Miele",
    "Bissell",
    "Zorvex",
    "HubSpot",
    "Salesforce",
    "Pipedrive",
    "Walmart",
    "eBay",
    "Bosch",
    "Siemens",
    "Peugeot",
    "Renault",
    "Best Buy",
]
OTHERS = [
    *["Monos", "Samsonite", "Samsung", "OnePlus", "Walmart", "Saatva"],
    *["Nike", "Costco", "Fidelity", "Jira", "Obsidian", "LinkedIn", "Chime", "Brex"],
]
MATCHER = MentionMatcher([BrandNames(name.lower(), (name,)) for name in NAMES])


def kinds(text):
    return [mention.kind for mention in MATCHER.find(text)]


@pytest.mark.parametrize(("text", "letters"), KINDS)
def test_each_labelled_sentence_speaks_of_its_brands_as_labelled(text, letters):
    assert kinds(text) == [KIND_LETTERS[letter] for letter in letters.split()]


@pytest.mark.parametrize("row", WORDS)
def test_each_labelled_word_is_a_brand_or_not_as_labelled(row):
    name, text, labels, *question = row
    matcher = MentionMatcher([BrandNames("x", (name,)), *[BrandNames(other, (other,)) for other in OTHERS]])
    sure = {m.start for m in matcher.find(text, *question) if m.brand_id == "x" and not m.is_uncertain}
    places = [match.start() for match in re.finditer(rf"\b{name}\b", text, re.IGNORECASE)]
    assert [str(int(place in sure)) for place in places] == list(labels)


# What may be changed in a text without a reader taking any brand otherwise.
UNCHANGED = {
    "hard spaces": lambda text: re.sub(r"(?<=\w) (?=\w)", "\u00a0", text),
    "curly quotes": lambda text: text.replace("'", "\u2019"),
    "straight quotes": lambda text: text.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"'),
    "bold brands": lambda text: re.sub(rf"(?<!\*)\b({'|'.join(NAMES)})\b(?![*'\u2019])", r"**\1**", text),
    "italic brands": lambda text: re.sub(rf"(?<!\*)\b({'|'.join(NAMES)})\b(?![*'\u2019])", r"_\1_", text),
    "other bullets": lambda text: re.sub(r"^- ", "* ", text, flags=re.MULTILINE),
    "a bullet": lambda text: (
        f"\u2022 {text}" if "\n" not in text and not text.startswith(("#", "|", ">", "-")) else text
    ),
    "windows lines": lambda text: text + "\n",
    "a paragraph before": lambda text: f"Here is what I know.\n\n{text}",
    "a paragraph behind": lambda text: f"{text}\n\nThat is all.",
}


@pytest.mark.parametrize("change", UNCHANGED)
def test_formatting_changes_no_kind(change):
    changed = {text: kinds(UNCHANGED[change](text)) for text, _ in KINDS}
    assert {text: found for text, found in changed.items() if found != kinds(text)} == {}


@given(st.sampled_from([text for text, _ in KINDS]), st.lists(st.sampled_from(sorted(UNCHANGED)), max_size=4))
def test_several_changes_of_formatting_change_no_kind(text, changes):
    changed = text
    for change in changes:
        changed = UNCHANGED[change](changed)
    assert kinds(changed) == kinds(text)


def test_what_a_shop_or_an_unknown_brand_gets_is_no_visibility():
    assert frozenset({"absent", "asked", "seller"}).isdisjoint(COUNTED)
    assert [m.is_counted for m in MATCHER.find("It is sold at REI. Hoka is soft.")] == [False, True]


def test_where_the_question_asks_for_shops_a_shop_is_the_answer():
    (shop,) = MATCHER.find("You can buy it at REI.", "Where can I buy running shoes?")
    assert (shop.kind, shop.reason, shop.is_counted) == ("named", "named.where_to_buy", True)


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("**Best overall:** Hoka", "hoka"),
        ("My top pick is Brooks.", "brooks"),
        ("### \U0001f947 Best Overall\n\nHoka is soft.", "hoka"),
        ("The best option is Asana.", "asana"),
        ("Hoka takes the crown this year. Brooks is second.", "hoka"),
        ("Testsieger: Brooks", "brooks"),
        ("Top 3 shoes, ranked:\n\n1. Hoka\n2. Brooks\n3. Nike", "hoka"),
    ],
)
def test_the_top_pick_is_marked(text, brand):
    assert [m.brand_id for m in MATCHER.find(text) if m.is_top_pick] == [brand]


@pytest.mark.parametrize(
    "text",
    [
        "Best for beginners: Brooks",
        "Hoka is a great choice.",
        "Some shoes:\n\n1. Hoka\n2. Brooks\n3. Nike",
        "Avoid Nike, the worst pick.",
        "Nike is not the best overall.",
    ],
)
def test_what_is_only_good_or_listed_is_no_top_pick(text):
    assert not any(m.is_top_pick for m in MATCHER.find(text))


def test_a_name_that_is_no_word_is_sure_and_needs_no_evidence():
    (mention,) = MATCHER.find("nike is light")
    assert (mention.confidence, mention.evidence, mention.is_uncertain) == (1.0, (), False)


@pytest.mark.parametrize(("name", "text"), DOUBTFUL)
def test_what_nothing_decides_is_uncertain(name, text):
    (mention,) = MentionMatcher([BrandNames("x", (name,))]).find(text)
    assert (mention.is_uncertain, mention.is_counted) == (True, False)


def test_an_uncertain_mention_is_shown_and_not_counted():
    (mention,) = MentionMatcher([BrandNames("mango", ("Mango",))]).find("Mango dresses are affordable.")
    assert FLOOR <= mention.confidence < THRESHOLD
    assert (mention.is_uncertain, mention.is_counted, mention.entity_rank) == (True, False, None)
    assert mention.evidence == ("form.first_word",)


def test_the_question_of_an_answer_speaks_for_a_brand_of_its_topic():
    matcher = MentionMatcher([BrandNames("ring", ("Ring",))])
    (mention,) = matcher.find("Ring doorbells need a plan.", "What is the best video doorbell?")
    assert mention.is_counted
    assert "context.topic_next" in mention.evidence


def test_the_market_of_a_monitor_does_the_same():
    matcher = MentionMatcher([BrandNames("ring", ("Ring",))], market="video doorbells")
    assert matcher.find("Ring doorbells need a plan.")[0].is_counted


def test_declared_senses_take_a_name_away_even_if_it_is_no_word():
    brand = BrandNames("amazon", ("Amazon",), senses=("rainforest", "river"), context=("Prime", "AWS"))
    matcher = MentionMatcher([brand])
    assert matcher.find("The Amazon rainforest is shrinking.") == []
    assert [m.confidence for m in matcher.find("Amazon ships fast.")] == [1.0]
    assert matcher.find("Amazon Prime delivers near the river.")[0].is_counted


def test_declared_context_brings_a_lower_case_name_back():
    plain, declared = (
        BrandNames("away", ("Away",)),
        BrandNames("away", ("Away",), context=("suitcase", "luggage")),
    )
    text = "i packed my away suitcase. it is light."
    assert not any(m.is_counted for m in MentionMatcher([plain]).find(text))
    assert [m.is_counted for m in MentionMatcher([declared]).find(text)] == [True]


def test_a_sure_mention_is_not_hidden_by_an_uncertain_longer_one():
    matcher = MentionMatcher([BrandNames("ring", ("Ring",)), BrandNames("amazon", ("Amazon",))])
    assert [m.brand_id for m in matcher.find("Amazon makes the Ring doorbell.")] == ["amazon", "ring"]


@given(st.sets(st.sampled_from(sorted(WEIGHTS))))
def test_a_reading_names_its_signals_with_the_weightiest_first_and_lies_between_nothing_and_all(signals):
    found = reading(signals)
    assert set(found.evidence) == signals
    weights = [abs(WEIGHTS[one]) for one in found.evidence]
    assert weights == sorted(weights, reverse=True)
    assert 0 <= found.confidence <= 1


def test_a_reading_at_the_threshold_counts():
    assert Reading(THRESHOLD, ()).is_sure
    assert not Reading(THRESHOLD - 0.001, ()).is_sure


def test_every_row_names_its_method():
    assert MATCHER.find("Nike")[0].method == "mentions@2+kinds@4+homonyms@2"
