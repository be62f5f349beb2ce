"""Pods as the restricted profile wants them, for tests."""

from typing import Any

RESTRICTED_CONTAINER: dict[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def restricted_pod(name: str, image: str, *command: str, **environment: str) -> dict[str, Any]:
    """Return a pod that runs a command once, with /tmp and the home writable and nothing else."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 2,
            "automountServiceAccountToken": False,
            "containers": [
                {
                    "name": "main",
                    "image": image,
                    "imagePullPolicy": "IfNotPresent",
                    "args": list(command),
                    "env": [{"name": key, "value": value} for key, value in environment.items()],
                    "securityContext": RESTRICTED_CONTAINER,
                    "volumeMounts": [
                        {"name": "tmp", "mountPath": "/tmp"},
                        {"name": "home", "mountPath": "/var/lib/brand-monitor"},
                    ],
                }
            ],
            "securityContext": {"fsGroup": 10001},
            "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "home", "emptyDir": {}}],
        },
    }
