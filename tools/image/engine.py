"""The container engine of this machine: Docker where its daemon answers, else Podman.

Belongs here: which program is called and with which settings. Not here: what is built (``build``).
"""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

#: Settings for Podman as root on a machine without systemd.
CONTAINERS_CONF = Path(__file__).with_name("containers.conf")


@dataclass(frozen=True)
class Engine:
    """A program with the command line of Docker."""

    name: str
    environment: dict[str, str] = field(default_factory=dict, repr=False)

    def run(self, *arguments: str, capture: bool = False, check: bool = True) -> str:
        """Run the program; return what it printed, if it is captured.

        Raises:
            subprocess.CalledProcessError: it failed.
        """
        done = subprocess.run(
            [self.name, *arguments],
            check=check,
            text=True,
            stdout=subprocess.PIPE if capture else None,
            stderr=subprocess.PIPE if capture else None,
            env={**os.environ, **self.environment},
        )
        return done.stdout or ""

    def has_image(self, image: str) -> bool:
        """Return whether the image is on this machine."""
        return bool(self.run("images", "--quiet", image, capture=True).strip())


@cache
def find_engine() -> Engine:
    """Return the engine of this machine.

    Raises:
        SystemExit: there is none.
    """
    if shutil.which("docker") and _answers("docker", "info"):
        return Engine("docker")
    if shutil.which("podman"):
        bare = os.geteuid() == 0 and not Path("/run/systemd/private").exists()
        return Engine("podman", {"CONTAINERS_CONF": str(CONTAINERS_CONF)} if bare else {})
    raise SystemExit(
        "No container engine: start Docker, or install Podman "
        "(Debian: apt-get install -y --no-install-recommends podman buildah runc catatonit debootstrap)."
    )


def _answers(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
