"""The end of a release, after all tests that use it: nothing of it is left in the cluster."""

import pytest

from brand_monitor_tests.cluster.installation import MONITORS, RELEASE, SECRET, Installation

# The first test of the session waits for the chart to be installed.
pytestmark = pytest.mark.timeout(900)

#: What a namespace has by itself, what was made by hand for the tests, and what is only said of others.
NOT_OURS = {
    "configmap/kube-root-ca.crt",
    f"configmap/{MONITORS}",
    f"secret/{SECRET}",
    "serviceaccount/default",
}
ONLY_SAID = {"events", "events.events.k8s.io", "endpoints"}


def test_a_release_that_is_uninstalled_leaves_nothing_behind(installation: Installation) -> None:
    # Runs are no part of the release; Kubernetes removes them an hour after their end.
    installation.kubectl("delete", "jobs", "--selector=app.kubernetes.io/component=run", "--wait=true")
    installation.helm("uninstall", RELEASE, "--wait", "--timeout=3m")
    listed = installation.cluster.kubectl(
        "api-resources", "--verbs=list", "--namespaced", "-o", "name"
    ).split()
    kinds = ",".join(kind for kind in listed if kind not in ONLY_SAID)
    installation.wait("delete", "pods", "--all", seconds=120)
    left = set(installation.kubectl("get", kinds, "-o", "name").split()) - NOT_OURS
    assert left == set()
    everywhere = installation.cluster.kubectl(
        "api-resources", "--verbs=list", "--namespaced=false", "-o", "name"
    )
    kinds = ",".join(kind for kind in everywhere.split() if "componentstatus" not in kind)
    of_the_cluster = installation.cluster.kubectl("get", kinds, "-o", "name").split()
    # Names of the chart's objects without a namespace have the namespace in them.
    namespace = f"namespace/{installation.namespace}"
    assert [name for name in of_the_cluster if installation.namespace in name and name != namespace] == []
