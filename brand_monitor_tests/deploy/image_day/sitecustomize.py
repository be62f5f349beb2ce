"""Imported by every process that Python starts: leaves behind the names of the modules that had no bytecode."""

import atexit
import os
import sys
from pathlib import Path


def leave() -> None:
    modules = [module for module in list(sys.modules.values()) if getattr(module, "__cached__", None)]
    slow = [
        module.__name__
        for module in modules
        if str(module.__file__).startswith(("/opt", "/app"))
        and str(module.__file__).endswith(".py")
        and not Path(module.__cached__).exists()
    ]
    Path(f"/tmp/late/{os.getpid()}").write_text("\n".join(slow))


atexit.register(leave)
