"""The cluster that the tests of the chart stand on: real pods, real rules, and a way to servers of this machine."""

import socket
import threading

import pytest

from brand_monitor_tests.cluster.pods import restricted_pod
from tools.cluster.interface import Cluster, ClusterFailure


def _finish(cluster: Cluster, namespace: str, pod: dict) -> str:
    """Run a pod to its end and return its log."""
    cluster.apply(pod, namespace=namespace)
    where = f"--namespace={namespace}"
    name = pod["metadata"]["name"]
    cluster.wait("jsonpath={.status.phase}=Succeeded", f"pod/{name}", where)
    return cluster.kubectl("logs", name, where)


def test_a_restricted_pod_runs_the_command_line_of_the_image(cluster, image, namespace):
    log = _finish(cluster, namespace, restricted_pod("help", image, "brand-monitor", "--help"))

    assert "Usage: brand-monitor" in log


def test_a_pod_that_asks_for_more_than_the_restricted_profile_allows_is_refused(cluster, image, namespace):
    pod = restricted_pod("privileged", image, "true")
    pod["spec"]["containers"][0]["securityContext"] = {"privileged": True}

    with pytest.raises(ClusterFailure, match='violates PodSecurity "restricted'):
        cluster.apply(pod, namespace=namespace)


def test_a_pod_finds_a_service_by_its_name_and_nothing_outside(cluster, image, namespace):
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "code-server"},
        "spec": {"ports": [{"port": 4000}]},
    }
    cluster.apply(service, namespace=namespace)
    address = cluster.get("service", "code-server", f"--namespace={namespace}")["spec"]["clusterIP"]
    asks = "import socket; print(socket.gethostbyname('code-server')); socket.gethostbyname('example.com')"

    log = _finish(
        cluster,
        namespace,
        restricted_pod("asks", image, "sh", "-c", f'python -c "{asks}" 2>&1 || true'),
    )

    assert address in log
    assert "gaierror" in log


def test_a_pod_reaches_a_server_that_listens_on_the_loopback_of_the_node(cluster, image, namespace):
    if cluster.host is None:
        pytest.skip(f"pods of a {cluster.kind} cluster have no known way to this machine")
    with cluster.inside():
        listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(60)
    heard: list[bytes] = []

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            heard.append(connection.recv(100))
            connection.sendall(b"welcome")

    server = threading.Thread(target=serve)
    server.start()
    port = listening.getsockname()[1]
    asks = f"import socket; c = socket.create_connection(('{cluster.host}', {port}), 30); c.sendall(b'hello'); print(c.recv(100))"

    log = _finish(cluster, namespace, restricted_pod("client", image, "python", "-c", asks))
    server.join()
    listening.close()

    assert "welcome" in log
    assert heard == [b"hello"]


def test_helm_speaks_to_the_cluster(cluster, namespace):
    assert cluster.helm("version", "--short").startswith("v4.")
    assert cluster.helm("list", f"--namespace={namespace}", "--output=json").strip() == "[]"
