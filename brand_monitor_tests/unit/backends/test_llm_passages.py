"""Passages: the part of a page that speaks of the question, with its number at every sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.llm.passages import keywords, numbered, passage

PAGE = (
    "Our shop opened in 1987. We sell many things.\n"
    "Trail shoes need grip. The Hoka held well in mud! Wet rock was worse.\n"
    "Call us on Mondays."
)


def test_words_of_asking_say_nothing_of_what_is_asked() -> None:
    assert keywords("Which brands make good trail running shoes? Name a few brands.") == [
        "trail",
        "running",
        "shoes",
    ]


def test_a_question_of_nothing_but_such_words_keeps_them() -> None:
    assert keywords("Which is the best?") == ["which", "is", "the", "best"]


def test_the_sentences_nearest_to_the_question_are_chosen() -> None:
    assert passage(PAGE, "Which trail shoe has grip in mud?", words=10) == [
        "Trail shoes need grip.",
        "The Hoka held well in mud!",
    ]


def test_of_equal_passages_the_first_is_chosen() -> None:
    assert passage("Nothing here. Nothing there.", "Which shoes?", words=2) == ["Nothing here."]


def test_a_sentence_longer_than_the_passage_is_cut() -> None:
    assert passage("one two three four", "two", words=3) == ["one two three"]


def test_an_empty_page_gives_no_passage() -> None:
    assert passage(" \n ", "shoes", words=10) == []


def test_footnotes_of_the_page_are_no_citations_of_ours() -> None:
    assert passage("Foam is soft [3]. It lasts[12].", "foam", words=10) == ["Foam is soft.", "It lasts."]


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [("It runs.", "It runs [2]."), ("Soft", "Soft [2]."), ("Really?!", "Really [2]?!")],
)
def test_every_sentence_carries_the_number_of_its_source(sentence: str, shown: str) -> None:
    assert numbered(2, "A page [1]", [sentence]) == f"[2] A page: {shown}"


@given(st.text(), st.text(), st.integers(1, 60))
def test_a_passage_is_never_longer_than_asked_and_always_the_same(
    text: str, question: str, words: int
) -> None:
    chosen = passage(text, question, words=words)
    assert sum(len(sentence.split()) for sentence in chosen) <= words
    assert chosen == passage(text, question, words=words)
    assert all(sentence for sentence in chosen)
