"""How tests open an index on OpenSearch: under a prefix of their own, which they remove."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from brand_monitor.backends.search.opensearch import OpenSearchIndex
from brand_monitor.backends.search.opensearch_client import Server, connect
from brand_monitor.backends.search.opensearch_schema import Names


def new_prefix() -> str:
    return f"test-{uuid4().hex[:10]}"


def open_opensearch(url: str, prefix: str, **options) -> OpenSearchIndex:
    waiting = options.pop("wait_seconds", 10.0)
    patient = {"attempts": 5, "backoff_seconds": 0.02, **options}
    return OpenSearchIndex(Server(url, **patient), Names(prefix), wait_seconds=waiting)


def remove(url: str, prefix: str) -> None:
    """Delete what the prefix names, by the names of the indices."""
    client = connect(Server(url))
    for index in client.indices.get(index=f"{prefix}-*", params={"expand_wildcards": "all"}):
        client.indices.delete(index=index)
    client.indices.delete_index_template(name=f"{prefix}-*", params={"ignore": 404})
    client.close()


@contextmanager
def opensearch_prefix(url: str) -> Iterator[str]:
    """Yield a prefix that nobody else uses."""
    prefix = new_prefix()
    yield prefix
    remove(url, prefix)
