"""How free text becomes a request to OpenSearch, and its answer becomes hits.

Belongs here: ranking, filters, snippets, facets. Not here: sending.

Text reaches the server as a value of a ``match`` query and nowhere else: it is cut into words by an analyser
and cannot be syntax.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from brand_monitor.backends.search.interface import SNIPPET_CHARACTERS, Facets, Hit, Scope
from brand_monitor.backends.search.opensearch_schema import entry_of, text_fields
from brand_monitor.backends.search.wording import TITLE_BOOST, different, readable
from brand_monitor.failures import StorageError

#: Most characters of a query that are cut into words.
MOST_CHARACTERS = 100_000

#: What OpenSearch returns at most (index.max_result_window).
MOST_HITS = 10_000

# The highlighter refuses texts longer than index.highlight.max_analyzed_offset unless told where to stop.
_MOST_HIGHLIGHTED = 999_999
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Return the different words of free text, in order of appearance."""
    return different(_WORD.findall(readable(text[:MOST_CHARACTERS]).lower()))


def conditions(hidden: Sequence[str], **values: str | int | None) -> dict[str, Any]:
    """Return the clauses of a ``bool`` query that narrow it without touching the score.

    Args:
        hidden: batches that must not be seen.
        values: exact value by field name; ``None`` narrows nothing.
    """
    clauses: dict[str, Any] = {
        "filter": [{"term": {name: value}} for name, value in values.items() if value is not None]
    }
    if hidden:
        clauses["must_not"] = [{"terms": {"batch": list(hidden)}}]
    return clauses


def within(hidden: Sequence[str], scope: Scope) -> dict[str, Any]:
    """Return the clauses that keep a query within a scope; its collection is an alias of its own."""
    day = scope.day.isoformat() if scope.day else None
    return conditions(hidden, monitor_id=scope.monitor_id, **{"day.exact": day})


def any_word(words: Sequence[str]) -> dict[str, Any]:
    """Return the query for entries that hold one of the words: the sum over the fields, each word once."""
    fields = [name for title, text, _ in text_fields() for name in (f"{title}^{TITLE_BOOST:g}", text)]
    return {
        "multi_match": {"query": " ".join(words), "type": "most_fields", "operator": "or", "fields": fields}
    }


def like_this(index: str, doc_id: str) -> dict[str, Any]:
    """Return the query for documents that share telling words with a stored one."""
    return {
        "more_like_this": {
            "fields": [name for title, text, _ in text_fields() for name in (title, text)],
            "like": [{"_index": index, "_id": doc_id}],
            "min_term_freq": 1,
            "min_doc_freq": 2,
            "max_query_terms": 25,
            "minimum_should_match": 1,
        }
    }


def ranked(query: Mapping[str, Any], narrowed: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """Return the request for the best entries, each once, shown as of its newest matching day.

    Equal scores are ordered by identity: the order must not depend on how the index is cut.
    """
    highlight = {
        "fields": {text: {} for _, text, _ in text_fields()},
        "pre_tags": [""],
        "post_tags": [""],
        "fragment_size": SNIPPET_CHARACTERS,
        "number_of_fragments": 1,
        "no_match_size": SNIPPET_CHARACTERS,
        "max_analyzer_offset": _MOST_HIGHLIGHTED,
    }
    newest = {"name": "newest", "size": 1, "sort": [{"day": "desc"}], "highlight": highlight}
    return {
        "size": min(limit, MOST_HITS),
        "query": {"bool": {"must": [query], **narrowed}},
        "sort": ["_score", {"identity": "asc"}],
        "track_scores": True,
        "track_total_hits": False,
        "_source": False,
        "collapse": {"field": "identity", "inner_hits": newest},
    }


def counted(query: Mapping[str, Any], narrowed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request for facets."""
    return {
        "size": 0,
        "query": {"bool": {"must": [query], **narrowed}},
        "aggs": {
            name: {"terms": {"field": field, "size": MOST_HITS}}
            for name, field in (("day", "day"), ("engine", "engine_id"), ("monitor", "monitor_id"))
        },
    }


def hits_of(answer: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield the hits of an answer to ``ranked``.

    Raises:
        StorageError: a day was replaced while the server answered; ask again.
    """
    for found in answer["hits"]["hits"]:
        inner = found["inner_hits"]["newest"]["hits"]["hits"]
        if not inner:  # the server looks for them by a second search
            raise StorageError("the search index changed while OpenSearch answered; try again")
        newest = inner[0]
        stored = newest["_source"]
        entry = entry_of(stored)
        fragments = [part for parts in newest.get("highlight", {}).values() for part in parts]
        # Text without any word leaves no fragment.
        snippet = fragments[0] if fragments else entry.text
        yield Hit(
            entry_id=entry.entry_id,
            score=found["_score"],
            title=entry.title,
            url=entry.url,
            snippet=" ".join(snippet[: 2 * SNIPPET_CHARACTERS].split())[:SNIPPET_CHARACTERS],
            date=date.fromisoformat(stored["day"]),
            monitor_id=stored["monitor_id"],
            engine_id=entry.engine_id,
        )


def facets_of(answer: Mapping[str, Any]) -> Facets:
    """Return the facets of an answer to ``counted``."""
    found = {name: part["buckets"] for name, part in answer["aggregations"].items()}
    return Facets(
        by_day={date.fromisoformat(each["key_as_string"]): each["doc_count"] for each in found["day"]},
        by_engine={each["key"]: each["doc_count"] for each in found["engine"] if each["key"]},
        by_monitor={each["key"]: each["doc_count"] for each in found["monitor"]},
    )
