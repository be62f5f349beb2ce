"""Pausing and resuming everything, as docs/deployment.md tells it."""

from collections.abc import Iterator
from contextlib import contextmanager

from brand_monitor_tests.cluster.installation import Installation

DAEMON = "deployment/bm-brand-monitor-daemon"


@contextmanager
def paused(installation: Installation) -> Iterator[None]:
    """Within this block there is no daemon: nothing is launched, no schedule ticks."""
    installation.kubectl("scale", DAEMON, "--replicas=0")
    installation.wait("delete", "pods", "--selector=app.kubernetes.io/component=daemon")
    try:
        yield
    finally:
        installation.kubectl("scale", DAEMON, "--replicas=1")
