"""A real Kubernetes on this machine: control plane, containerd and kubelet in a network namespace, as root.

Belongs here: its life and its folder. Not here: the scripts that start the programs (``local/``).
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import psutil

from tools.cluster import programs
from tools.cluster.images import write_images
from tools.cluster.interface import Cluster, ClusterFailure
from tools.cluster.namespace import NetworkNamespace

_SCRIPTS = Path(__file__).with_name("local")
_POD_NET = "10.244.0"


class LocalNode(Cluster):
    """One node of Kubernetes 1.35. All it has lies in ``folder``, and is removed with it."""

    kind: ClassVar[str] = "local"
    host = f"{_POD_NET}.1"

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.network = NetworkNamespace("brand-monitor")
        self._dns: subprocess.Popen[bytes] | None = None  # kept, or its end would be a zombie

    @property
    def kubeconfig(self) -> Path:
        """Good in the network namespace only: use ``kubectl``."""
        return self.folder / "admin.kubeconfig"

    def is_up(self) -> bool:
        """Return whether API server and kubelet live."""
        return all(self.pid_of(name) for name in ("kube-apiserver", "kubelet"))

    def up(self) -> None:
        """Start everything: 10 to 15 s on two cores, .9 GB of memory.

        Raises:
            MissingProgram: something must be installed first.
            ClusterFailure: a program did not start; the message ends with its log.
        """
        if self.is_up():
            return
        programs.check_machine()
        binaries = programs.kubernetes()
        self.down()
        self.folder.mkdir(parents=True)
        images = self.folder / "images"
        write_images(images)
        try:
            self._script("control-plane-up.sh", str(binaries), self.host)
            self._start_dns()
            self._script("node-up.sh", str(binaries), _POD_NET, str(images))
        except ClusterFailure:
            self._script("down.sh", str(binaries))
            raise

    def down(self) -> None:
        """End every process and pod, and remove the folder and the network namespace."""
        if self.folder.exists():
            self._script("down.sh", str(programs.kubernetes()))
            shutil.rmtree(self.folder)
        if self._dns is not None:
            self._dns.wait()
            self._dns = None
        self.network.remove()

    def load_image(self, image: str) -> None:
        """Pipe the image from the container engine into containerd, unless the same one is there."""
        from tools.image.engine import find_engine

        engine = find_engine()
        digest = engine.run("image", "inspect", "--format={{.Id}}", image, capture=True).strip()
        loaded = self.folder / "images" / f"{image.replace('/', '_')}.loaded"
        if loaded.exists() and loaded.read_text() == digest:
            return
        read = [engine.name, "save", *(["--format=docker-archive"] if engine.name == "podman" else []), image]
        write = ["ctr", "-a", str(self.folder / "containerd.sock"), "-n", "k8s.io", "images", "import", "-"]
        environment = {**os.environ, **engine.environment}
        with subprocess.Popen(read, stdout=subprocess.PIPE, env=environment) as source:
            done = subprocess.run(write, check=False, stdin=source.stdout, capture_output=True, text=True)
        if source.returncode or done.returncode:
            raise ClusterFailure(f"{image} was not loaded: {done.stderr.strip() or 'see above'}")
        loaded.write_text(digest)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Put the calling thread into the node's network for a while."""
        with self.network.entered():
            yield

    def command(self, program: Path, *arguments: str) -> list[str]:
        """Return the command line that runs a program in the node's network."""
        return self.network.command(str(program), *arguments)

    def pid_of(self, component: str) -> int | None:
        """Return the process of a component such as ``kube-apiserver``, None if it does not live."""
        try:
            process = psutil.Process(int((self.folder / "pid" / f"{component}.pid").read_text()))
            lives = process.status() != psutil.STATUS_ZOMBIE and component in " ".join(process.cmdline())
        except (OSError, ValueError, psutil.Error):
            return None
        return process.pid if lives else None

    def pause(self, component: str) -> None:
        """Let a component hang (SIGSTOP), as when the API server is gone for a minute."""
        self._send(component, signal.SIGSTOP)

    def resume(self, component: str) -> None:
        """Let it go on (SIGCONT)."""
        self._send(component, signal.SIGCONT)

    def memory_bytes(self) -> int:
        """Return the resident memory of the cluster's own processes, pods not counted."""
        found = [self.pid_of(file.stem) for file in (self.folder / "pid").glob("*.pid")]
        return sum(psutil.Process(pid).memory_info().rss for pid in found if pid)

    def _send(self, component: str, number: signal.Signals) -> None:
        if (pid := self.pid_of(component)) is None:
            raise ClusterFailure(f"{component} does not run")
        os.kill(pid, number)

    def _start_dns(self) -> None:
        # Binds the node's address before the bridge that carries it is there.
        with (self.folder / "log" / "dns.log").open("wb") as log:
            command = self.network.command(
                sys.executable, str(Path(__file__).with_name("dns.py")), self.host, str(self.kubeconfig)
            )
            self._dns = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        (self.folder / "pid" / "dns.pid").write_text(str(self._dns.pid))

    def _script(self, name: str, *arguments: str) -> None:
        self.network.ensure()
        done = subprocess.run(
            self.network.command("bash", str(_SCRIPTS / name), str(self.folder), *arguments),
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise ClusterFailure(f"{name}: {done.stderr.strip()}")
