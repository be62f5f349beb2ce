"""What a place in a text shows about whether a word there is the brand of that name.

Belongs here: seeing signals in the characters around one candidate. Not here: how much they weigh
(``confidence``), what the rest of the text says (``readings``).

English frames, since its words are what companies take for names; form, place, lists, products, neighbours
and declared senses work in any language.
"""

import re

from brand_monitor.domain.mentions import sign_patterns as patterns
from brand_monitor.domain.mentions.common_words import (
    ADJECTIVES,
    CALENDAR,
    GERMAN_NOUNS,
    PREPOSITIONS,
    PRONOUNS,
)
from brand_monitor.domain.mentions.senses import NEXT
from brand_monitor.domain.mentions.terms import Spelling

LOOK_BACK = 80
LINE = 200
TITLE_CASE_SHARE = 0.6
GERMAN_WORDS = 3
# A line that ends as a sentence does is a title only if nearly all of it is capitalised.
SENTENCE_CASE_SHARE = 0.85
_FUNCTION_WORDS = PREPOSITIONS | PRONOUNS


def local_signals(
    spelling: Spelling, text: str, start: int, end: int, *, is_cased: bool
) -> tuple[str, ...] | None:
    """Return what speaks for and against ``text[start:end]`` being the brand.

    Args:
        spelling: The spelling that was found there.
        text: The whole text.
        start: First character of the match.
        end: One past the last.
        is_cased: Whether the text uses capitals at all; where it does not, their absence says nothing.

    Returns:
        Ids of ``confidence.WEIGHTS``; nothing where the name is no word, so that its letters are enough; None
        where it cannot be the brand.
    """
    tier = spelling.term.tier
    if spelling.parts and len(patterns.CAPITALISED.findall(text, start, end)) < spelling.parts:
        return None
    if tier == "distinctive":
        return ()
    has_capitals = _has_capitals(spelling.term.text, text, start, end)
    if text[start:end].isdigit() and not has_capitals:
        return None
    place = _Place(text, start, end)
    if tier == "needs_capital":
        return _of_phrase(place, has_capitals=has_capitals, is_cased=is_cased)
    form = _form(spelling, place, has_capitals=has_capitals, is_cased=is_cased)
    return (form, *place.position(), *place.frames_of_brand(), *place.frames_of_word())


def _of_phrase(place: "_Place", *, has_capitals: bool, is_cased: bool) -> tuple[str, ...] | None:
    """Return the signals of a short name or a phrase of everyday words: its capitals make it a name."""
    if is_cased and not has_capitals:
        return None
    if is_cased and place.word.isalnum():
        return ()
    capitals = "form.phrase_title" if place.is_title else "form.phrase"
    return (capitals if is_cased else "form.phrase_no_capitals", *place.frames_of_brand())


def _form(spelling: Spelling, place: "_Place", *, has_capitals: bool, is_cased: bool) -> str:
    surface, name = place.surface, spelling.term.text
    if is_cased and not has_capitals:
        return "form.lower"
    if is_cased and name[1:] != name[1:].lower() and surface == name and not place.is_shouted:
        return "form.as_named"
    # A name in small letters, a text that writes all names so, or one without any.
    if not is_cased or not surface[:1].isupper():
        return "form.no_capitals"
    return _form_of_capital(place)


def _form_of_capital(place: "_Place") -> str:
    word = place.word
    if place.is_title and not place.is_first and not place.position():
        return "form.title_function_word" if word in _FUNCTION_WORDS else "form.title"
    if place.is_first:
        kinds = {"form.first_preposition": PREPOSITIONS, "form.first_pronoun": PRONOUNS}
        return next((form for form, words in kinds.items() if word in words), "form.first_word")
    if word in CALENDAR:
        return "form.calendar"
    return "form.german_noun" if word in GERMAN_NOUNS and place.is_german else "form.capital"


def _has_capitals(name: str, text: str, start: int, end: int) -> bool:
    """Return whether every word has a capital where the name has one (or where all of the name is small).

    A name of digits alone (``686``) has none to show: it needs a name behind it.
    """
    surface = text[start:end]
    if surface.isdigit():
        return patterns.NAME_FOLLOWS.match(text[end : end + LINE].replace("*", "")) is not None
    wanted = re.findall(r"[^\W_]+", name)
    written = re.findall(r"[^\W_]+", surface)
    if len(wanted) != len(written):
        return surface[:1].isupper()
    small = not any(word[0].isupper() for word in wanted)
    return all(
        one[0].isupper() or not (small or word[0].isupper())
        for word, one in zip(wanted, written, strict=True)
    )


class _Place:
    """The surroundings of one candidate, cut out once."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.surface = text[start:end]
        self.word = self.surface.lower()
        line_start = text.rfind("\n", max(0, start - LOOK_BACK), start) + 1 or max(0, start - LOOK_BACK)
        self.raw_before, self.raw_after = text[line_start:start], text[end : end + LINE]
        self.before = patterns.MARKS.sub("", self.raw_before)
        self.after = patterns.MARKS.sub("", self.raw_after)
        self.is_first = bool(patterns.AT_START.search(self.raw_before)) and (
            line_start == 0 or text[line_start - 1] == "\n" or len(self.raw_before) == LOOK_BACK
        )
        around = self._line_around(text, start, end)
        words = patterns.LETTERS.findall(around)
        share = (
            SENTENCE_CASE_SHARE
            if around.rstrip(' *_"\u201d)').endswith((".", "!", "?"))
            else TITLE_CASE_SHARE
        )
        self.is_title = len(words) > 1 and sum(word[0].isupper() for word in words) >= share * len(words)
        self.is_shouted = len(words) > 1 and sum(word.isupper() for word in words) >= TITLE_CASE_SHARE * len(
            words
        )
        self._text, self._start = text, start

    @property
    def is_german(self) -> bool:
        """Whether German function words are around."""
        near = self._text[max(0, self._start - LINE) : self._start + LINE]
        return len(patterns.GERMAN.findall(near)) >= GERMAN_WORDS

    @staticmethod
    def _line_around(text: str, start: int, end: int) -> str:
        line_start = text.rfind("\n", max(0, start - LINE), start) + 1 or max(0, start - LINE)
        line_end = text.find("\n", end, end + LINE)
        return text[line_start:start] + " " + text[end : line_end if line_end >= 0 else end + LINE]

    def position(self) -> list[str]:
        """Return whether it is all there is of an item, or one of several in a row."""
        if self.is_first and patterns.HEAD_FOLLOWS.match(self.raw_after):
            return ["place.head"]
        if (
            patterns.LIST_BEFORE.search(self.before)
            and patterns.LIST_AFTER.match(self.after)
            and self.surface[:1].isupper()
        ):
            return ["place.enumeration"]
        return []

    def frames_of_brand(self) -> list[str]:
        """Return the frames in which a brand stands."""
        is_capital = self.surface[:1].isupper()
        found = {
            "frame.joined": self.is_first
            and self.word not in _FUNCTION_WORDS
            and patterns.JOINED.match(self.after),
            "frame.model_number": patterns.MODEL_NUMBER.match(self.after),
            "frame.defined": is_capital and patterns.DEFINED.match(self.after),
            "frame.launches": is_capital and patterns.LAUNCHES.match(self.after),
            "frame.trademark": patterns.TRADEMARK.match(self.after),
            "frame.handle": patterns.HANDLE.search(self.before),
            "frame.noun": self._has_noun(),
            "frame.introduced": is_capital
            and self.word not in CALENDAR
            and patterns.INTRODUCED.search(self.before),
            "frame.model": is_capital
            and self.word not in CALENDAR
            and patterns.MODEL_FOLLOWS.match(self.after),
        }
        return [*(frame for frame, holds in found.items() if holds), *self._possessive(), *self._verb()]

    def _has_noun(self) -> bool:
        """Return whether a product, shop or part of a company follows that an adjective would not explain."""
        if patterns.SAME_LINE_NOUN.match(self.after):
            return True
        if self.word in PRONOUNS or (self.is_first and self.word in ADJECTIVES):
            return False
        return patterns.BRAND_NOUN.match(self.after) is not None

    def _possessive(self) -> list[str]:
        if not patterns.POSSESSIVE.match(self.after):
            return []
        if self.word in PRONOUNS:  # "Nothing's wrong", but "Nothing's Phone"
            is_name = (
                patterns.MODEL_FOLLOWS.match(self.after[2:]) is not None and not self.is_title
            ) or patterns.OWNS.match(self.after) is not None
            return ["frame.possessive_of_function_word"] if is_name else []
        return ["frame.possessive_of_function_word" if self.word in PREPOSITIONS else "frame.possessive"]

    def _verb(self) -> list[str]:
        if self.word in PRONOUNS:
            return []
        if self.surface[:1].isupper() and patterns.BRAND_VERB.match(self.after):
            return ["frame.verb_after_preposition" if self.word in PREPOSITIONS else "frame.verb"]
        is_like_one = self.word not in PREPOSITIONS and patterns.VERB_LIKE.match(self.after)
        return ["frame.verb_like"] if is_like_one else []

    def frames_of_word(self) -> list[str]:
        """Return the frames in which the word stands as itself."""
        following = patterns.NEXT_WORD.match(self.after)
        found = {
            "frame.determiner_follows": patterns.DETERMINER.match(self.after) and not self.surface.isupper(),
            "frame.pronoun_verb": self.word in PRONOUNS and patterns.PRONOUN_VERB.match(self.after),
            "frame.plural_verb": self.word.endswith("s") and patterns.PLURAL_VERB.match(self.after),
            "frame.of_follows": patterns.OF.match(self.after),
            "frame.infinitive": patterns.INFINITIVE.match(self.after),
            "frame.between_names": self.word in _FUNCTION_WORDS
            and patterns.NAME_BEFORE.search(self.before)
            and patterns.NAME_FOLLOWS.match(self.after),
            "frame.button": patterns.BUTTON_BEFORE.search(self.before),
            "frame.tail_of_name": patterns.TAIL_OF_NAME.search(self.before),
            "frame.calendar": self.word in CALENDAR
            and (patterns.CALENDAR_BEFORE.search(self.before) or patterns.CALENDAR_AFTER.match(self.after)),
            "frame.article_before": patterns.ARTICLE_BEFORE.search(self.before)
            and not self.surface[:1].isupper(),
        }
        after = NEXT.get(self.word, frozenset())
        if following and not after.isdisjoint({following[1].lower(), following[1].lower().removesuffix("s")}):
            return ["sense.next"]
        return [frame for frame, holds in found.items() if holds]
