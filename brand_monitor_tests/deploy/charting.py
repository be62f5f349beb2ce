"""The chart rendered by the real Helm, for tests that look at what would be installed."""

import copy
import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.cluster.programs import MissingProgram, helm

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy/helm/brand-monitor"
SIZES = sorted(CHART.glob("values-*.yaml"))
#: The smallest set of values that installs; tests add what they are about.
LEAST: dict[str, Any] = {
    "settings": {"S3_BUCKET": "lake"},
    "secrets": {"existingSecret": "keys"},
    "ephemeral": {"graph": True, "search": True},
}
#: Every way to give values that is shipped or tested, by name.
VALUES: dict[str, tuple[Path, ...]] = {
    **{file.stem.removeprefix("values-"): (file,) for file in SIZES},
    **{
        f"small with {file.stem}": (CHART / "values-small.yaml", file)
        for file in sorted((CHART / "examples").glob("*.yaml"))
    },
    "cluster of the tests": (ROOT / "brand_monitor_tests/cluster/values.yaml",),
}

Document = dict[str, Any]


class Refused(Exception):
    """Helm did not render; the message is what a person reads."""


def program() -> str:
    try:
        return str(helm())
    except MissingProgram as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


def render(*files: Path, **values: Any) -> list[Document]:
    """Return the objects of release ``bm`` in namespace ``monitor``, without files on top of the least values."""
    merged = values if files else _merged(LEAST, values)
    return copy.deepcopy(_render(files, json.dumps(merged, sort_keys=True)))


@cache
def _render(files: tuple[Path, ...], values: str) -> list[Document]:
    done = subprocess.run(
        [
            program(),
            "template",
            "bm",
            str(CHART),
            "--namespace=monitor",
            "--kube-version=1.35.0",  # Helm 3 thinks of an older one
            *(f"--values={file}" for file in files),
            "--values=-",
        ],
        input=values,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Refused(done.stderr)
    return [document for document in yaml.load_all(done.stdout, yaml.CSafeLoader) if document]


def _merged(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    return {
        **base,
        **{
            name: _merged(base[name], value)
            if isinstance(value, dict) and isinstance(base.get(name), dict)
            else value
            for name, value in more.items()
        },
    }


def one(documents: list[Document], kind: str, name: str) -> Document:
    """Return the object of a kind whose name ends so."""
    [found] = [
        item
        for item in documents
        if item["kind"] == kind and item["metadata"]["name"] == f"bm-brand-monitor-{name}"
    ]
    return found


def of_kind(documents: list[Document], *kinds: str) -> list[Document]:
    return [item for item in documents if item["kind"] in kinds]


def pod_specs(documents: list[Document]) -> dict[str, Document]:
    """Return the spec of every pod that Kubernetes would make of these objects, by the object's name."""
    found = {}
    for item in documents:
        spec = item if item["kind"] == "Pod" else item.get("spec", {}).get("template")
        if spec and "containers" in spec.get("spec", {}):
            found[item["metadata"]["name"]] = spec["spec"]
    return found


def instance_file(documents: list[Document]) -> dict[str, Any]:
    file: dict[str, Any] = yaml.safe_load(one(documents, "ConfigMap", "instance")["data"]["dagster.yaml"])
    return file
