"""A network namespace of one's own, with no way out: the addresses of pods and services exist only in there.

So nothing outside can be hit by mistake, and all rules and links are gone with it.
"""

import ctypes
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CLONE_NEWNET = 0x40000000


class NetworkNamespace:
    """A named namespace, as ``ip netns`` makes them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._file = Path("/run/netns") / name

    def ensure(self) -> None:
        """Make it with its loopback up, if it is not there."""
        if not self._file.exists():
            subprocess.run(["ip", "netns", "add", self.name], check=True)
            subprocess.run(["ip", "-n", self.name, "link", "set", "lo", "up"], check=True)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        if self._file.exists():
            subprocess.run(["ip", "netns", "delete", self.name], check=True)

    def command(self, *command: str) -> list[str]:
        """Return the command that runs another in here.

        Not by ``ip netns exec``: that mounts /sys anew, and the control groups are gone.
        """
        return ["nsenter", f"--net={self._file}", *command]

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Within this block the calling thread is in here, with the sockets and processes it makes."""
        home = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY)
        there = os.open(self._file, os.O_RDONLY)
        try:
            _enter(there)
            yield
        finally:
            _enter(home)
            os.close(there)
            os.close(home)


def _enter(descriptor: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns failed")
