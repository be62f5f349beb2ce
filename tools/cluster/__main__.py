"""``python -m tools.cluster``: a Kubernetes cluster for trying the image and the chart.

up, down, status, load-image [IMAGE], kubectl ARGUMENTS..., helm ARGUMENTS..., run COMMAND... in the node's
network.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tools.cluster import programs
from tools.cluster.choice import find_cluster
from tools.cluster.interface import Cluster, ClusterFailure
from tools.cluster.node import LocalNode


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit status."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    try:
        cluster = find_cluster()
        if command in {"kubectl", "helm", "run"}:
            return _pass_on(cluster, command, rest)
        if command not in _COMMANDS:
            print(__doc__)
            return 2
        _COMMANDS[command](cluster, rest)
    except (ClusterFailure, programs.MissingProgram) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _pass_on(cluster: Cluster, command: str, rest: list[str]) -> int:
    program = {"kubectl": programs.kubectl, "helm": programs.helm}.get(command)
    line = cluster.command(program(), *rest) if program else cluster.command(Path(rest[0]), *rest[1:])
    return subprocess.run(
        line, check=False, env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig)}
    ).returncode


def _up(cluster: Cluster, _: list[str]) -> None:
    start = time.monotonic()
    cluster.up()
    print(f"{cluster.kind} cluster is up ({time.monotonic() - start:.0f} s)")


def _down(cluster: Cluster, _: list[str]) -> None:
    start = time.monotonic()
    cluster.down()
    print(f"{cluster.kind} cluster is down ({time.monotonic() - start:.0f} s)")


def _status(cluster: Cluster, _: list[str]) -> None:
    if not cluster.is_up():
        print(f"{cluster.kind}: not running")
        return
    memory = f", {cluster.memory_bytes() / 1e6:,.0f} MB" if isinstance(cluster, LocalNode) else ""
    print(f"{cluster.kind}: up{memory}; pods reach this machine at {cluster.host or 'no known address'}")
    print(cluster.kubectl("get", "nodes,pods", "--all-namespaces"), end="")


def _load_image(cluster: Cluster, rest: list[str]) -> None:
    from tools.image.build import IMAGE

    start = time.monotonic()
    image = rest[0] if rest else IMAGE
    cluster.load_image(image)
    print(f"{image} is on the node ({time.monotonic() - start:.0f} s)")


_COMMANDS = {"up": _up, "down": _down, "status": _status, "load-image": _load_image}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
