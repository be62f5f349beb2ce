"""Which cluster is used: the only place that chooses."""

import os
import shutil
from pathlib import Path

from tools.cluster.existing import KindCluster, NamedCluster
from tools.cluster.interface import Cluster
from tools.cluster.node import LocalNode

#: Short: the path of a socket in it may have 107 characters.
FOLDER = Path("/var/tmp/brand-monitor-cluster")  # noqa: S108 - root's, made anew at every start


def find_cluster() -> Cluster:
    """Return the cluster that KUBECONFIG names, else kind where it is installed, else a node of our own."""
    if named := os.environ.get("KUBECONFIG"):
        return NamedCluster(Path(named))
    if shutil.which("kind") and shutil.which("docker"):
        return KindCluster(FOLDER.with_name("brand-monitor-kind"))
    return LocalNode(FOLDER)
