"""Ports that nobody uses."""

import random
import socket
from contextlib import ExitStack

#: Below the ports that systems hand out to clients (from 32,768 on Linux): nobody takes one by chance between
#: the look and the start of the server.
FIRST, LAST = 15_000, 30_000


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that are free now, all different."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            port = random.SystemRandom().randint(FIRST, LAST)
            probe = held.enter_context(socket.socket())
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
    return found
