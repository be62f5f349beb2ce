"""What one entry looks like inside OpenSearch: names, settings, analysers, mappings, documents.

Belongs here: whatever makes older indices unfit when it changes (rebuild them). Not here: writing and asking.

``title`` and ``text`` are analysed as the embedded index does it, so that both rank alike: the same words
(runs of letters and digits), the same folding, the same English stems, BM25 with k1 1.2 and b .75. An entry
in one of ``LANGUAGES`` goes into fields of its own, stemmed by its own language; scores of a field rest on
that field's entries only, so languages do not disturb each other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from brand_monitor.backends.search.interface import COLLECTIONS, Entry
from brand_monitor.backends.search.keys import day_key, identity

#: Stemmer by language, none where signs have no stems. English is the fields without a suffix.
LANGUAGES: dict[str, str | None] = {
    "de": "light_german",
    "es": "light_spanish",
    "fr": "light_french",
    "it": "light_italian",
    "nl": "dutch",
    "pt": "light_portuguese",
    "sv": "light_swedish",
    "cjk": None,
}
_CJK = {"zh", "ja", "ko"}

# OpenSearch refuses a query of more than 1,024 clauses: 2 fields x 256 + 16 fields x 30 = 992.
MOST_TERMS = 256
MOST_TERMS_OF_A_LANGUAGE = 30

_KEYWORD = {"type": "keyword"}
_TERM = {"type": "keyword", "doc_values": False}
_STORED = {"type": "keyword", "index": False, "doc_values": False}


@dataclass(frozen=True)
class Names:
    """Names of aliases and indices: ``PREFIX-COLLECTION`` over one index a month.

    Attributes:
        prefix: what every name begins with; whose role may touch it.
        stage: empty for the live index, else the token of a rebuild.
    """

    prefix: str
    stage: str = ""

    @property
    def control(self) -> str:
        """Index that says which documents a reader must not see."""
        return f"{self.prefix}-control"

    @property
    def control_id(self) -> str:
        """Document of ``control`` for this set of indices."""
        return f"stage-{self.stage}" if self.stage else "live"

    def read(self, collection: str) -> str:
        """Return the alias over all months, which readers ask."""
        return f"{self._start}-{collection}"

    def month(self, collection: str, day: date) -> str:
        """Return the alias of one month, which writers write."""
        return f"{self.read(collection)}-{day:%Y-%m}"

    def new_index(self, collection: str, day: date, token: str) -> str:
        """Return a name for the index behind the alias of a month."""
        return f"{self.prefix}-{collection}-{day:%Y-%m}-{token}"

    def is_index(self, name: str) -> bool:
        """Tell whether a name is one that ``new_index`` makes: nothing else is ever deleted."""
        kinds = "|".join(COLLECTIONS)
        return (
            re.fullmatch(rf"{re.escape(self.prefix)}-({kinds})-\d{{4}}-\d\d-[0-9a-f]{{8}}", name) is not None
        )

    @property
    def all_indices(self) -> str:
        """Patterns of every index with entries, live or staged."""
        return ",".join(f"{self.prefix}-{collection}-*" for collection in COLLECTIONS)

    @property
    def _start(self) -> str:
        return f"{self.prefix}-stage-{self.stage}" if self.stage else self.prefix


def template(names: Names) -> dict[str, Any]:
    """Return the index template of every month."""
    return {
        "index_patterns": names.all_indices.split(","),
        "priority": 200,
        "template": {"settings": _settings(), "mappings": mappings()},
        "_meta": {"made_by": "brand_monitor", "version": 1},
    }


def control_index() -> dict[str, Any]:
    """Return settings and mappings of the index of control documents."""
    return {
        "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
        "mappings": {"dynamic": "strict", "properties": {"state": {"type": "object", "enabled": False}}},
    }


def _settings() -> dict[str, Any]:
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        # Nothing of a day may be seen before it is whole: the writer refreshes when it is.
        "refresh_interval": "-1",
        "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
        "analysis": _analysis(),
    }


def _analysis() -> dict[str, Any]:
    fold = ["short", "lowercase", "asciifolding"]
    filters: dict[str, Any] = {
        "short": {"type": "length", "max": 63},
        "first_terms": {"type": "limit", "max_token_count": MOST_TERMS},
        "first_terms_of_a_language": {"type": "limit", "max_token_count": MOST_TERMS_OF_A_LANGUAGE},
        "stems_en": {"type": "stemmer", "language": "porter2"},
    }
    chains = {"en": ("words", [*fold, "stems_en"])}
    for language, stemmer in LANGUAGES.items():
        if stemmer is None:
            chains[language] = ("standard", ["cjk_width", "lowercase", "cjk_bigram"])
        else:
            filters[f"stems_{language}"] = {"type": "stemmer", "language": stemmer}
            chains[language] = ("words", [*fold, f"stems_{language}"])
    analysers = {}
    for language, (tokenizer, chain) in chains.items():
        analysers[f"text_{language}"] = {"type": "custom", "tokenizer": tokenizer, "filter": chain}
        limit = "first_terms" if language == "en" else "first_terms_of_a_language"
        asked = {"type": "custom", "tokenizer": tokenizer, "filter": [*chain, "unique", limit]}
        analysers[f"query_{language}"] = asked
    # No stop words are removed: "On" is a brand, and BM25 gives common words next to no weight anyway.
    words = {"type": "pattern", "pattern": r"[^\p{IsAlphabetic}\p{N}]+"}
    return {"tokenizer": {"words": words}, "filter": filters, "analyzer": analysers}


def mappings() -> dict[str, Any]:
    """Return the explicit mapping; a field that it does not name is refused."""
    properties: dict[str, Any] = {
        "day_key": _KEYWORD,
        "batch": _KEYWORD,
        "monitor_id": _KEYWORD,
        "engine_id": _KEYWORD,
        # Asked by its exact words: a month that a date rules out would leave its words uncounted, and scores
        # would change with the filter.
        "day": {"type": "date", "format": "strict_date", "fields": {"exact": _TERM}},
        "identity": {"type": "long"},
        "ordinal": {"type": "integer", "index": False},
        "entry_id": _TERM,
        "language": _STORED,
        "url": _STORED,
    }
    for title, text, language in text_fields():
        analysed = {"type": "text", "analyzer": f"text_{language}", "search_analyzer": f"query_{language}"}
        properties |= {title: analysed, text: analysed}
    return {"dynamic": "strict", "properties": properties}


def text_fields() -> Iterator[tuple[str, str, str]]:
    """Yield (field of the title, field of the text, language) of every language."""
    yield "title", "text", "en"
    for language in LANGUAGES:
        yield f"title_{language}", f"text_{language}", language


def document(
    entry: Entry, *, batch: str, ordinal: int, monitor_id: str, day: date, collection: str
) -> dict[str, Any]:
    """Return the stored form of an entry."""
    suffix = _suffix(entry.language)
    return {
        "day_key": day_key(monitor_id, day, collection),
        "batch": batch,
        "ordinal": ordinal,
        "monitor_id": monitor_id,
        "day": day.isoformat(),
        "identity": identity(monitor_id, entry.entry_id),
        "entry_id": entry.entry_id,
        f"title{suffix}": entry.title,
        f"text{suffix}": entry.text,
        "url": entry.url,
        "engine_id": entry.engine_id,
        "language": entry.language,
    }


def entry_of(stored: dict[str, Any]) -> Entry:
    """Return the entry of a stored document."""
    suffix = _suffix(stored["language"])
    return Entry(
        entry_id=stored["entry_id"],
        title=stored[f"title{suffix}"],
        text=stored[f"text{suffix}"],
        url=stored["url"],
        engine_id=stored["engine_id"],
        language=stored["language"],
    )


def _suffix(language: str) -> str:
    code = language.partition("-")[0].partition("_")[0].lower()
    known = "cjk" if code in _CJK else code
    return f"_{known}" if known in LANGUAGES else ""
