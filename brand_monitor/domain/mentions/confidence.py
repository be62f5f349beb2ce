"""How sure it is that a word is the brand: named signals, their weights, and what a sum of them means.

Belongs here: the one table of weights, the threshold, the version. Not here: seeing the signals
(``homonyms``).

A logistic model: confidence = 1 / (1 + exp(-sum of weights)). Weights are log-odds set by hand, against the
labelled sentences of the tests: one of 3 alone makes 95 %, two of 1 make 88 %. The signals are not
independent, so a confidence orders mentions and says where doubt is; it is no measured probability.
"""

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

# Raised with every change of a weight, a signal or a bound; rows name it.
HOMONYMS_VERSION = "homonyms@2"
# From here on a mention is certain enough to be counted; below it, it is uncertain and counted apart.
THRESHOLD = 0.5
# Below this a word is the word: no row. A lower bound keeps every "on" out of the tables.
FLOOR = 0.25

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        # Form. Exactly one of these holds for each candidate.
        "form.capital": 3.0,  # a capital where the sentence gives none
        "form.calendar": 0.0,  # a weekday or month has its capital always
        "form.german_noun": -0.5,  # so has every German noun
        "form.first_word": -0.5,  # the sentence gives the capital
        "form.first_preposition": -2.5,  # "On ...", "Away ...": nearly always the word
        "form.first_pronoun": -2.3,  # "Nothing ...", "You ..."
        "form.title": -0.5,  # the line gives the capital
        "form.title_function_word": -2.5,
        "form.no_capitals": -1.7,  # the text has none, or only those
        "form.lower": -4.5,  # the name has a capital, the text has none here
        "form.as_named": 1.5,  # the brand writes itself small, or has capitals inside, and so does the text
        "form.phrase": 4.0,  # several everyday words or two letters, each with its capital
        "form.phrase_title": 1.5,
        "form.phrase_no_capitals": 1.0,
        # Place.
        "place.head": 3.5,  # all there is of a list item, heading, bold label or first cell
        "place.enumeration": 1.0,  # "A, X and B"
        # Frames of a brand.
        "frame.possessive": 2.0,
        "frame.possessive_of_function_word": 4.0,  # "Away's"
        "frame.joined": 1.5,  # "X and Other" at the beginning
        "frame.verb_like": 1.2,  # "X integrates with"
        "frame.model_number": 2.8,  # "X Phone (2)"
        "frame.verb": 2.5,  # "X makes", "X has launched"
        "frame.verb_after_preposition": 4.2,  # "On is": no word can be that
        "frame.defined": 6.0,  # "X is a London company"
        "frame.launches": 3.2,  # "X launched its", "X sells 3"
        "frame.noun": 1.6,  # "X shoes", "X card"
        "frame.introduced": 1.8,  # "by X", "brands like X", "the brand X"
        "frame.model": 1.0,  # "X Phone 2"
        "frame.trademark": 3.0,
        "frame.handle": 3.0,  # "@x", "#x"
        # Frames of the word.
        "frame.determiner_follows": -2.7,  # "Target your", "Discover the", "On the"
        "frame.pronoun_verb": -2.7,  # "Nothing beats", "You can"
        "frame.plural_verb": -2.7,  # "Brooks are"
        "frame.of_follows": -2.5,  # "Box of"
        "frame.infinitive": -2.5,  # "Target is to"
        "frame.between_names": -6.0,  # "Countries On Pompeo's"
        "frame.button": -3.5,  # "tap Discover"
        "frame.tail_of_name": -1.5,  # "Midnight Purple"
        "frame.calendar": -3.5,  # "on Monday", "since March"
        "frame.article_before": -1.0,  # "a target"
        # Other senses and own context.
        "sense.next": -4.5,  # "target audience"
        "sense.near": -2.4,  # "purple ... colour"
        "sense.near_twice": -2.4,  # two such words
        "sense.near_article": -2.0,  # "The Amazon is a river"
        "sense.declared": -5.5,  # as the monitor says, in the sentence
        "sense.declared_in_text": -1.0,
        "context.next": 3.5,  # a word that the monitor says speaks for the brand, right beside
        "context.near": 2.5,  # in the sentence
        "context.in_text": 0.8,
        "context.topic_next": 2.2,  # a word of the question or market right behind
        "context.topic": 0.8,  # in the sentence
        "context.product": 2.0,  # a product of the brand is named in the text
        "context.neighbours": 1.5,  # another tracked brand in the sentence or list
        "context.neighbours_in_text": 0.4,
        "context.domain": 1.5,  # its address is in the text
        "context.vouched": 2.5,  # the same text shows the brand beyond doubt elsewhere
        "context.vouched_function_word": 1.0,
    }
)


class Reading(NamedTuple):
    """How sure a mention is, and by which signals, the weightiest first; none where the name is no word."""

    confidence: float
    evidence: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        """Whether it reaches the threshold."""
        return self.confidence >= THRESHOLD


SURE = Reading(1.0, ())


def log_odds(signals: Iterable[str]) -> float:
    """Return the sum of the weights. Raises KeyError for a signal that is not in the table."""
    return sum(WEIGHTS[signal] for signal in signals)


def reading(signals: Iterable[str]) -> Reading:
    """Return what a set of signals amounts to."""
    held = sorted(set(signals), key=lambda signal: (-abs(WEIGHTS[signal]), signal))
    return Reading(round(1 / (1 + math.exp(-log_odds(held))), 3), tuple(held))
