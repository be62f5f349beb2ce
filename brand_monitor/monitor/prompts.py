"""The questions of a monitor file, and the family of questions that one prompt stands for.

Belongs here: prompts and their expansion into questions. Not here: rules between fields (``rules``), how
often a question is asked and by whom (``engines``).

A prompt may be worded in several ways, asked in several languages and by several people. All of these are one
need of one market, so their answers are not independent: they share a family, and intervals are formed over
families.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from brand_monitor.monitor.fields import Identifier, Locale, Strict, Text

#: A prompt may stand for at most this many questions: wordings times askers.
MAX_QUESTIONS = 50
_REGION = re.compile("[A-Za-z]{2}")


@dataclass(frozen=True)
class Wording:
    """One way to put a prompt: its words, their language, and the field that holds them."""

    text: str
    locale: str
    suffix: str
    field: tuple[str | int, ...]


@dataclass(frozen=True)
class Asker:
    """One person who asks a prompt; ``persona`` is None for nobody in particular."""

    persona: str | None
    suffix: str
    field: tuple[str | int, ...]


@dataclass(frozen=True)
class Question:
    """What one engine is asked: a prompt in one wording, by one asker.

    ``id`` is the id of the prompt for the prompt as it stands, and that id with a suffix for a variant:
    ``~w2`` is the second paraphrase, ``~de-CH`` the Swiss German wording, ``~p1`` the first further persona.
    A sign that no identifier of a file may hold keeps variants apart from prompts. Appending to a list in the
    file changes no id that is there already.
    """

    id: str
    family: str
    text: str
    intent: str
    persona: str | None
    locale: str
    branded: bool

    @property
    def version(self) -> str:
        """Hash of what the engine is shown: a changed question is a new version."""
        return version_of(self.text, self.persona, self.locale)

    @property
    def region(self) -> str | None:
        """Country of the asker, ISO 3166-1 alpha-2, where the locale names one: ``CH`` for ``de-CH``."""
        return region_of(self.locale)


class Prompt(Strict):
    """A question that a buyer asks."""

    id: Identifier = Field(description="Stable id")
    text: Text = Field(description="The question, as a buyer would type it")
    intent: Identifier = Field(default="discovery", description="What the buyer wants")
    persona: Text | None = Field(default=None, description="Who asks, in a few words")
    locale: Locale = Field(default="en", description="Language tag of the asker")
    branded: bool = Field(
        default=False, description="The question names a tracked brand; never pooled into headline figures"
    )
    paraphrases: list[Text] = Field(
        default=[],
        max_length=MAX_QUESTIONS,
        description="Other wordings of the same question; one family with it in every interval",
    )
    personas: list[Text] = Field(
        default=[], max_length=MAX_QUESTIONS, description="Further people who ask it, in every wording"
    )
    locales: dict[Locale, Text] = Field(
        default={},
        max_length=MAX_QUESTIONS,
        description="The question in other languages or places: language tag and text",
    )

    @property
    def version(self) -> str:
        """Hash of what the engine is shown by the prompt as it stands."""
        return version_of(self.text, self.persona, self.locale)

    @property
    def wordings(self) -> list[Wording]:
        """The text itself, its paraphrases, then its other locales, in file order."""
        others = enumerate(self.paraphrases)
        return [
            Wording(self.text, self.locale, "", ("text",)),
            *(Wording(text, self.locale, f"~w{n + 1}", ("paraphrases", n)) for n, text in others),
            *(Wording(text, tag, f"~{tag}", ("locales", tag)) for tag, text in self.locales.items()),
        ]

    @property
    def askers(self) -> list[Asker]:
        """The prompt's own persona (or nobody in particular), then the further ones, in file order."""
        others = enumerate(self.personas)
        return [
            Asker(self.persona, "", ("persona",)),
            *(Asker(persona, f"~p{n + 1}", ("personas", n)) for n, persona in others),
        ]

    @property
    def questions(self) -> list[Question]:
        """Every wording asked by every asker; the prompt as it stands comes first."""
        return list(self._expand())

    def _expand(self) -> Iterator[Question]:
        for wording in self.wordings:
            for asker in self.askers:
                yield Question(
                    id=f"{self.id}{wording.suffix}{asker.suffix}",
                    family=self.id,
                    text=wording.text,
                    intent=self.intent,
                    persona=asker.persona,
                    locale=wording.locale,
                    branded=self.branded,
                )


def version_of(text: str, persona: str | None, locale: str) -> str:
    """Return the hash, 12 hex digits, of what an engine is shown."""
    shown = "\x1f".join([text, persona or "", locale])
    return hashlib.sha256(shown.encode()).hexdigest()[:12]


def region_of(locale: str) -> str | None:
    """Return the region of a language tag in upper case, None if it names none (``en``, ``zh-Hant``)."""
    return next((part.upper() for part in locale.split("-")[1:] if _REGION.fullmatch(part)), None)
