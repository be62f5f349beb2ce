"""The process that serves the embedded model, started by ``embedded_model`` as a script.

Belongs here: what runs inside that process. It imports nothing of this package, so that it starts in a
tenth of a second. A process of its own, because a fault in native code must not end a Dagster run.

One line on standard output says where it listens. It ends when its standard input closes or its parent is
gone, whichever it notices first: a parent that is killed cannot stop it, and a forked sibling may keep the
pipe open.
"""

import contextlib
import os
import select
import sys
from typing import Any

#: How often the parent is looked after, when the pipe says nothing.
WATCH_SECONDS = 1.0
#: What SmolLM2 was trained for; the cache of one slot takes 190 MB at most.
CONTEXT_TOKENS = 8_192


def parameters(model: str, name: str, threads: int) -> Any:
    """Return the server's settings: loopback, a free port, one slot, silent.

    One slot, by measurement (2 cores, 1 thread, 24 grounded calls): 45 s with one slot, 66 s with two, 79 s
    with four. A small model on a CPU is bound by arithmetic, so parallel slots win nothing, and one slot
    finds the evaluated beginning of a prompt again for its repeats.
    """
    from xllamacpp import CommonParams

    settings = CommonParams()
    settings.model.path = model
    settings.model_alias = {name}
    # Reading a prompt and writing one are set apart in llama.cpp.
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = threads
    settings.n_parallel = 1
    settings.n_ctx = CONTEXT_TOKENS
    settings.cache_ram_mib = 0
    settings.fit_params = False
    settings.hostnames = ["127.0.0.1"]
    settings.port = 0
    settings.ui = False
    settings.verbosity = 1
    return settings


def wait_for_parent(parent: int) -> None:
    """Return when standard input ends or ``parent`` is no longer this process's parent."""
    while os.getppid() == parent:
        readable, _, _ = select.select([sys.stdin], [], [], WATCH_SECONDS)
        if readable and not os.read(sys.stdin.fileno(), 4_096):
            return


def main(model: str, name: str, threads: str, parent: str) -> None:
    """Serve until the parent lets go; never returns normally."""
    from xllamacpp import Server

    server = Server(parameters(model, name, int(threads)))
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{server.listening_address}\n")
        sys.stdout.flush()
        wait_for_parent(int(parent))
    # Native threads may be in the middle of an answer that nobody waits for any more.
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
