"""The nine errors of the manifests that this chart replaces, each corrected."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from brand_monitor_tests.deploy.charting import CHART, VALUES, Document, of_kind, one, pod_specs, render


@pytest.fixture(scope="module")
def production() -> list[Document]:
    return render(*VALUES["production"], CHART / "examples/alb-oidc.yaml")


def test_1_the_ingress_names_its_class_and_redirects_to_tls(production: list[Document]) -> None:
    [ingress] = of_kind(production, "Ingress")
    annotations = ingress["metadata"]["annotations"]
    assert "kubernetes.io/ingress.class" not in annotations
    assert ingress["spec"]["ingressClassName"] == "alb"
    assert annotations["alb.ingress.kubernetes.io/ssl-redirect"] == "443"
    assert not [name for name in annotations if "/actions." in name]
    assert "TLS13" in annotations["alb.ingress.kubernetes.io/ssl-policy"]
    assert annotations["alb.ingress.kubernetes.io/target-type"] == "ip"
    assert annotations["alb.ingress.kubernetes.io/healthcheck-path"] == "/server_info"
    assert set(json.loads(annotations["alb.ingress.kubernetes.io/auth-idp-oidc"])) >= {"issuer", "secretName"}
    backends = {
        rule["host"]: rule["http"]["paths"][0]["backend"]["service"]["name"]
        for rule in ingress["spec"]["rules"]
    }
    assert backends == {
        "operate.example.com": "bm-brand-monitor-webserver",
        "brand-monitor.example.com": "bm-brand-monitor-webserver-readonly",
    }
    assert set(backends.values()) <= {item["metadata"]["name"] for item in of_kind(production, "Service")}


def test_2_external_secrets_are_of_the_version_that_is_served(production: list[Document]) -> None:
    [secret] = of_kind(production, "ExternalSecret")
    assert secret["apiVersion"] == "external-secrets.io/v1"


def test_3_everything_lies_in_one_namespace_and_uses_one_secret(production: list[Document]) -> None:
    assert not [item for item in production if item["metadata"].get("namespace", "monitor") != "monitor"]
    [secret] = of_kind(production, "ExternalSecret")
    used = set(secrets_of(list(pod_specs(production).values())))
    assert used == {secret["spec"]["target"]["name"]}


def secrets_of(node: Any) -> Iterator[str]:
    """Yield the names of the Secrets that pods mount or read."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in {"secret", "secretKeyRef", "secretRef"}:
                yield value["name"]
            yield from secrets_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from secrets_of(value)


def test_4_no_image_moves(production: list[Document]) -> None:
    for pod in pod_specs(production).values():
        for container in pod["containers"]:
            assert "@sha256:" in container["image"]
            assert container["imagePullPolicy"] == "IfNotPresent"


def test_5_every_component_is_bounded_confined_and_probed(production: list[Document]) -> None:
    """In full in the tests of pods, permissions and networks; here: none is left out."""
    for deployment in of_kind(production, "Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        [container] = pod["containers"]
        name = deployment["metadata"]["name"]
        assert pod["serviceAccountName"] == name
        assert pod["terminationGracePeriodSeconds"] > 0
        assert pod["topologySpreadConstraints"]
        assert container["livenessProbe"] != container.get("readinessProbe")
        assert "livenessProbe" in container
        assert "memory" in container["resources"]["limits"]
        assert any(
            policy["spec"]["podSelector"]["matchLabels"].items()
            <= deployment["spec"]["template"]["metadata"]["labels"].items()
            for policy in of_kind(production, "NetworkPolicy")
        )


def test_6_nothing_is_scaled_by_a_metric_that_nobody_exports(production: list[Document]) -> None:
    assert not of_kind(production, "HorizontalPodAutoscaler", "ServiceMonitor", "PodMonitor")


def test_7_there_are_no_workers_beside_the_runs(production: list[Document]) -> None:
    names = {item["metadata"]["name"] for item in of_kind(production, "Deployment", "StatefulSet", "CronJob")}
    assert names == {
        f"bm-brand-monitor-{name}" for name in ("webserver", "webserver-readonly", "daemon", "code")
    }


def test_8_keys_of_the_cloud_are_no_values_and_need_not_be_there(production: list[Document]) -> None:
    for name, pod in pod_specs(production).items():
        for variable in pod["containers"][0].get("env", []):
            if variable["name"].startswith("AWS_"):
                assert variable["valueFrom"]["secretKeyRef"]["optional"] is True, name
    assert not [
        name for name in one(production, "ConfigMap", "environment")["data"] if name.startswith("AWS_")
    ]


def test_9_the_graph_server_is_asked_over_tls(production: list[Document]) -> None:
    settings = one(production, "ConfigMap", "environment")["data"]
    assert settings["NEO4J_URI"].startswith("neo4j+s://")
    assert settings["OPENSEARCH_URL"].startswith("https://")
