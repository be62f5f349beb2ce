"""What may happen to a pod: the accidents of the tests, done to the real thing."""

import os
import signal
from typing import Any

import psutil

from brand_monitor_tests.cluster.installation import Installation, until


def kill_process(installation: Installation, run_id: str) -> None:
    """SIGKILL the process of a run in its pod, as the kernel does when a node is out of memory."""
    del installation
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or [])
        if "execute_run" in line and run_id in line and "tini" not in line:
            os.kill(process.pid, signal.SIGKILL)
            return
    raise AssertionError(f"run {run_id} has no process on this machine")


def delete_by_force(installation: Installation, run_id: str) -> None:
    """Delete the pod of a run without a grace period, as when its node is gone."""
    name = _pod(installation, run_id)
    installation.kubectl("delete", "pod", name, "--force", "--grace-period=0")


def drain(installation: Installation, run_id: str) -> None:
    """Drain the node of a run as an operator does, and give it back when the pod of the next attempt waits for one.

    Only the pod of this run leaves: with one node, the others would have nowhere to go.
    """
    kubectl, name = installation.cluster.kubectl, _pod(installation, run_id)
    node = installation.get("pod", name)["spec"]["nodeName"]
    try:
        kubectl("drain", node, f"--pod-selector=dagster/run-id={run_id}", "--delete-emptydir-data")
        again = installation.retry_of(run_id)
        until(lambda: _finds_no_node(installation.pod_of(again)), f"run {again} waits for a node")
    finally:
        kubectl("uncordon", node)


def _finds_no_node(pod: dict[str, Any] | None) -> bool:
    reasons = {one.get("reason") for one in (pod or {}).get("status", {}).get("conditions", [])}
    return "Unschedulable" in reasons


def _pod(installation: Installation, run_id: str) -> str:
    pod = installation.pod_of(run_id)
    assert pod, f"run {run_id} has no pod"
    return str(pod["metadata"]["name"])
