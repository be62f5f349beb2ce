"""What of an answer speaks of whom: named sentences, items, labels, and sentences that go on; and aspects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.sentiment.aspects import narrowed
from brand_monitor.domain.sentiment.grading import Target
from brand_monitor.domain.sentiment.lexicon import LexiconGrader
from brand_monitor.domain.sentiment.passages import Named, passages, target_at
from brand_monitor.domain.text.links import Span

ITEMS = """Here are two:

### 1. **Acme Runner**

* Price: $90
* Pros: light, comfortable
* Cons: wears fast

### 2. **Larkstride One**

- **Pros:**
  - sturdy
- **Cons:**
  - heavy

---

Good luck with your choice."""


def mentions(text: str, *brands: str) -> list[Named]:
    found = [
        Named(brand.lower(), Span(at, at + len(brand))) for brand in brands for at in _places(text, brand)
    ]
    return sorted(found, key=lambda one: one.span)


def _places(text: str, word: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(word, at)]


def said_of(text: str, *brands: str) -> dict[str, list[tuple[str, int]]]:
    return {
        brand: [(text[slice(*one.span)], one.leaning) for one in found]
        for brand, found in passages(text, mentions(text, *brands)).items()
    }


def test_the_body_of_an_item_speaks_of_the_brand_in_its_head() -> None:
    said = said_of(ITEMS, "Acme", "Larkstride")
    assert ("Pros: light, comfortable", 1) in said["acme"]
    assert ("Cons: wears fast", -1) in said["acme"]
    assert ("sturdy", 1) in said["larkstride"]
    assert ("heavy", -1) in said["larkstride"]


def test_a_mention_alone_is_judged_in_its_sentence() -> None:
    text = "Larkstride is awful. Acme is superb. Rain is bad."
    one = target_at(text, 21, 25)
    assert [text[slice(*part.span)] for part in one.passages] == ["Acme is superb."]
    assert LexiconGrader().grade([one])[0].label == "positive"


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (0, 99)])
def test_offsets_outside_the_text_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="is no part of a text"):
        target_at("Acme", start, end)


@given(st.text(min_size=1, max_size=80), st.data())
def test_any_mention_of_any_text_is_a_target(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    one = target_at(text, start, end)
    assert one.name == text[start:end]
    assert one.passages[0].span.start <= start < end <= one.passages[0].span.end


@given(
    st.lists(
        st.sampled_from(
            ["# Acme", "- Acme", "* Cons:", "It is", "\n\n", "1. Larkstride", "---", "**Pros**", "x"]
        )
    )
)
def test_passages_of_any_markdown_lie_in_order_and_none_names_another(parts: list[str]) -> None:
    text = "\n".join(parts)
    for brand, found in passages(text, mentions(text, "Acme", "Larkstride")).items():
        spans = [one.span for one in found]
        assert spans == sorted(spans)
        other = "Larkstride" if brand == "acme" else "Acme"
        assert all(other not in text[slice(*one.span)] for one in found if not one.named)


def test_nothing_crosses_into_the_next_item_or_out_of_the_list() -> None:
    said = said_of(ITEMS, "Acme", "Larkstride")
    assert not {"sturdy", "heavy"} & {text for text, _ in said["acme"]}
    assert all("Good luck" not in text for texts in said.values() for text, _ in texts)


def test_an_item_of_an_untracked_brand_ends_the_one_before() -> None:
    said = said_of(ITEMS, "Acme")
    assert all(text not in {"sturdy", "heavy"} for text, _ in said["acme"])


def test_a_sentence_that_goes_on_with_it_belongs_to_the_brand_before() -> None:
    text = "Acme makes shoes. It is superb. Buyers want comfort. Larkstride makes boots. They are awful."
    said = said_of(text, "Acme", "Larkstride")
    assert [one for one, _ in said["acme"]] == ["Acme makes shoes.", "It is superb.", "Buyers want comfort."]
    assert [one for one, _ in said["larkstride"]] == ["Larkstride makes boots.", "They are awful."]


def test_it_after_a_sentence_of_two_brands_is_nobody() -> None:
    said = said_of("Acme and Larkstride make shoes. It is superb.", "Acme", "Larkstride")
    assert all(one != "It is superb." for found in said.values() for one, _ in found)


def test_a_con_of_one_brand_that_names_another_is_no_con_of_the_other() -> None:
    text = "### Acme\n\n* Cons: fewer sizes than Larkstride\n"
    assert said_of(text, "Acme", "Larkstride")["larkstride"] == [("Cons: fewer sizes than Larkstride", 0)]


def target(text: str, brand: str, *others: str) -> Target:
    named = mentions(text, brand, *others)
    found = passages(text, named)[brand.lower()]
    rest = tuple(one.span for one in named if one.brand_id != brand.lower())
    return Target(text, tuple(found), rest)


def aspect_label(text: str, words: list[str], brand: str = "Acme", *others: str) -> str | None:
    part = narrowed(target(text, brand, *others), "aspect", words)
    return None if part is None else LexiconGrader().grade([part])[0].label


def test_an_aspect_is_judged_by_its_own_clause() -> None:
    text = "Acme has excellent sound quality, but the price is terrible."
    assert aspect_label(text, ["quality"]) == "positive"
    assert aspect_label(text, ["price"]) == "negative"
    assert aspect_label("Acme is durable and overpriced.", ["overpriced"]) == "negative"
    assert aspect_label("Acme is durable and overpriced.", ["durab*"]) == "positive"


def test_the_evidence_of_an_aspect_is_the_clause_alone() -> None:
    text = "Acme has a great fit, but the price is terrible ."
    part = narrowed(target(text, "Acme"), "price", ["price"])
    assert part is not None
    assert [text[slice(*one.span)] for one in part.passages] == ["the price is terrible"]


def test_a_low_price_is_good() -> None:
    assert aspect_label("Acme boots come at a low price.", ["price"]) == "positive"


def test_an_aspect_that_is_not_spoken_of_has_no_row() -> None:
    assert aspect_label("Acme is great.", ["price"]) is None


def test_an_aspect_of_another_brand_is_not_the_targets() -> None:
    text = "Acme is a brand, and Larkstride has a terrible price."
    assert aspect_label(text, ["price"], "Acme", "Larkstride") is None
    assert aspect_label(text, ["price"], "Larkstride", "Acme") == "negative"


def test_a_word_inside_a_name_is_no_aspect() -> None:
    assert aspect_label("Value Village is great.", ["value"], "Value Village") is None
