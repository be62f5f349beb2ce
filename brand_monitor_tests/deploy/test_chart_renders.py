"""Every set of values that is shipped renders to objects that Kubernetes 1.33 to 1.36 accept, key by key."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import kubernetes_validate
import pytest

from brand_monitor_tests.deploy.chart_runs import run_job
from brand_monitor_tests.deploy.charting import CHART, VALUES, Document, of_kind, pod_specs, program, render

KUBERNETES = ("1.33", "1.34", "1.35", "1.36")
#: Of the Prometheus operator's own definition.
_DURATION = "^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$"


def _object(version: str, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object of Kubernetes whose ``spec`` has this schema."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": {"const": version},
            "kind": {"const": kind},
            "metadata": {"type": "object"},
            "spec": spec,
        },
    }


#: Objects of other people's operators: by kind, the part of their schema that the chart uses, and nothing beside.
CUSTOM: dict[str, dict[str, Any]] = {
    "ExternalSecret": _object(
        "external-secrets.io/v1",
        "ExternalSecret",
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["secretStoreRef", "target", "dataFrom"],
            "properties": {
                "refreshInterval": {"type": "string", "pattern": "^[0-9]+[smh]$"},
                "secretStoreRef": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name", "kind"],
                    "properties": {
                        "name": {"type": "string", "pattern": "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"},
                        "kind": {"enum": ["SecretStore", "ClusterSecretStore"]},
                    },
                },
                "target": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "name": {"type": "string", "pattern": "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"},
                        "creationPolicy": {"enum": ["Owner", "Orphan", "Merge", "None"]},
                        "deletionPolicy": {"enum": ["Retain", "Delete", "Merge"]},
                    },
                },
                "dataFrom": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {
                            "extract": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["key"],
                                "properties": {"key": {"type": "string", "minLength": 1}},
                            }
                        },
                    },
                },
            },
        },
    ),
    "ServiceMonitor": _object(
        "monitoring.coreos.com/v1",
        "ServiceMonitor",
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["selector", "endpoints"],
            "properties": {
                "selector": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "matchLabels": {"type": "object", "additionalProperties": {"type": "string"}}
                    },
                },
                "endpoints": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {
                            "port": {"type": "string"},
                            "path": {"type": "string"},
                            "interval": {"type": "string", "pattern": _DURATION},
                        },
                    },
                },
            },
        },
    ),
}


@pytest.fixture(scope="module", autouse=True)
def _schemas_read_once() -> Iterator[None]:
    """The package reads and parses megabytes of definitions for every object."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            kubernetes_validate.utils, "schema_contents", cache(kubernetes_validate.utils.schema_contents)
        )
        yield


@pytest.fixture(scope="module", params=VALUES)
def documents(request: pytest.FixtureRequest) -> list[Document]:
    return render(*VALUES[request.param])


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_accepts_every_object_and_every_key(documents: list[Document], version: str) -> None:
    for document in documents:
        if document["kind"] in CUSTOM:
            jsonschema.validate(document, CUSTOM[document["kind"]])
        else:  # an unknown kind or version raises too
            kubernetes_validate.validate(document, version, strict=True)


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_accepts_the_pod_of_a_run(documents: list[Document], version: str) -> None:
    kubernetes_validate.validate(run_job(documents), version, strict=True)


def test_an_unknown_kind_would_be_noticed() -> None:
    with pytest.raises(kubernetes_validate.utils.SchemaNotFoundError):
        kubernetes_validate.validate(
            {"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget"}, "1.35", strict=True
        )


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
def test_helm_lint_finds_nothing(values: tuple[Any, ...]) -> None:
    done = subprocess.run(
        [
            program(),
            "lint",
            "--kube-version=1.35.0",
            "--strict",
            "--quiet",
            str(CHART),
            *(f"--values={file}" for file in values),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_two_renderings_are_the_same() -> None:
    args = [
        program(),
        "template",
        "bm",
        str(CHART),
        "--kube-version=1.35.0",
        f"--values={VALUES['small'][0]}",
    ]
    once, again = (subprocess.run(args, check=True, capture_output=True).stdout for _ in range(2))
    assert once == again


def test_every_name_fits_with_the_longest_release_name(tmp_path: Any) -> None:
    done = subprocess.run(
        [
            program(),
            "template",
            "r" * 53,
            str(CHART),
            "--kube-version=1.35.0",
            f"--values={VALUES['small'][0]}",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    names = re.findall(r"(?m)^  name: (\S+)$", done.stdout)
    assert len(names) > 20
    assert max(map(len, names)) <= 63


def test_what_is_used_is_defined(documents: list[Document]) -> None:
    """Config maps and accounts that a pod names are in the chart, or are named in the values as somebody else's."""
    defined = {(item["kind"], item["metadata"]["name"]) for item in documents}
    elsewhere = {"brand-monitor-files"}
    for pod in [*pod_specs(documents).values(), run_job(documents)["spec"]["template"]["spec"]]:
        if account := pod.get("serviceAccountName"):
            assert ("ServiceAccount", account) in defined
        for volume in pod.get("volumes", []):
            if "configMap" in volume and volume["configMap"]["name"] not in elsewhere:
                assert ("ConfigMap", volume["configMap"]["name"]) in defined
        mounts = {
            mount["name"] for container in pod["containers"] for mount in container.get("volumeMounts", [])
        }
        assert mounts == {volume["name"] for volume in pod.get("volumes", [])}


def test_services_select_the_pods_they_are_for(documents: list[Document]) -> None:
    pods = {
        item["metadata"]["name"]: item["spec"]["template"]["metadata"]["labels"]
        for item in of_kind(documents, "Deployment")
    }
    run = run_job(documents)["spec"]["template"]["metadata"]["labels"]
    for service in of_kind(documents, "Service"):
        selector = service["spec"]["selector"].items()
        assert [name for name, labels in pods.items() if selector <= labels.items()] == [
            service["metadata"]["name"]
        ]
        assert not selector <= run.items()


def test_the_notes_say_how_to_see_that_all_is_well() -> None:
    done = subprocess.run(
        [program(), "install", "bm", str(CHART), "--dry-run=client", f"--values={VALUES['dev'][0]}"],
        check=False,
        capture_output=True,
        text=True,
        env={"KUBECONFIG": "/dev/null", "HOME": "/tmp"},
    )
    assert "NOTES:" in done.stdout, done.stderr
    notes = done.stdout.partition("NOTES:")[2]
    assert "helm test bm" in notes
    assert "There is no monitor yet" in notes
