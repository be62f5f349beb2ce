"""What buyers judge a brand by: aspects of a monitor file, with the words that speak of them.

Belongs here: the field and its defaults. Not here: finding the clauses that hold these words
(``domain.sentiment.aspects``).
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from brand_monitor.monitor.fields import Identifier, Strict, Text

#: What a brand is judged by as a whole; no aspect may take the name.
RESERVED = "overall"


class Aspect(Strict):
    """One thing that a brand is judged by."""

    id: Identifier = Field(description="Stable id; a column in the tables of sentiment")
    words: list[Text] = Field(
        min_length=1, description="Words that speak of it; one that ends in * stands for all that begin so"
    )

    @field_validator("id")
    @classmethod
    def _is_not_reserved(cls, value: str) -> str:
        if value == RESERVED:
            raise ValueError(f"{RESERVED!r} is what a brand is judged by as a whole; choose another id")
        return value

    @field_validator("words")
    @classmethod
    def _words_say_something(cls, words: list[str]) -> list[str]:
        for word in words:
            if not any(letter.isalnum() for letter in word):
                raise ValueError(f"{word!r} holds no letter and no digit, so no text can hold it")
        return words


def _are_distinct(aspects: list[Aspect]) -> list[Aspect]:
    seen: set[str] = set()
    for aspect in aspects:
        if aspect.id in seen:
            raise ValueError(f"two aspects have the id {aspect.id!r}; give each an id of its own")
        seen.add(aspect.id)
    return aspects


AspectList = Annotated[list[Aspect], AfterValidator(_are_distinct)]


def default_aspects() -> list[Aspect]:
    """Return the aspects of a monitor that names none."""
    return [Aspect(id=name, words=words.split()) for name, words in _DEFAULTS.items()]


def words_by_aspect(aspects: Iterable[Aspect]) -> dict[str, list[str]]:
    """Return the words of each aspect, by id, in file order."""
    return {aspect.id: list(aspect.words) for aspect in aspects}


_DEFAULTS = {
    "price": "price* pricing pricey cost costs costly expensive inexpensive cheap* affordable "
    "affordability budget* value overpriced money fee fees deal discount*",
    "quality": "quality well-made well-built build built craftsmanship performance performs material* "
    "accura* sound picture cushioning crafted",
    "support": "support customer-service service helpdesk warranty warranties return returns refund* "
    "representative* responsive",
    "ease": "ease easy easier easily intuitive user-friendly beginner-friendly simple setup install* "
    "learning-curve complicated complex difficult usability usable",
    "design": "design* style* stylish look looks sleek aesthetic* compact bulky ergonomic* elegant",
    "durability": "durable durability sturdy robust rugged long-lasting lifespan last lasts breaks reliable "
    "reliability unreliable wear",
}
