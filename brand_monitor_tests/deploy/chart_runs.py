"""The pod of a run as the installed launcher makes it from the rendered instance file."""

import json
from typing import Any
from unittest import mock

import kubernetes
from dagster._config import process_config, resolve_to_config_type
from dagster._core.storage.dagster_run import DagsterRun
from dagster_k8s import K8sRunLauncher
from dagster_k8s.job import construct_dagster_k8s_job

from brand_monitor_tests.deploy.charting import Document, instance_file

IMAGE = "registry.example.com/brand-monitor:1"


def launcher(documents: list[Document]) -> K8sRunLauncher:
    """Return the launcher of an instance file; its configuration is checked as Dagster does it."""
    config = instance_file(documents)["run_launcher"]["config"]
    checked = process_config(resolve_to_config_type(K8sRunLauncher.config_type()), config)
    assert checked.success, checked.errors
    with mock.patch("dagster_k8s.launcher.load_kubernetes_config"):
        return K8sRunLauncher.from_config_value(None, checked.value)


def run_job(documents: list[Document], wanted: dict[str, Any] | None = None) -> Document:
    """Return the Job of a run whose tag ``dagster-k8s/config`` asks for something.

    Raises:
        Exception: the launcher refuses the tag.
    """
    launching = launcher(documents)
    tags = {"dagster-k8s/config": json.dumps(wanted)} if wanted else {}
    context = launching.get_container_context_for_run(DagsterRun(job_name="daily", tags=tags))
    job = construct_dagster_k8s_job(
        job_config=context.get_k8s_job_config(job_image=IMAGE, run_launcher=launching),
        args=["dagster", "api", "execute_run"],
        job_name="dagster-run-1",
        pod_name="dagster-run-1",
        component="run_worker",
        user_defined_k8s_config=context.run_k8s_config,
        labels={"dagster/run-id": "1"},
    )
    return kubernetes.client.ApiClient().sanitize_for_serialization(job)
