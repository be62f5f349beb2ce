"""How free text becomes a tantivy query, and what was found becomes hits.

Belongs here: ranking, filters, snippets, facets. Not here: opening and locking the index.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from brand_monitor.backends.search.embedded_schema import analyser
from brand_monitor.backends.search.interface import SNIPPET_CHARACTERS, Facets, Hit, Scope
from brand_monitor.backends.search.wording import TITLE_BOOST, different, readable

# Days in one answer of facets: 27 years.
MOST_DAYS = 10_000


def terms_of(words: str) -> list[str]:
    """Return the different terms of free text, in order of appearance."""
    return different(analyser().analyze(readable(words)))


def find(schema: Any, searcher: Any, terms: Sequence[str], scope: Scope, limit: int) -> list[Hit]:
    """Return the best hits: O(matching entries), and two small look-ups for each hit.

    Args:
        schema: Schema of the index.
        searcher: Searcher over the index.
        terms: Analysed words, at least one.
        scope: Where to look.
        limit: Most hits, at least 1.
    """
    any_term = _any_of(schema, terms)
    return _ranked(schema, searcher, any_term, _within(schema, any_term, scope), limit)


def find_like(schema: Any, searcher: Any, identity: int, scope: Scope, limit: int) -> list[Hit]:
    """Return other entries that share telling words with an entry, none if it is not held."""
    from tantivy import Occur, Query

    own = Query.term_query(schema, "identity", identity, index_option="basic")
    if (document := _newest_of(searcher, own)) is None:
        return []
    fields = {name: document.get_all(name) for name in ("title", "text")}
    alike = Query.more_like_this_document_fields_query(
        schema, fields, min_doc_frequency=2, min_term_frequency=1, max_query_terms=25
    )
    narrowed = _within(schema, alike, scope)
    others = Query.boolean_query([(Occur.Must, narrowed), (Occur.MustNot, own)])
    return _ranked(schema, searcher, alike, others, limit)


def count_by(schema: Any, searcher: Any, terms: Sequence[str], scope: Scope) -> Facets:
    """Count the matching entries: O(matching entries), once for each engine and monitor."""
    from tantivy import Occur, Query

    query = _within(schema, _any_of(schema, terms), scope)

    def tally(field: str) -> dict[str, int]:
        found = {}
        for value, _ in searcher.terms_with_prefix(field, ""):
            exact = Query.term_query(schema, field, value, index_option="basic")
            both = Query.boolean_query([(Occur.Must, query), (Occur.Must, exact)])
            found[value] = int(searcher.search(both, limit=1).count)
        return {value: count for value, count in found.items() if value and count}

    days = searcher.aggregate(query, {"day": {"terms": {"field": "day", "size": MOST_DAYS}}})["day"]
    by_day = {date.fromordinal(int(each["key"])): int(each["doc_count"]) for each in days["buckets"]}
    return Facets(by_day, tally("engine_id"), tally("monitor_id"))


def _ranked(schema: Any, searcher: Any, words: Any, query: Any, limit: int) -> list[Hit]:
    import tantivy

    generator = tantivy.SnippetGenerator.create(searcher, words, schema, "text")
    generator.set_max_num_chars(SNIPPET_CHARACTERS)
    return [
        _hit(score, _newest(schema, searcher, query, identity), generator)
        for identity, score in _best_per_entry(searcher, query, limit)
    ]


def _any_of(schema: Any, terms: Sequence[str]) -> Any:
    from tantivy import Occur, Query

    clauses = []
    for term in terms:
        title = Query.term_query(schema, "title", term)
        clauses.append((Occur.Should, Query.boost_query(title, TITLE_BOOST)))
        clauses.append((Occur.Should, Query.term_query(schema, "text", term)))
    return Query.boolean_query(clauses)


def _within(schema: Any, query: Any, scope: Scope) -> Any:
    """Require what the scope names."""
    wanted = {
        "collection": scope.collection,
        "monitor_id": scope.monitor_id,
        "day": None if scope.day is None else scope.day.toordinal(),
    }
    return _narrowed(schema, query, {name: value for name, value in wanted.items() if value is not None})


def _narrowed(schema: Any, query: Any, values: Mapping[str, str | int]) -> Any:
    """Require exact values without letting them touch the score."""
    from tantivy import Occur, Query

    clauses = [(Occur.Must, query)]
    for name, value in values.items():
        exact = Query.term_query(schema, name, value, index_option="basic")
        clauses.append((Occur.Must, Query.const_score_query(exact, 0.0)))
    return Query.boolean_query(clauses)


def _best_per_entry(searcher: Any, query: Any, limit: int) -> list[tuple[int, float]]:
    """Return identity and best score of the first ``limit`` different entries.

    Days repeat entries, so the window is doubled until it holds enough different ones. Equal scores are
    ordered by identity: the order must not depend on how the index happens to be cut into segments.
    """
    window = 4 * limit
    while True:
        result = searcher.search(query, limit=window, count=False)
        addresses = [address for _, address in result.hits]
        best: dict[int, float] = {}
        for identity, (score, _) in zip(
            searcher.fast_field_values("identity", addresses), result.hits, strict=True
        ):
            best.setdefault(identity, score)
        if len(best) >= limit or len(addresses) < window:
            return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:limit]
        window *= 2


def _newest(schema: Any, searcher: Any, query: Any, identity: int) -> Any:
    """Return the tantivy document of the entry's newest day that matches."""
    newest = _newest_of(searcher, _narrowed(schema, query, {"identity": identity}))
    if newest is None:
        raise ValueError(f"no entry has the identity {identity} that a search returned")
    return newest


def _newest_of(searcher: Any, query: Any) -> Any:
    found = searcher.search(query, limit=1, count=False, order_by_field="day")
    return searcher.doc(found.hits[0][1]) if found.hits else None


def _hit(score: float, document: Any, generator: Any) -> Hit:
    fields = {name: values[0] for name, values in document.to_dict().items()}
    # Words found in the title alone leave no fragment: then the text's beginning says more than nothing.
    fragment = generator.snippet_from_doc(document).fragment() or fields["text"]
    return Hit(
        entry_id=fields["entry_id"],
        score=score,
        title=fields["title"],
        url=fields["url"],
        snippet=" ".join(fragment[: 2 * SNIPPET_CHARACTERS].split())[:SNIPPET_CHARACTERS],
        date=date.fromordinal(fields["day"]),
        monitor_id=fields["monitor_id"],
        engine_id=fields["engine_id"],
    )
