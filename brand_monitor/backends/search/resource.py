"""Dagster resources of the search index. Their configuration shows in the UI: none holds a password."""

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import dagster as dg

from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.backends.search.interface import SearchIndex
from brand_monitor.backends.search.opensearch import OpenSearchIndex
from brand_monitor.backends.search.opensearch_client import Server
from brand_monitor.backends.search.opensearch_schema import Names
from brand_monitor.deployment import Settings, current_settings
from brand_monitor.failures import SetupError


class SearchIndexes(dg.ConfigurableResource["SearchIndexes"]):
    """What opens a search index, whichever it is."""

    @abstractmethod
    def open(self) -> AbstractContextManager[SearchIndex]:
        """Open the index for a block and close it afterwards."""


class TantivyIndexes(SearchIndexes):
    """The embedded index in one folder. Opened for the shortest time: it has one writer."""

    folder: str

    @contextmanager
    def open(self) -> Iterator[SearchIndex]:
        """Open the index for a block and close it afterwards."""
        with closing(TantivyIndex(Path(self.folder))) as index:
            yield index


class OpenSearchIndexes(SearchIndexes):
    """The index on OpenSearch that the settings of the installation in ``home`` name."""

    home: str

    @contextmanager
    def open(self) -> Iterator[SearchIndex]:
        """Open the index for a block and close it afterwards; settings are read anew.

        Raises:
            SetupError: OPENSEARCH_URL is not set any more.
        """
        with closing(opensearch_index(current_settings(Path(self.home)))) as index:
            yield index


def opensearch_index(settings: Settings) -> OpenSearchIndex:
    """Return the index on OpenSearch that the settings name; nothing is sent yet.

    Raises:
        SetupError: OPENSEARCH_URL is not set.
    """
    if settings.opensearch_url is None:
        raise SetupError("OPENSEARCH_URL is not set: set it, or restart with the embedded index")
    password = settings.opensearch_password
    server = Server(
        url=settings.opensearch_url,
        user=settings.opensearch_user,
        password=password.get_secret_value() if password else None,
        ca_file=settings.opensearch_ca_file,
    )
    return OpenSearchIndex(server, Names(settings.opensearch_prefix))
