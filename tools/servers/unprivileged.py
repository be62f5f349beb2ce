"""Servers that refuse to run as root: they run as another user when root starts them."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tools.servers.process import ServerFailure


def runs_as() -> str | None:
    """Return the user to whom root drops, None for anybody else."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def spawn_options() -> dict[str, Any]:
    """Return what starts a process as that user."""
    user = runs_as()
    return {} if user is None else {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def give_away(what: str, folder: Path, *files: Path) -> None:
    """Let that user write in a folder and own files in it.

    Args:
        what: the server, for the message.
        folder: its own.
        files: such as keys.

    Raises:
        ServerFailure: that user cannot reach the folder.
    """
    user = runs_as()
    if user is None:
        return
    for path in (folder, *files):
        shutil.chown(path, user)
    reach = subprocess.run(["test", "-w", str(folder)], check=False, cwd="/", **spawn_options())
    if reach.returncode:
        raise ServerFailure(
            f"{what} runs as {user}, who cannot reach {folder}: choose a folder that everybody may enter"
        )
