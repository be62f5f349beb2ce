"""A lock file that processes and threads of one machine share.

Belongs here: mutual exclusion for embedded stores whose own lock does not cover every case. Not here: locks
between machines; a store that several machines write is a server.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from brand_monitor.failures import TransientFailure

POLL_SECONDS = 0.02


@contextmanager
def locked(path: Path, *, exclusive: bool, wait_seconds: float, what: str) -> Iterator[None]:
    """Hold the lock file ``path``: alone if ``exclusive``, else beside others that are not.

    The operating system frees the lock when its holder dies, however it dies. The file itself stays:
    removing it would let two holders lock two files of the same name.

    Args:
        path: The lock file; made with its folder if missing.
        exclusive: Alone (to write) or shared (to read).
        wait_seconds: How long to wait for others.
        what: What the lock protects, for the message.

    Raises:
        TransientFailure: the lock was not free in time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # A lock belongs to one opening of the file, so that threads of one process exclude each other too.
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _acquire(handle, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH, wait_seconds, what)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, mode: int, wait_seconds: float, what: str) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(handle, mode | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise TransientFailure(
                    f"{what} is in use by another process or thread and was not free within "
                    f"{wait_seconds:g} s; nothing was changed, try again later"
                ) from error
            time.sleep(POLL_SECONDS)
        else:
            return
