"""``python -m tools.checkov prepare | run [ARGUMENTS...]``: checkov, in an environment of its own.

Its dependencies are other versions of ours, so it has a lock of its own (``requirements/checkov.txt``) and an
environment in the cache folder, made once for each lock (10 s, 200 MB). It asks no service.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
_LOCK = ROOT / "requirements/checkov.txt"


class MissingCheckov(RuntimeError):
    """Checkov was not prepared on this machine; the message says how to."""


def program() -> Path:
    """Return checkov.

    Raises:
        MissingCheckov: it is not there.
    """
    found = _folder() / "bin/checkov"
    if not found.is_file():
        raise MissingCheckov("checkov is missing: python -m tools.checkov prepare")
    return found


def prepare() -> Path:
    """Install checkov if this lock's is not there yet; return it."""
    folder = _folder()
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        uv = str(Path(sys.executable).with_name("uv"))
        install = [uv, "pip", "install", "--quiet", "--compile-bytecode"]
        with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
            made = Path(aside) / "made"
            python = str(made / "bin/python")
            # Relocatable, so that it can be made aside: one that is there is whole.
            run = partial(subprocess.run, check=True)
            run([uv, "venv", "--quiet", "--relocatable", "--python", sys.executable, str(made)])
            run([*install, "--python", python, "--require-hashes", "--requirement", str(_LOCK)])
            shutil.move(made, folder)
    return program()


def _folder() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    lock = hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:12]
    return cache / "brand-monitor" / f"checkov-{sys.version_info[0]}.{sys.version_info[1]}-{lock}"


def main() -> None:
    """Read the command line and do it."""
    match sys.argv[1:]:
        case ["prepare"]:
            print(prepare())
        case ["run", *arguments]:
            raise SystemExit(subprocess.run([prepare(), *arguments], check=False).returncode)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
