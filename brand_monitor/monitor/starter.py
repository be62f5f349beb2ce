"""A first monitor file to edit: commented, valid as it stands, never written over another file.

Belongs here: filling the template. Not here: the market of the demo (``examples/demo.yaml``).
"""

import contextlib
import os
import re
from pathlib import Path

from brand_monitor.failures import MonitorFileError
from brand_monitor.monitor.json_schema import SCHEMA_FILE, schema_text
from brand_monitor.monitor.models import IDENTIFIER_PATTERN
from brand_monitor.monitor.problems import Problem

_TEMPLATE = Path(__file__).parent / "examples" / "starter.yaml"
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
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(schema_text(), encoding="utf-8", newline="\n")
        aside.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            aside.unlink()
    return path
