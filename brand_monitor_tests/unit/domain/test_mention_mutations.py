"""Real answers, changed in ways that a reader does not notice, name the same brands as often.

The answers lie beside the repository (``../shared/data``), never in it; without them only the texts written
here are changed.
"""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from brand_monitor.domain.mentions import BrandNames, MentionMatcher
from brand_monitor.domain.mentions.terms import tier_of

SHARED = Path(__file__).parents[4] / "shared" / "data"
OWN = [
    "Here are three. 1. **Breville Bambino Plus** \u2013 De'Longhi's rival. 2. **L'Or\u00e9al** (H&M sells it) 3. Nike",
    "For 24\u2033 screens, take a Dell, not a T-fal pan. The Nike-branded \u201cAudio-Technica\u201d deck plays 33\u2153 rpm.",
    "| # | Brand |\n|---|---|\n| 1 | Strau\u00df |\n| 2 | \u5c0f\u7c73 |\n| 3 | \uc0bc\uc131 |\n\nSee [Nike](https://nike.com/Adidas) and `Nike`.",
    "\u5c0f\u7c73\u624b\u673a\u548c\u30ca\u30a4\u30ad\u306e\u9774\u3002\uc0bc\uc131\uc740 \uc88b\ub2e4. \u0e23\u0e2d\u0e07\u0e40\u0e17\u0e49\u0e32Nike\u0e14\u0e35 \u200fNike\u200e, \u0130stikbal and istikbal.",
]  # fmt: skip
OWN_NAMES = [
    "Breville", "De'Longhi", "L'Or\u00e9al", "H&M", "Nike", "Dell", "T-fal", "Audio-Technica", "Strau\u00df",
    "\u5c0f\u7c73", "\uc0bc\uc131", "\u30ca\u30a4\u30ad", "Istikbal",
]  # fmt: skip
FULL_WIDTH = {code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))}

CHANGES = {
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "hard spaces": lambda text: text.replace(" ", "\u00a0"),
    "narrow hard spaces": lambda text: text.replace(" ", "\u202f"),
    "curly apostrophes": lambda text: text.replace("'", "\u2019"),
    "primes": lambda text: text.replace("\u2019", "'").replace("'", "\u2032"),
    "hard hyphens": lambda text: re.sub(r"(?<=\w)-(?=\w)", "\u2011", text),
    "soft hyphens": lambda text: re.sub(r"(?<=[a-z]{3})(?=[a-z]{3})", "\u00ad", text),
    "zero width spaces": lambda text: re.sub(r"(?<=[a-z])(?=[a-z])", "\u200b", text),
    "joiners": lambda text: re.sub(r"(?<=[a-z])(?=[a-z])", "\u2060", text),
    "direction marks": lambda text: re.sub(r"\b([A-Z])", "\u200e\\1", text),
    "byte order mark": lambda text: "\ufeff" + text,
    "full width": lambda text: text if "://" in text or "](" in text else text.translate(FULL_WIDTH),
    "two spaces": lambda text: re.sub(r"(?<=\w) (?=\w)", "  ", text),
}  # fmt: skip


def real_answers():
    """Return the answers that lie beside the repository, and the brands that their labels name."""
    file = SHARED / "ai-product-bench-dev" / "responses.jsonl"
    if not file.exists():
        pytest.skip(f"no real answers: {file} is absent")
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    names = {product["brand"] for row in rows for product in row["products_mentioned"] if product["brand"]}
    return [row["response"] for row in rows], sorted(names)


def counts(matcher, texts):
    return [Counter(mention.brand_id for mention in found) for found in matcher.find_many(texts)]


def matcher_of(names):
    return MentionMatcher([BrandNames(name, (name,)) for name in names])


@pytest.fixture(scope="module")
def real():
    texts, names = real_answers()
    matcher = matcher_of(names)
    return matcher, texts, counts(matcher, texts)


@pytest.mark.parametrize("change", CHANGES)
def test_own_texts_name_the_same_brands_after_a_change(change):
    matcher = matcher_of(OWN_NAMES)
    assert counts(matcher, list(map(CHANGES[change], OWN))) == counts(matcher, OWN)


def test_own_texts_name_all_their_brands():
    named = Counter()
    for found in counts(matcher_of(OWN_NAMES), OWN):
        named += found
    assert set(named) == set(OWN_NAMES)
    assert named["Istikbal"] == 2
    assert named["Nike"] == 5


@pytest.mark.parametrize("change", CHANGES)
def test_real_answers_name_the_same_brands_after_a_change(real, change):
    matcher, texts, before = real
    after = counts(matcher, list(map(CHANGES[change], texts)))
    assert [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new] == []


@pytest.mark.parametrize(
    "form",
    ["**{}**", "*{}*", "__{}__", "[{}](https://x.example/a)", "{}'s", "{}\u2019s", "\u201c{}\u201d", "({})"],
)
def test_real_answers_name_the_same_brands_with_every_mention_in_another_form(form):
    texts, names = real_answers()
    # A name that is a word ("Apple", "Max") needs evidence from what stands around it, which a form changes.
    matcher = matcher_of([name for name in names if tier_of(name) == "distinctive"])
    before = counts(matcher, texts)
    changed = [
        _with_mentions_as(form, text, found)
        for text, found in zip(texts, matcher.find_many(texts), strict=True)
    ]
    after = counts(matcher, changed)
    lost = [before[at] - after[at] for at in range(len(texts)) if before[at] - after[at]]
    assert lost == []


def _with_mentions_as(form, text, mentions):
    """Return a text with each mention that stands free between spaces in another form."""
    for one in reversed(mentions):
        if text[one.start - 1 : one.start] == " " and text[one.end : one.end + 1] == " ":
            text = text[: one.start] + form.format(one.surface) + text[one.end :]
    return text


@pytest.mark.parametrize("change", CHANGES)
def test_offsets_are_those_of_the_changed_text(change):
    matcher = matcher_of(OWN_NAMES)
    for text in map(CHANGES[change], OWN):
        for mention in matcher.find(text):
            assert text[mention.start : mention.end] == mention.surface


@pytest.mark.parametrize(
    "written",
    [
        'Air 13" (M4)',
        "Air 13\u2033 (M4)",
        "Air\u00a013\u2033\u00a0(M4)",
        "Air 13\u201d (M4)",
        "**Air 13\u2033 (M4)**",
    ],
)
@pytest.mark.parametrize(
    "names", [('Air 13" (M4)',), ("Air 13\u2033 (M4)",), ('Air 13" (M4)', "Air 13\u2033 (M4)")]
)
def test_inches_are_inches_however_they_are_typed(written, names):
    matcher = MentionMatcher([BrandNames("air", names)])
    assert [mention.brand_id for mention in matcher.find(f"The new {written} is light.")] == ["air"]


def test_a_name_with_two_punctuations_is_found_with_each():
    matcher = MentionMatcher([BrandNames("ab", ("Alpha: Beta", "Alpha; Beta"))])
    assert len(matcher.find("Alpha: Beta and Alpha; Beta, not Alpha? Beta.")) == 2


@pytest.mark.parametrize("text", ["BEST FAT TIRE E-BIKEVelotric now", "FOR ANY SUVVelotric, cheap"])
def test_a_heading_in_capitals_may_have_lost_its_space(text):
    assert [mention.surface for mention in matcher_of(["Velotric"]).find(text)] == ["Velotric"]
