"""Clusters that others run: the one that KUBECONFIG names, and kind in Docker."""

import subprocess
import tempfile
from pathlib import Path
from typing import ClassVar

from tools.cluster.interface import Cluster, ClusterFailure

KIND_NAME = "brand-monitor"


class NamedCluster(Cluster):
    """The cluster of ``KUBECONFIG``: it is used as it is, and neither started nor stopped."""

    kind: ClassVar[str] = "kubeconfig"

    def __init__(self, kubeconfig: Path) -> None:
        self._kubeconfig = kubeconfig

    @property
    def kubeconfig(self) -> Path:
        """The file that the variable names."""
        return self._kubeconfig

    def is_up(self) -> bool:
        """Return whether its API server answers."""
        return self.kubectl("get", "--raw=/readyz", check=False).strip() == "ok"

    def up(self) -> None:
        """See that it answers."""
        self.wait_until_ready()

    def down(self) -> None:
        """Leave it as it is."""

    def load_image(self, image: str) -> None:
        """Refuse: only who runs a cluster can give its nodes an image.

        Raises:
            ClusterFailure: always.
        """
        raise ClusterFailure(f"push {image} to a registry that the nodes of {self.kubeconfig} read")


class KindCluster(Cluster):
    """A cluster of kind, which runs nodes as Docker containers."""

    kind: ClassVar[str] = "kind"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def kubeconfig(self) -> Path:
        """A file of its own: the person's is not touched."""
        return self._folder / "kind.kubeconfig"

    def is_up(self) -> bool:
        """Return whether kind knows it."""
        done = subprocess.run(["kind", "get", "clusters"], check=False, capture_output=True, text=True)
        return KIND_NAME in done.stdout.split()

    def up(self) -> None:
        """Create it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self.is_up():
            self._kind("create", "cluster", "--wait=120s", f"--kubeconfig={self.kubeconfig}")
        self.wait_until_ready()

    def down(self) -> None:
        """Delete it."""
        self._kind("delete", "cluster", f"--kubeconfig={self.kubeconfig}")
        self.kubeconfig.unlink(missing_ok=True)

    def load_image(self, image: str) -> None:
        """Copy the image to the nodes."""
        from tools.image.build import save
        from tools.image.engine import find_engine

        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / "image.tar"
            save(find_engine(), archive, image)
            self._kind("load", "image-archive", str(archive))

    def _kind(self, *arguments: str) -> None:
        subprocess.run(["kind", *arguments, f"--name={KIND_NAME}"], check=True)
