"""Writes the example files of this package: a monitor to start from, the demo monitor, the schema.

Belongs here: copying and filling templates. Not here: their contents (``examples/``).
"""

import os
import re
from pathlib import Path

from brand_monitor.failures import MonitorFileError
from brand_monitor.monitor.fields import IDENTIFIER_PATTERN
from brand_monitor.monitor.json_schema import SCHEMA_FILE, schema_text
from brand_monitor.monitor.problems import Problem

#: Id of the demo monitor.
DEMO = "demo"

_EXAMPLES = Path(__file__).parent / "examples"
_TEMPLATE = _EXAMPLES / "starter.yaml"
_TEMPLATE_ID = "id: starter"


def write_example(name: str, path: Path) -> Path:
    """Write a commented example monitor with id ``name`` to ``path`` and return the path.

    The JSON schema is written beside it, where the first line of the example points an editor.

    Raises:
        MonitorFileError: the name is no identifier, or the file exists already (it is left as it is).
    """
    if not re.fullmatch(IDENTIFIER_PATTERN, name):
        message = f"{name!r} must be lower-case letters, digits, '-' or '_', starting with a letter or digit"
        raise MonitorFileError(Problem(path, 1, 1, "id", message))
    text = _TEMPLATE.read_text(encoding="utf-8").replace(_TEMPLATE_ID, f"id: {name}", 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        message = "exists already and was left as it is; choose another name"
        raise MonitorFileError(Problem(path, 1, 1, "", message)) from None
    write_schema(path.parent / SCHEMA_FILE)
    return path


def write_schema(path: Path) -> Path:
    """Write the JSON schema of monitor files to ``path``, replacing an older one, and return the path."""
    _replace(path, schema_text())
    return path


def write_demo(folder: Path) -> Path:
    """Write the demo monitor into ``folder``, replacing an older copy of it, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / f"{DEMO}.yaml", (_EXAMPLES / f"{DEMO}.yaml").read_text(encoding="utf-8"))
    write_schema(folder / SCHEMA_FILE)
    return folder / f"{DEMO}.yaml"


def _replace(path: Path, text: str) -> None:
    """Write aside, then rename: a reader sees the old file or the new one."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
