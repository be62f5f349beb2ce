"""The base image: the public one where a registry is reachable, else a stand-in made on this machine."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tools.image.engine import Engine

_STAND_IN = Path(__file__).with_name("stand_in.sh")


def base_image(version: str) -> str:
    """Return the full name of the base image of a Python version such as ``3.12``."""
    return f"docker.io/library/python:{version}-slim-bookworm"


def ensure_base(engine: Engine, version: str) -> None:
    """Bring the base image: it is there, or can be pulled, or is made from a local interpreter.

    Raises:
        SystemExit: none of the three.
    """
    image = base_image(version)
    if engine.has_image(image):
        return
    try:
        engine.run("pull", "--quiet", image, capture=True)
    except subprocess.CalledProcessError:
        print(f"{image} cannot be pulled: a stand-in is made from Debian's packages", flush=True)
    else:
        return
    if engine.name != "podman" or os.geteuid() != 0 or not shutil.which("debootstrap"):
        raise SystemExit("A stand-in needs root, Podman and debootstrap (Debian packages of these names).")
    subprocess.run(
        ["bash", str(_STAND_IN), version, str(find_prefix(version))],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, **engine.environment},
    )


def find_prefix(version: str) -> Path:
    """Return the folder of a Python of this version that lies in a folder of its own.

    Raises:
        SystemExit: there is none; Debian's own interpreter is spread over the system and cannot be copied.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [Path("/usr/local"), Path("/opt/python"), *pyenv.glob(f"{version}.*")]
    found = [folder for folder in candidates if _is_python(folder, version)]
    if not found:
        raise SystemExit(f"No Python {version} was found in {pyenv} or /usr/local: use --python-version.")
    return max(found, key=lambda folder: [int(number) for number in re.findall(r"\d+", folder.name)])


def _is_python(folder: Path, version: str) -> bool:
    return (folder / "bin" / f"python{version}").is_file() and (folder / "lib" / f"python{version}").is_dir()
