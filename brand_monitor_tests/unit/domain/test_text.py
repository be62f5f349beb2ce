"""What of a text is prose and where its sentences are, in the untidy Markdown of real answers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.text.prose import (
    MAX_SENTENCE,
    code_spans,
    hidden_spans,
    iter_sentences,
    sentences_at,
)


def prose(text):
    hidden = hidden_spans(text)
    return "".join(c for at, c in enumerate(text) if not hidden.touches(at, at + 1))


def split(text):
    return [text[span.start : span.end] for span in iter_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Use `nike.get()` here", "Use  here"),
        ("Use ``a ` b`` here", "Use  here"),
        ("A lone ` stays\n\nand so does ` this", "A lone ` stays\n\nand so does ` this"),
        ("Before\n```python\nnike = 1\n```\nAfter", "Before\n\nAfter"),
        ("Before\n~~~\nnike\n~~~\nAfter", "Before\n\nAfter"),
        ("Cut off\n```json\n{nike", "Cut off\n"),
        ("```markdown\n# Nike\n```", "```markdown\n# Nike\n```"),
        ('A <b>Nike</b> <a href="adidas">shoe</a><br/> <!-- hoka -->', "A Nike shoe "),
        ("<<Codenames>> and a <Nike> and 3 < 4", "<<Codenames>> and a <Nike> and 3 < 4"),
        ("[Nike](https://adidas.example) at https://hoka.example", "[Nike at "),
        ("Light \ue200cite\ue202turn0search1\ue201 shoe", "Light  shoe"),
    ],
)
def test_code_tags_and_targets_are_no_prose(text, expected):
    assert prose(text) == expected


def test_code_alone_can_be_asked_for():
    text = "`a` https://b.example"
    assert code_spans(text).touches(0, 3)
    assert not code_spans(text).touches(4, 20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nike is light. Hoka is soft! Is it? Yes.", ["Nike is light.", "Hoka is soft!", "Is it?", "Yes."]),
        ("Dr. Martens vs. Nike, e.g. in the U.S. market. Next.", ["Dr. Martens vs. Nike, e.g. in the U.S. market.", "Next."]),
        ("It costs 4.5 stars and runs on Node.js fine.", ["It costs 4.5 stars and runs on Node.js fine."]),
        ("A grinder.Breville is next.Cafe quality.", ["A grinder.", "Breville is next.", "Cafe quality."]),
        ('He said "Go." Then left.', ['He said "Go."', "Then left."]),
        ("# Best shoes\n\n1. **Nike** - light\n2. Hoka\n* soft\n> quoted", ["Best shoes", "**Nike** - light", "Hoka", "soft", "quoted"]),
        ("### 2. **Gaggia**\n\n---\n\n| a | b |", ["**Gaggia**", "a | b |"]),
        ("軽い靴です。とても良い\uff01はい", ["軽い靴です。", "とても良い\uff01", "はい"]),
        ("Wait... what? Sure", ["Wait... what?", "Sure"]),
        ("", []),
        ("  \n\t\n ***", []),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    assert split(text) == expected


def test_a_sentence_goes_on_in_the_next_line_only_where_the_text_was_wrapped():
    wrapped = "The sources that were searched for this question do not say\nanything about Larkstride at all."
    assert split(wrapped) == [wrapped]
    listed = "Nike\nAdidas\nPuma"
    assert split(listed) == ["Nike", "Adidas", "Puma"]
    item = "- The sources that were searched for this question do not say anything\n- Nike"
    assert len(split(item)) == 2


def test_a_text_without_punctuation_is_cut_at_spaces():
    text = "word " * 2_000
    assert all(len(sentence) <= MAX_SENTENCE for sentence in split(text))
    assert {word for sentence in split(text) for word in sentence.split()} == {"word"}
    assert len(split("x" * 5_000)) == 5_000 / MAX_SENTENCE


MARKDOWN = st.lists(
    st.sampled_from(
        [
            "Nike is. ",
            "hoka\n",
            "# ",
            "\n\n",
            "- ",
            "1. ",
            "| a ",
            "e.g. ",
            "`",
            "```\n",
            "“x.” ",
            "!",
            "  ",
            "。",
        ]
    ),
    max_size=40,
).map("".join)


@given(st.one_of(st.text(), MARKDOWN))
def test_sentences_never_overlap_and_hold_every_word(text):
    spans = list(iter_sentences(text))
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(0 < span.end - span.start <= MAX_SENTENCE for span in spans)
    inside = {at for span in spans for at in range(*span)}
    assert all(at in inside for at, c in enumerate(text) if c.isalpha())


@given(st.one_of(st.text(), MARKDOWN))
def test_the_sentence_around_an_offset_is_the_one_that_holds_it(text):
    spans = list(iter_sentences(text))
    offsets = [span.start for span in spans]
    assert sentences_at(text, offsets) == spans
