"""The chart in a cluster with a meter, for as long as a benchmark lasts."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import environ
from pathlib import Path

from pod_meter import Meter

from brand_monitor_tests.cluster.installation import Installation
from brand_monitor_tests.cluster.market import Stubs
from brand_monitor_tests.cluster.release import installed, provider_stubs
from tools.cluster.choice import find_cluster
from tools.image.build import IMAGE

#: Places for so many runs and asking steps; a start may take long where all of them share two cores.
_LIMITS = {
    "concurrency.maxConcurrentRuns": 10,
    "concurrency.pools.asking": 4,
    "monitoring.startTimeoutSeconds": 900,
}


@contextmanager
def measured_release() -> Iterator[tuple[Installation, Stubs, Meter]]:
    """Install the chart in the cluster of `python -m tools.cluster`, made and taken down if none is up."""
    cluster = find_cluster()
    was_up = cluster.is_up()
    cluster.up()
    cluster.load_image(IMAGE)
    arguments = [f"--set={name}={value}" for name, value in _LIMITS.items()]
    try:
        with provider_stubs(cluster) as stubs, installed(cluster, stubs, *arguments) as release:
            meter = Meter(release)
            try:
                yield release, stubs, meter
            finally:
                meter.stop()
    finally:
        if not was_up:
            cluster.down()


def command_line(release: Installation, home: Path, *line: str, more: Mapping[str, str] | None = None) -> str:
    """Run `brand-monitor` of this machine on the servers of the release; return what it prints."""
    variables = release.postgres.variables() | release.s3.variables() | dict(more or {})
    with release.cluster.inside():
        done = subprocess.run(
            [sys.executable, "-m", "brand_monitor.cli", "--home", str(home), *line],
            env=environ | variables,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
