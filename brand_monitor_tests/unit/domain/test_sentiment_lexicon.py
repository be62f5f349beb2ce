"""The lexicon grader: what a sentence says of its target, and not of its neighbours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.sentiment import Grade, LexiconGrader, one_mention
from brand_monitor.domain.sentiment.grading import LABELS
from brand_monitor.domain.text.links import Span


def grade(text: str, target: str = "Acme", *others: str) -> Grade:
    start = text.index(target)
    spans = tuple(Span(text.index(one), text.index(one) + len(one)) for one in others)
    whole = Span(0, len(text))
    return LexiconGrader().grade([one_mention(text, start, start + len(target), whole, spans)])[0]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Acme makes excellent, durable shoes.", "positive"),
        ("Acme is overpriced and breaks after a month.", "negative"),
        ("Acme sells shoes in Ohio.", "neutral"),
        ("Acme is not reliable.", "negative"),
        ("Acme never disappoints.", "positive"),
        ("Acme is not only cheap-looking but fantastic.", "positive"),
        ("Acme looks great, but it is unreliable and awful to wear.", "negative"),
        ("Although the app is ugly, Acme is excellent.", "positive"),
        ("Critics slammed Acme on Monday.", "negative"),
        ("Acme was praised by everyone.", "positive"),
        ("Acme lacks comfort.", "negative"),
        ("The best overall is Acme.", "positive"),
    ],
)
def test_a_sentence_is_judged_by_its_clause_about_the_target(text: str, label: str) -> None:
    assert grade(text).label == label


@pytest.mark.parametrize(
    ("text", "winner", "loser"),
    [
        ("Larkstride is better than Acme.", "Larkstride", "Acme"),
        ("Larkstride is faster and lighter than Acme.", "Larkstride", "Acme"),
        ("Larkstride is excellent; Acme is terrible.", "Larkstride", "Acme"),
        ("Acme is worse than Larkstride.", "Larkstride", "Acme"),
        ("I would choose Larkstride over Acme.", "Larkstride", "Acme"),
    ],
)
def test_a_comparison_speaks_for_one_and_against_the_other(text: str, winner: str, loser: str) -> None:
    won, lost = grade(text, winner, loser), grade(text, loser, winner)
    assert won.score is not None
    assert lost.score is not None
    assert lost.score < 0
    assert won.score > lost.score


def test_praise_of_another_brand_is_none_of_the_target() -> None:
    text = "Larkstride is a superb and reliable brand, and there is Acme."
    own, other = grade(text, "Acme", "Larkstride"), grade(text, "Larkstride", "Acme")
    assert own.score is not None
    assert other.score is not None
    assert own.score < other.score


@pytest.mark.parametrize(
    "weaker", ["Acme might be excellent.", "Is Acme excellent?", "Acme is somewhat excellent."]
)
def test_a_guess_a_question_and_a_damper_say_less(weaker: str) -> None:
    plain, guessed = grade("Acme is excellent."), grade(weaker)
    assert plain.score is not None
    assert guessed.score is not None
    assert 0 < guessed.score < plain.score


def test_a_booster_says_more() -> None:
    plain, boosted = grade("Acme is good."), grade("Acme is extremely good.")
    assert plain.score is not None
    assert boosted.score is not None
    assert boosted.score > plain.score


def test_the_evidence_is_the_sentence() -> None:
    text = "Acme makes excellent shoes."
    assert grade(text).evidence == (Span(0, len(text)),)


def test_a_mention_outside_its_sentence_is_refused() -> None:
    with pytest.raises(ValueError, match="does not lie within"):
        one_mention("Acme", 0, 4, Span(1, 4))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_gets_a_label_and_a_score_within_bounds(before: str, after: str) -> None:
    text = f"{before} Acme {after}"
    start = len(before) + 1
    (one,) = LexiconGrader().grade([one_mention(text, start, start + 4, Span(0, len(text)))])
    if one.label is None:
        assert (one.score, one.reason) == (None, "grader_unsupported_language")
        return
    assert one.label in LABELS
    assert one.score is not None
    assert -1 <= one.score <= 1
    assert one.confidence is not None
    assert 0 <= one.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "Acme ist die Marke, die für Läufer und Wanderer die besten Schuhe macht.",
        "Acme est une marque qui fait les chaussures pour la course et la marche.",
        "Acme es una marca que hace los zapatos para correr y es la mejor.",
        "Acme は とても いい ブランド です",
    ],
)
def test_a_text_that_is_not_english_has_no_label_and_says_why(text: str) -> None:
    said = grade(text)
    assert (said.label, said.score, said.reason) == (None, None, "grader_unsupported_language")


def test_a_foreign_word_in_an_english_text_does_no_harm() -> None:
    assert grade("The Acme shoe from La Sportiva in El Paso is the best of all.").label == "positive"


def test_no_target_no_grade() -> None:
    assert LexiconGrader().grade([]) == []
