"""What may happen to a pod: the accidents of the tests, done to the real thing."""

import json
import os
import signal

import psutil

from brand_monitor_tests.cluster.installation import Installation


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


def evict(installation: Installation, run_id: str) -> None:
    """Evict the pod of a run, as ``kubectl drain`` does with every pod of a node."""
    name = _pod(installation, run_id)
    where = f"/api/v1/namespaces/{installation.namespace}/pods/{name}/eviction"
    eviction = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": installation.namespace},
    }
    installation.cluster.kubectl("create", f"--raw={where}", "-f", "-", stdin=json.dumps(eviction))


def _pod(installation: Installation, run_id: str) -> str:
    pod = installation.pod_of(run_id)
    assert pod, f"run {run_id} has no pod"
    return str(pod["metadata"]["name"])
