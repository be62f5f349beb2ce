"""Building the image, and the report of its size."""

import json
import os
import subprocess
import time
from pathlib import Path

from tools.image.base import ensure_base
from tools.image.engine import Engine

ROOT = Path(__file__).parents[2]
#: What the other tools and the tests call the image.
IMAGE = "localhost/brand-monitor:dev"
PYTHON_VERSION = "3.12"

_BIGGEST = """
import os, sysconfig
root = sysconfig.get_path("purelib")
def size(path):
    if not os.path.isdir(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(f, n)) for f, _, names in os.walk(path) for n in names)
sizes = sorted(((size(e.path), e.name) for e in os.scandir(root)), reverse=True)[:15]
files = [os.path.join(f, n) for f, _, names in os.walk(root) for n in names]
bytecode = sum(os.path.getsize(file) for file in files if file.endswith(".pyc"))
for bytes_, name in [*sizes, (bytecode, "bytecode of all of them")]:
    print(f"{bytes_ / 1e6:8.0f} MB  {name}")
"""


def build(
    engine: Engine, *, image: str = IMAGE, python_version: str = PYTHON_VERSION, local_model: bool = True
) -> float:
    """Build the image from the Dockerfile; return the seconds it took without the base image."""
    ensure_base(engine, python_version)
    start = time.monotonic()
    engine.run(
        "build",
        *(["--network=host", "--pull=never", "--format=docker"] if engine.name == "podman" else []),
        *_secrets(),
        f"--build-arg=PYTHON_VERSION={python_version}",
        f"--build-arg=LOCAL_MODEL={int(local_model)}",
        f"--build-arg=REVISION={_revision()}",
        f"--tag={image}",
        str(ROOT),
    )
    return time.monotonic() - start


def report(engine: Engine, image: str = IMAGE) -> str:
    """Return size by layer and the biggest packages, as text."""
    inspected = json.loads(engine.run("image", "inspect", image, capture=True))[0]
    history = engine.run(
        "history", "--format", "{{.Size}}\t{{.CreatedBy}}", "--no-trunc", image, capture=True
    )
    layers = [line for line in history.splitlines() if not line.startswith(("0 B", "0B", "0\t"))]
    biggest = engine.run(
        "run", "--rm", "--network=none", "--no-healthcheck", image, "python", "-c", _BIGGEST, capture=True
    )
    shown = "\n".join(f"  {line[:110]}" for line in layers)
    return f"{image}: {inspected['Size'] / 1e6:.0f} MB on disk\nlayers:\n{shown}\nbiggest:\n{biggest}"


def save(engine: Engine, target: Path, image: str = IMAGE) -> None:
    """Write the image as a tar that containerd and Docker read."""
    target.unlink(missing_ok=True)
    engine.run("save", "--output", str(target), image, capture=True)


def _secrets() -> list[str]:
    # What pip, uv and TLS are told on this machine is told to the build, and to no layer.
    files = {
        "ca": os.environ.get("SSL_CERT_FILE", ""),
        "pip": os.environ.get("PIP_CONFIG_FILE", ""),
        "uv": os.environ.get("UV_CONFIG_FILE", ""),
    }
    return [f"--secret=id={name},src={file}" for name, file in files.items() if Path(file).is_file()]


def _revision() -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=False, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"
