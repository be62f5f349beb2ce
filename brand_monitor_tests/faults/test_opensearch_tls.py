"""OpenSearch behind TLS: a certificate is looked at, and an authority of one's own is named by a file."""

import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from brand_monitor.backends.search.interface import Entry
from brand_monitor.failures import BrandMonitorError
from brand_monitor_tests.faults.fault_proxy import FaultProxy, fault_proxy
from brand_monitor_tests.search_servers.indexes import new_prefix, open_opensearch, remove
from tools.servers.certificates import Certificates
from tools.servers.opensearch import OpenSearch

DAY = date(2026, 11, 24)


@pytest.fixture
def behind_tls(opensearch: OpenSearch, tmp_path: Path) -> Iterator[FaultProxy]:
    certificates = Certificates(tmp_path)
    certificates.ensure()
    with fault_proxy(opensearch.url, certificates=certificates) as proxy:
        yield proxy


def test_entries_are_written_and_found_where_the_authority_is_trusted(
    behind_tls: FaultProxy, opensearch: OpenSearch, tmp_path: Path
) -> None:
    prefix = new_prefix()
    try:
        with closing(open_opensearch(behind_tls.url, prefix, ca_file=tmp_path / "ca.pem")) as index:
            index.replace_day("shoes", DAY, "documents", [Entry("one", "A title", "Quiet kettles boil.")])
            assert [hit.entry_id for hit in index.search("kettles", collection="documents")] == ["one"]
    finally:
        remove(opensearch.url, prefix)
    assert behind_tls.url.startswith("https://")
    assert behind_tls.requests


def test_a_certificate_of_an_unknown_authority_is_refused_before_anything_is_sent(
    behind_tls: FaultProxy, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.CRITICAL),
        closing(open_opensearch(behind_tls.url, new_prefix(), attempts=1)) as index,
        pytest.raises(BrandMonitorError, match="OPENSEARCH_CA_FILE"),
    ):
        index.search("kettles", collection="documents")
    assert behind_tls.requests == []
