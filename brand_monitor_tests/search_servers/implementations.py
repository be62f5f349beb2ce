"""Every implementation of the search index, as the contract suites open it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.backends.search.interface import SearchIndex
from brand_monitor_tests.search_servers.indexes import open_opensearch, opensearch_prefix

# What opens an index; two that it opens share what they hold, if it is durable.
Opener = Callable[[], SearchIndex]


@contextmanager
def tantivy_in_a_folder(request: pytest.FixtureRequest) -> Iterator[Opener]:
    folder = request.getfixturevalue("tmp_path") / "index"
    yield lambda: TantivyIndex(folder)


@contextmanager
def tantivy_in_memory(request: pytest.FixtureRequest) -> Iterator[Opener]:
    yield TantivyIndex


@contextmanager
def opensearch_server(request: pytest.FixtureRequest) -> Iterator[Opener]:
    url = request.getfixturevalue("opensearch").url
    with opensearch_prefix(url) as prefix:
        yield lambda: open_opensearch(url, prefix)


# A new implementation adds a function above and a line here.
IMPLEMENTATIONS: dict[str, Callable[[pytest.FixtureRequest], AbstractContextManager[Opener]]] = {
    "tantivy in a folder": tantivy_in_a_folder,
    "tantivy in memory": tantivy_in_memory,
    "OpenSearch": opensearch_server,
}
# Those that keep what they hold when they are closed.
DURABLE = ["tantivy in a folder", "OpenSearch"]
