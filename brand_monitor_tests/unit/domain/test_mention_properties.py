"""What must hold for any text: offsets, boundaries, formatting that changes nothing, no slow inputs."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.mentions import BrandNames, MentionMatcher
from brand_monitor.domain.mentions.folding import fold, fold_name, same_words, words_of
from brand_monitor.domain.mentions.kind_rules import RULES

NAMES = [
    "Nike",
    "adidas",
    "New Balance",
    "L'Oréal",
    "Strauß",
    "De'Longhi",
    "H&M",
    "삼성",
    "小米",
    "ナイキ",
    "Лада",
    "Disney+",
]
MATCHER = MentionMatcher([BrandNames(name, (name,)) for name in NAMES])
FILLER = ["the", "shoe", "is", "light", "and", "soft", "for", "runners", "price", "wide"]

PIECES = st.sampled_from(
    [*NAMES, "nike", "NIKE", "'s", "\u2019s", "\u200b", "\u0301", "\u00ad", "\ufb01", "ß", " ", "\n", "\n\n", ".", ",", "-", "**", "`", "[", "](",
     ")", "https://nike.com/", "x", "1. ", "- ", "|", "<b>", "&amp;", "not ", "avoid ", "recommend "]
)  # fmt: skip
ANY_TEXT = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))


@given(ANY_TEXT, st.none() | ANY_TEXT)
def test_any_text_is_read_and_every_offset_shows_the_name(text, question):
    end = 0
    for mention in MATCHER.find(text, question):
        assert text[mention.start : mention.end] == mention.surface
        assert fold_name(mention.brand_id).replace(b" ", b"") in fold_name(mention.surface).replace(b" ", b"")
        assert mention.start >= end
        end = mention.end
        assert mention.sentence_start <= mention.start
        assert mention.surface in mention.sentence
        assert text[mention.sentence_start :].startswith(mention.sentence)
        assert 0 <= mention.prominence <= 1


@given(
    st.text("abcdefghijklmnopqrstuvwxyzäßé"),
    st.sampled_from(["nike", "adidas", "strauß"]),
    st.text("abcdexyzäé", min_size=1),
)
def test_no_brand_is_found_inside_a_word(before, name, after):
    if after not in {"s", "es"} and f"{before}{name}{after}" not in NAMES:
        assert MATCHER.find(f"{before or 'x'}{name}{after}") == []


@st.composite
def sentences_with_brands(draw):
    """Return a sentence of everyday words and distinctive names, and the names in order."""
    names = draw(st.lists(st.sampled_from(["Nike", "adidas", "L'Oréal", "De'Longhi", "Strauß"]), max_size=5))
    words = []
    for name in names:
        words += [*draw(st.lists(st.sampled_from(FILLER), min_size=1, max_size=4)), name]
    return " ".join([*words, "end."]), names


@given(sentences_with_brands())
def test_every_brand_between_words_is_found_in_order(drawn):
    text, names = drawn
    assert [mention.brand_id for mention in MATCHER.find(text)] == names


FORMATS = {
    "capitals": str.upper,
    "small letters": str.lower,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "compatibility": lambda text: unicodedata.normalize("NFKC", text),
    "curly quotes": lambda text: text.replace("'", "\u2019"),
    "hard spaces": lambda text: text.replace(" ", "\u00a0"),
    "zero width": "\u200b".join,
    "soft hyphens": lambda text: text.replace("i", "i\u00ad"),
    "bold": lambda text: " ".join(f"**{word}**" for word in text.split(" ")),
    "italics": lambda text: f"_{text}_",
    "quote": lambda text: f"> {text}",
    "table": lambda text: f"| {text} | x |",
    "line breaks": lambda text: text.replace(" ", "\n"),
}


@pytest.mark.parametrize("change", FORMATS)
@given(drawn=sentences_with_brands())
def test_typography_and_markdown_change_no_count(change, drawn):
    text, names = drawn
    assert [mention.brand_id for mention in MATCHER.find(FORMATS[change](text))] == names


@given(st.lists(ANY_TEXT, max_size=5))
def test_texts_do_not_see_each_other(texts):
    assert MATCHER.find_many(texts) == [MATCHER.find(text) for text in texts]


@given(ANY_TEXT, sentences_with_brands())
def test_a_paragraph_more_takes_no_mention_away(text, drawn):
    if "`" in text or "~" in text:  # an open code fence takes in what follows, and should
        return
    added, names = drawn
    mentions = MATCHER.find(f"{text}\n\n{added}")
    assert [m.brand_id for m in mentions if m.start >= len(text) + 2] == names


@given(ANY_TEXT)
def test_folding_keeps_a_way_back_to_the_text(text):
    folded = fold(text)
    assert len(folded.index) == len(folded.codes)
    assert all(0 <= at < len(text) for at in folded.index)
    assert list(folded.index) == sorted(folded.index)


@given(st.sampled_from(NAMES), st.sampled_from([str.upper, str.lower, str.title, str.casefold, str.swapcase]))
def test_a_name_is_itself_in_any_case(name, change):
    assert same_words(change(name), name)


def test_a_text_may_drop_accents_but_not_add_them():
    assert same_words("Nescafe", "Nescafé")
    assert not same_words("Üb\u00e9r", "Uber")
    assert words_of("Nike\u00b2 H&M caf\u00e9\u2122") == ("nike", "h", "m", "café")


HOSTILE = [
    "Nike ", "Nike", "-Nike", "小米", "[", "](", "[Nike](", '](a "', "`", "`` ` ", "```\n", "<a ", "*", "_", " ", "\t", "\n", "!",
    "a", "\u0301", "\u200b", "ß", "\uff9e", "(", "http://a", "www.", "nike.com ", "a.com/", "@", "1. ", "1. 2. 3. ", "- \n", "# a\n",
    "**a**\n", "| --", "' ", "a-", "- ", "not ", "Nike not ", "avoid the Nike ", "Nike is the ", "no information about ", "&amp;", "【1",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.timeout(60)
def test_a_text_made_to_be_slow_is_read_like_any_other(piece):
    """Quadratic work over these 40,000 characters would run into the time-out; it takes about a second at most."""
    text = piece * (40_000 // len(piece))
    MATCHER.find(f"{text} Nike", "Is Nike good?")


@pytest.mark.parametrize(
    "piece",
    ["' ", "- ", "a-", "\u00a4 ", "the \u00a4 ", "best ", "is the ", "not be ", "a, ", "avoid the \u00a4 "],
)
@pytest.mark.timeout(60)
def test_no_rule_takes_long_over_a_long_sentence(piece):
    for text in (piece * 200, piece * 100 + "\u00a7" + piece * 100, "\u00a7" + piece * 200):
        for rule in RULES:
            rule.pattern.search(text)
