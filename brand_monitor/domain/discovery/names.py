"""Brands that answers name and nobody tracks: suggestions for a person to accept.

Belongs here: putting sightings together to names, counting and ranking them. Not here: reading names in a
text (``name_sightings``), rows of the table (``brand_candidates``), adding up days (``suggestions``).

A name is the shortest beginning that its sightings share: ``Breville`` of *Breville Bambino* and *Breville
Barista*, ``Helly Hansen`` where nothing else ever follows *Helly*. What stands behind it is listed as
products. Score: answers that list the name in a list, heading or bold label, plus a quarter of the answers
that only name it in a sentence.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from brand_monitor.domain.discovery.sightings import Sighting, WordCounts, no_prose, sightings
from brand_monitor.domain.discovery.words import FIRST_NAMES, PLACES
from brand_monitor.domain.mentions.common_words import is_common
from brand_monitor.domain.mentions.folding import words_of
from brand_monitor.domain.text.links import Cover, Span

# What an answer counts for that names a brand without listing it.
NAMED_ONLY = 0.25
# A next word belongs to the name if at least this share of its sightings goes on with it; less is enough
# where the name so far is an everyday word ("North" Face).
SHARED = 0.95
SHARED_COMMON = 0.8
MIN_SHARED = 3
# Never a name by themselves: "Le" Creuset, "Mr." Coffee.
PARTICLES = frozenset({"le", "la", "el", "los", "las", "mr", "mrs", "dr", "st", "san", "de", "van", "von"})
# How much text behind the first word tells one place from a copy of it, in characters.
BEHIND = 40
# Of a name in at least three texts at least this share of places must differ; page furniture does not.
MIN_DIFFERENT = 0.34
SHORT = 3
MAX_PRODUCTS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name was seen: position of its text, the sighting, and what follows its first word."""

    text: int
    sighting: Sighting
    behind: str


@dataclass
class FoundName:
    """An unknown name with everything that was seen of it.

    Attributes:
        key: its words, small and without signs or accents, joined by a space.
        name: as most texts write it.
        places: where it was seen, in order.
        products: what most often follows it in a list or heading, as written.
    """

    key: str
    name: str
    places: list[Place] = field(default_factory=list)
    products: list[str] = field(default_factory=list)

    @property
    def texts(self) -> list[int]:
        """The texts that name it, in order."""
        return sorted({place.text for place in self.places})

    @property
    def listed(self) -> set[int]:
        """The texts that name it in a list, heading or bold label."""
        return {place.text for place in self.places if place.sighting.is_head}

    @property
    def score(self) -> float:
        """Texts that list it, plus a quarter of those that only name it."""
        return len(self.listed) + NAMED_ONLY * (len(self.texts) - len(self.listed))


def discover(
    texts: Sequence[str],
    tracked: Sequence[Sequence[Span]] | None = None,
    context: Sequence[str] = (),
    publishers: frozenset[str] = frozenset(),
) -> list[FoundName]:
    """Return unknown names in texts, best first.

    Args:
        texts: Plain text or Markdown, about one market: words are weighed by how the others write them.
        tracked: For each text the spans that name a brand that is known already.
        context: Other texts to learn everyday words from, such as the questions.
        publishers: Squeezed names of the sites that texts cite; such a name needs a list to be a candidate.
    """
    known = tracked if tracked is not None else [()] * len(texts)
    hidden = [no_prose(text) for text in texts]
    counts = WordCounts()
    for text, spans in zip(texts, hidden, strict=True):
        counts.add(text, Cover(spans))
    for text in context:
        counts.add(text, Cover([]))
    places = [
        Place(at, one, text[one.ends[0] : one.ends[0] + BEHIND])
        for at, text in enumerate(texts)
        for one in sightings(text, counts, Cover(hidden[at]), Cover(known[at]))
    ]
    by_first: dict[str, list[Place]] = defaultdict(list)
    products: Counter[str] = Counter()
    for place in places:
        if place.sighting.is_product:
            products[squeezed(place.sighting.words[:1])] += 1
            continue
        by_first[squeezed(place.sighting.words[:1])].append(place)
    found = [_named(group, counts, texts) for group in by_first.values()]
    products.update(word for one in found for word in _followers(one))
    kept = [
        one
        for one in found
        if _is_candidate(one, publishers) and products[squeezed((one.key,))] < len(one.places)
    ]
    return sorted(kept, key=lambda one: (-one.score, -len(one.places), one.key))


def _named(places: list[Place], counts: WordCounts, texts: Sequence[str]) -> FoundName:
    """Return the name that sightings with the same first word share."""
    length, share = 1, places
    while (following := _next_word(share, length, counts)) is not None:
        length, share = length + 1, following
    names = Counter(
        texts[place.text][place.sighting.start : place.sighting.ends[length - 1]] for place in share
    )
    name = names.most_common(1)[0][0]
    products = Counter(
        " ".join(words)
        for place in share
        if place.sighting.is_head
        for words in [place.sighting.words[length:]]
        if words
    )
    return FoundName(
        key=" ".join(words_of(name)),
        name=name,
        places=places,
        products=[product for product, _ in products.most_common(MAX_PRODUCTS)],
    )


def _next_word(places: list[Place], length: int, counts: WordCounts) -> list[Place] | None:
    """Return the sightings that go on with the word that nearly all go on with, if there is one."""
    words = Counter(
        squeezed(place.sighting.words[length : length + 1])
        for place in places
        if len(place.sighting.words) > length
    )
    if not words:
        return None
    word, seen = words.most_common(1)[0]
    following = [place for place in places if squeezed(place.sighting.words[length : length + 1]) == word]
    name = " ".join(following[0].sighting.words[:length]).lower()
    if length == 1 and name in PARTICLES:
        return following
    last, follower = (following[0].sighting.words[at].lower() for at in (length - 1, length))
    if not word.isalpha() or counts.is_generic(follower):
        return None
    is_common_name = length == 1 and is_common(last)
    wanted = SHARED_COMMON if is_common_name else SHARED
    if not is_common_name and (len(places) < MIN_SHARED or is_common(follower)):
        return None
    return following if seen >= wanted * len(places) else None


def _followers(found: FoundName) -> Iterator[str]:
    """Yield the word right behind each sighting of a name.

    What follows a name more often than it stands alone is its product, such as the *Barista* of Breville.
    """
    length = len(found.key.split())
    for place in found.places:
        if len(place.sighting.words) > length:
            yield squeezed(place.sighting.words[length : length + 1])


def _is_candidate(found: FoundName, publishers: frozenset[str]) -> bool:
    """Return whether a name may be a brand: listed somewhere, or no place, person, site or abbreviation."""
    if not any(place.sighting.is_sure for place in found.places):
        return False
    if found.listed:
        return True
    different = len({place.behind for place in found.places})
    if len(found.texts) >= MIN_SHARED and different < MIN_DIFFERENT * len(found.places):
        return False
    first = found.key.split()[0]
    if first in PLACES or first in FIRST_NAMES or squeezed((found.key,)) in publishers:
        return False
    return len(found.key) > SHORT or not found.name.isupper()


def squeezed(words: Sequence[str]) -> str:
    """Return words in one, so that ``De'Longhi`` and ``DeLonghi`` are the same."""
    return "".join(part for word in words for part in words_of(word))
