"""How a day is written to OpenSearch: hidden, in bulk, counted, then shown at once.

Belongs here: bulk requests, deletion, the order of steps. Not here: the control document itself.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any
from uuid import uuid4

from brand_monitor.backends.search.interface import Collection, Entry
from brand_monitor.backends.search.keys import day_key, refuse_repeated, split_day_key
from brand_monitor.backends.search.opensearch_client import BUSY, Server, ask, blocked
from brand_monitor.backends.search.opensearch_control import (
    WRITE_SECONDS,
    Control,
    OvertakenError,
    claimed,
    committed,
    forgettable,
    without,
)
from brand_monitor.backends.search.opensearch_schema import Names, document, template
from brand_monitor.failures import BrandMonitorError, PermanentFailure, StorageError, TransientFailure

#: Documents and bytes of one bulk request.
CHUNK = 1_000
CHUNK_BYTES = 10_000_000

#: Deleting a big day takes longer than any search.
DELETE_SECONDS = 600.0


class DayWriter:
    """Replaces days in one set of indices."""

    def __init__(self, server: Server, client: Any, names: Names, control: Control) -> None:
        self._server, self._client, self._names, self._control = server, client, names, control
        self._is_prepared = False

    def replace(
        self,
        monitor_id: str,
        day: date,
        collection: Collection,
        entries: Sequence[Entry],
        *,
        wait_seconds: float,
    ) -> None:
        """Write a day as ``SearchIndex.replace_day`` says, waiting for a rebuild at most so long."""
        refuse_repeated(entries)
        self.prepare()
        self._control.wait_until_free(wait_seconds)
        alias = self._names.month(collection, day)
        if not self._has(alias):
            if not entries:
                return
            self._make_month(collection, day)
        batch, key, start = uuid4().hex, day_key(monitor_id, day, collection), time.monotonic()
        self._control.change(lambda state: claimed(state, batch, key, time.time()))
        try:
            shared: dict[str, Any] = {
                "batch": batch,
                "monitor_id": monitor_id,
                "day": day,
                "collection": collection,
            }
            for chunk in _chunks(document(each, ordinal=n, **shared) for n, each in enumerate(entries)):
                self._refuse_late(start)
                self._send(alias, chunk)
            before = self._counted(alias, key, batch, len(entries))
            self._refuse_late(start)
            self._control.change(lambda state: committed(state, batch, key, before, time.time()))
        except OvertakenError as lost:
            self._drop(batch, alias)
            raise TransientFailure(
                f"OpenSearch at {self._server.url}: {key} was not written: {lost}; the other's content "
                "stands, write the day again if it should not"
            ) from None
        except PermanentFailure:
            self._drop(batch, alias)
            raise
        self._sweep(key)

    def prepare(self) -> None:
        """Make sure that indices made from now on have our settings and mappings."""
        if self._is_prepared:
            return
        name = f"{self._names.prefix}-entries"
        ask(
            self._server,
            f"write the index template {name}",
            lambda: self._client.indices.put_index_template(name=name, body=template(self._names)),
        )
        self._control.prepare()
        self._is_prepared = True

    def _sweep(self, key: str) -> None:
        """Delete what nobody will see: replaced batches, and what dead writers of this day left.

        A batch of the latter stays hidden for a while: its writer may be alive after all.
        """
        hidden = self._control.read().state
        gone = forgettable(hidden, time.time())
        left = [name for name, each in hidden.hidden.items() if each.key == key and each.stage == "abandoned"]
        for batch in {*gone, *left}:
            collection = hidden.hidden[batch].key.partition("/")[0]
            _, day = split_day_key(hidden.hidden[batch].key)
            self._delete(self._names.month(collection, day), batch)
        if gone:
            self._control.change(lambda state: without(state, gone))

    def _drop(self, batch: str, alias: str) -> None:
        self._delete(alias, batch)
        self._control.change(lambda state: without(state, [batch]))

    def _delete(self, alias: str, batch: str) -> None:
        """Delete a batch: what a search cannot see yet is not deleted, so refresh before and after."""
        self._refresh(alias)
        params = {"conflicts": "proceed", "refresh": "true", "ignore": 404}
        ask(
            self._server,
            f"delete replaced entries from {alias}",
            lambda: self._client.delete_by_query(
                index=alias,
                body={"query": {"term": {"batch": batch}}},
                params={**params, "request_timeout": DELETE_SECONDS},
            ),
        )

    def _refresh(self, alias: str) -> None:
        ask(
            self._server,
            f"refresh {alias}",
            lambda: self._client.indices.refresh(
                index=alias, params={"ignore": 404, "request_timeout": DELETE_SECONDS}
            ),
        )

    def _has(self, alias: str) -> bool:
        return bool(
            ask(self._server, f"look for {alias}", lambda: self._client.indices.exists_alias(name=alias))
        )

    def _make_month(self, collection: Collection, day: date) -> None:
        """Make the index of a month with its aliases; of two who try at once, one is refused."""
        alias = self._names.month(collection, day)
        index = self._names.new_index(collection, day, uuid4().hex[:8])
        aliases = {self._names.read(collection): {}, alias: {"is_write_index": True}}
        try:
            ask(
                self._server,
                f"make the index {index}",
                lambda: self._client.indices.create(index=index, body={"aliases": aliases}),
            )
        except BrandMonitorError:
            if not self._has(alias):
                raise

    def _send(self, alias: str, documents: Sequence[dict[str, Any]]) -> None:
        from opensearchpy.helpers import streaming_bulk

        actions = [
            {"_index": alias, "_id": f"{each['batch']}-{each['ordinal']}", "_source": each}
            for each in documents
        ]

        def request() -> list[dict[str, Any]]:
            results = streaming_bulk(
                self._client,
                actions,
                chunk_size=len(actions),
                max_chunk_bytes=CHUNK_BYTES,
                raise_on_error=False,
                max_retries=self._server.attempts - 1,
                initial_backoff=self._server.backoff_seconds,  # type: ignore[arg-type]  # seconds
                yield_ok=False,
                require_alias=True,
            )
            return [item["index"] for _, item in results]

        if failed := ask(self._server, f"write {len(actions)} entries to {alias}", request):
            raise self._refused(alias, failed, documents)

    def _refused(
        self, alias: str, failed: Sequence[dict[str, Any]], documents: Sequence[dict[str, Any]]
    ) -> BrandMonitorError:
        """Return the error for refused documents; one that will always be refused goes first."""
        first = next((item for item in failed if item["status"] not in BUSY), failed[0])
        document = documents[int(first["_id"].rpartition("-")[2]) - documents[0]["ordinal"]]
        reason = _reason(first["error"])
        where = f"OpenSearch at {self._server.url}: write entries to {alias}"
        if "cluster_block_exception" in reason:
            return blocked(where, reason)
        told = f"{where}: {len(failed)} refused, first {document['entry_id'][:80]!r} ({reason}); nothing of "
        if first["status"] in BUSY or first["status"] >= 500 or first["status"] == 404:  # noqa: PLR2004
            return StorageError(f"{told}the day can be seen, try again later")
        return PermanentFailure(
            f"{told}the day can be seen. Correct that entry; if its mapping is not ours, rebuild the index"
        )

    def _counted(self, alias: str, key: str, batch: str, expected: int) -> list[str]:
        """Check that every document arrived, and return the other batches of the day."""
        self._refresh(alias)
        answer = ask(
            self._server,
            f"count what {alias} holds",
            lambda: self._client.search(
                index=alias,
                body={
                    "size": 0,
                    "query": {"term": {"day_key": key}},
                    "aggs": {"batches": {"terms": {"field": "batch", "size": 10_000}}},
                },
                params={"allow_partial_search_results": "false"},
            ),
        )
        held = {each["key"]: each["doc_count"] for each in answer["aggregations"]["batches"]["buckets"]}
        if held.get(batch, 0) != expected:
            raise StorageError(
                f"OpenSearch at {self._server.url}: {alias} holds {held.get(batch, 0)} of {expected} entries "
                f"that it took for {key}; nothing of them can be seen, write the day again"
            )
        return [name for name in held if name != batch]

    def _refuse_late(self, start: float) -> None:
        if time.monotonic() - start > WRITE_SECONDS:
            raise OvertakenError(f"it took longer than {WRITE_SECONDS:g} s")


def _chunks(documents: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    rest = iter(documents)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _reason(error: Any) -> str:
    """Return what the server said of one document: the outer cause and the innermost one."""
    if not isinstance(error, dict):
        return str(error)[:300]
    inner = error
    while isinstance(inner.get("caused_by"), dict):
        inner = inner["caused_by"]
    causes = dict.fromkeys(f"{cause.get('type')}: {cause.get('reason')}" for cause in (error, inner))
    return " ".join("; ".join(causes).split())[:400]
