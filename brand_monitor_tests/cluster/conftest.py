"""The chart installed once for the session, with servers and providers of this machine in the node's network."""

from collections.abc import Iterator

import pytest

from brand_monitor_tests.cluster.installation import Installation
from brand_monitor_tests.cluster.market import Stubs
from brand_monitor_tests.cluster.release import installed, provider_stubs
from brand_monitor_tests.servers.fixtures import start_or_skip
from tools.cluster.interface import Cluster


@pytest.fixture(scope="session")
def stubs(cluster: Cluster) -> Iterator[Stubs]:
    """A stand-in of every provider."""
    if cluster.host is None:
        pytest.skip(f"pods of a {cluster.kind} cluster have no known way to this machine")
    with provider_stubs(cluster) as running:
        yield running


@pytest.fixture(scope="session")
def installation(cluster: Cluster, stubs: Stubs) -> Iterator[Installation]:
    """The release that the tests share."""
    with installed(cluster, stubs, start=start_or_skip, projections=True) as release:
        yield release
