"""The search index on OpenSearch: one index a month and collection behind aliases.

Belongs here: the interface, and that every answer is of one moment. Not here: names and mappings
(``opensearch_schema``), requests (``opensearch_query``), writing (``opensearch_write``), rebuilding
(``opensearch_rebuild``).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any, TypeVar
from uuid import uuid4

from brand_monitor.backends.search.interface import Collection, Entry, Facets, Hit, Scope, SearchIndex
from brand_monitor.backends.search.keys import day_key, identity, split_day_key
from brand_monitor.backends.search.opensearch_client import Server, ask, connect
from brand_monitor.backends.search.opensearch_control import Control, Version
from brand_monitor.backends.search.opensearch_query import (
    any_word,
    conditions,
    counted,
    facets_of,
    hits_of,
    like_this,
    ranked,
    within,
    words_of,
)
from brand_monitor.backends.search.opensearch_rebuild import Rebuild
from brand_monitor.backends.search.opensearch_schema import Names, entry_of
from brand_monitor.backends.search.opensearch_write import DayWriter
from brand_monitor.failures import BrandMonitorError, StorageError

T = TypeVar("T")

#: How long a reader looks for a moment in which no day is being shown.
READ_SECONDS = 60.0

_PAGE = 1_000


class OpenSearchIndex(SearchIndex):
    """A search index on a server.

    Args:
        server: where it is.
        names: names of its indices, all with one prefix.
        wait_seconds: How long a writer waits for a rebuild.
        before_write: called before each day is written.
    """

    def __init__(
        self,
        server: Server,
        names: Names,
        *,
        wait_seconds: float = 60.0,
        before_write: Callable[[], None] = lambda: None,
    ) -> None:
        self.server, self.names, self.wait_seconds = server, names, wait_seconds
        self._before_write = before_write
        self._client: Any = connect(server)
        self._control = Control(server, self._client, names)
        self._writer = DayWriter(server, self._client, names, self._control)
        self._seen: Version | None = None

    @property
    def where(self) -> str:
        """The address of the server."""
        return f"search index at {self.server.url}"

    def replace_day(
        self, monitor_id: str, day: date, collection: Collection, entries: Sequence[Entry]
    ) -> None:
        """Write the day hidden, then show it by one conditional write: O(entries)."""
        self._refuse_closed()
        self._before_write()
        self._writer.replace(monitor_id, day, collection, entries, wait_seconds=self.wait_seconds)

    def count(self, monitor_id: str, day: date, collection: Collection) -> int:
        """Count by the term that a day's entries share."""
        key = day_key(monitor_id, day, collection)

        def request(hidden: Sequence[str]) -> int:
            query = {"bool": conditions(hidden, day_key=key)}
            body = {"size": 0, "query": query, "track_total_hits": True}
            return int(self._search(collection, body)["hits"]["total"]["value"])

        return self._consistent(collection, request, 0)

    def days(self, collection: Collection) -> list[tuple[str, date]]:
        """List the terms that the entries of a day share, a page at a time."""

        def request(hidden: Sequence[str]) -> list[tuple[str, date]]:
            keys: list[str] = []
            after: dict[str, Any] = {}
            while True:
                composite = {"size": _PAGE, "sources": [{"key": {"terms": {"field": "day_key"}}}], **after}
                query = {"bool": conditions(hidden)}
                body = {"size": 0, "query": query, "aggs": {"days": {"composite": composite}}}
                found = self._search(collection, body)["aggregations"]["days"]
                keys += [bucket["key"]["key"] for bucket in found["buckets"]]
                if "after_key" not in found:
                    return sorted(split_day_key(key) for key in keys)
                after = {"after": found["after_key"]}

        return self._consistent(collection, request, [])

    def entries(self, monitor_id: str, day: date, collection: Collection) -> list[Entry]:
        """Read the day back, a page at a time, in the order in which it was written."""
        key = day_key(monitor_id, day, collection)

        def request(hidden: Sequence[str]) -> list[Entry]:
            read: list[Entry] = []
            after: dict[str, Any] = {}
            while True:
                query = {"bool": conditions(hidden, day_key=key)}
                body = {"size": _PAGE, "query": query, "sort": [{"ordinal": "asc"}], **after}
                page = self._search(collection, body)["hits"]["hits"]
                read += [entry_of(each["_source"]) for each in page]
                if len(page) < _PAGE:
                    return read
                after = {"search_after": page[-1]["sort"]}

        return self._consistent(collection, request, [])

    @contextmanager
    def rebuilding(self) -> Iterator[SearchIndex]:
        """Give new indices beside the live ones; all aliases are moved in one request at the end."""
        self._refuse_closed()
        self._writer.prepare()
        rebuild = Rebuild(self.server, self._client, self.names, uuid4().hex[:8])
        rebuild.begin(self.wait_seconds)
        staged = OpenSearchIndex(self.server, rebuild.staged, before_write=rebuild.renew)
        try:
            yield staged
            rebuild.swap()
        except BaseException:
            # A server that is away cannot be tidied; the lease ends by itself, the next rebuild tidies.
            with suppress(BrandMonitorError):
                rebuild.abandon()
            raise
        finally:
            staged.close()

    def _terms(self, words: str) -> list[str]:
        """Cut into words; the server reduces them to stems by the language of each field."""
        return words_of(words)

    def _find(self, terms: Sequence[str], scope: Scope, limit: int) -> list[Hit]:
        """Rank by BM25 over title and text; at most 10,000 hits, which is what the server gives."""

        def request(hidden: Sequence[str]) -> list[Hit]:
            body = ranked(any_word(terms), within(hidden, scope), limit)
            return list(hits_of(self._search(scope.collection, body)))

        return self._consistent(scope.collection, request, [])

    def _find_like(self, entry_id: str, collection: Collection, monitor_id: str, limit: int) -> list[Hit]:
        """Rank by the telling words of the entry's newest day."""
        own = identity(monitor_id, entry_id)

        def request(hidden: Sequence[str]) -> list[Hit]:
            mine = {"bool": conditions(hidden, identity=own)}
            newest = {"size": 1, "query": mine, "sort": [{"day": "desc"}], "_source": False}
            found = self._search(collection, newest)["hits"]["hits"]
            if not found:
                return []
            narrowed = conditions(hidden, monitor_id=monitor_id)
            narrowed["must_not"] = [*narrowed.get("must_not", []), {"term": {"identity": own}}]
            body = ranked(like_this(found[0]["_index"], found[0]["_id"]), narrowed, limit)
            return list(hits_of(self._search(collection, body)))

        return self._consistent(collection, request, [])

    def _tally(self, terms: Sequence[str], scope: Scope) -> Facets:
        """Count by aggregations; at most 10,000 values of each kind."""

        def request(hidden: Sequence[str]) -> Facets:
            body = counted(any_word(terms), within(hidden, scope))
            return facets_of(self._search(scope.collection, body))

        return self._consistent(scope.collection, request, Facets({}, {}, {}))

    def _release(self) -> None:
        self._client.close()

    def _search(self, collection: Collection, body: dict[str, Any]) -> Any:
        # Document frequencies over all months, as in one index; else a word weighs differently each month.
        params = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": "false"}
        index = self.names.read(collection)
        return ask(
            self.server,
            f"search {index}",
            lambda: self._client.search(index=index, body=body, params=params),
        )

    def _consistent(self, collection: Collection, request: Callable[[Sequence[str]], T], nothing: T) -> T:
        """Return an answer of one moment: asked again if a day was shown or hidden meanwhile.

        A request that fails because its index was replaced meanwhile is asked again as well.
        """
        self._refuse_closed()
        seen = self._seen or self._control.read()
        deadline = time.monotonic() + READ_SECONDS
        while True:
            failure, answer = None, nothing
            if collection in seen.state.shown:
                try:
                    answer = request(list(seen.state.hidden))
                except BrandMonitorError as error:
                    failure = error
            now = self._control.read()
            if now.seq_no == seen.seq_no:
                self._seen = now
                if failure is not None:
                    raise failure
                return answer
            seen = now
            if time.monotonic() >= deadline:
                raise StorageError(
                    f"OpenSearch at {self.server.url}: {self.names.prefix} kept changing for "
                    f"{READ_SECONDS:g} s while it was asked; try again later"
                )
