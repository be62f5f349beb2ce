"""Where a variable comes from: the environment, else a secrets file, else a folder of mounted secrets.

Belongs here: looking a name up in the three places, and saying in which it stands. Not here: what the
variables mean, or reading ``os.environ`` itself (``deployment``).

``pydantic-settings`` reads the same three places, but does not say where a value stands, knows no variables
that a monitor names, takes HOME for the field ``home``, and adds .15 s to the start of every command.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from brand_monitor.failures import SetupError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: A mounted secret is a line; anything longer is some other file.
_MOST_BYTES = 64_000


@dataclass(frozen=True)
class Given:
    """A value and where it stands; the value never shows in a repr."""

    value: str = field(repr=False)
    origin: str


@dataclass(frozen=True)
class Variables:
    """All places at once, the first that holds a name wins; an empty value counts as absent.

    Args:
        environment: variables of the process.
        file: variables of the secrets file.
        file_name: where that file lies, for messages.
        folder: folder with one file per variable, as Kubernetes mounts a secret; None if there is none.
    """

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    file: Mapping[str, str] = field(default_factory=dict, repr=False)
    file_name: str = ""
    folder: Path | None = None

    def find(self, *names: str) -> Given | None:
        """Return the first of the names that is given, by place and then by the order of the names.

        Raises:
            SetupError: a mounted secret cannot be read.
        """
        for place, origin in ((self.environment, "the environment"), (self.file, self.file_name)):
            for name in names:
                if value := place.get(name, "").strip():
                    return Given(value, origin)
        for name in names:
            if self.folder and (value := _mounted(self.folder, name)):
                return Given(value, str(self.folder / name))
        return None


def read_secrets_file(file: Path, *, is_named: bool) -> dict[str, str]:
    """Return the variables of a file of lines ``NAME=value``; nothing of it is expanded or exported.

    Args:
        file: the file.
        is_named: somebody asked for this very file, so that its absence is an error.

    Raises:
        SetupError: the file is named and missing, or cannot be read.
    """
    from dotenv import dotenv_values

    if not file.is_file():
        if is_named:
            raise SetupError(f"BRAND_MONITOR_SECRETS_FILE names {file}, which is no file; correct the path")
        return {}
    try:
        values = dotenv_values(file, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(
            f"{file} cannot be read ({type(error).__name__}); make it a readable text"
        ) from error
    return {name: value for name, value in values.items() if value is not None}


def _mounted(folder: Path, name: str) -> str:
    """Return the stripped content of ``folder/name``, empty if there is none; never looks outside."""
    file = folder / name
    if not _NAME.fullmatch(name) or not file.is_file():
        return ""
    try:
        with file.open(encoding="utf-8") as stream:
            return stream.read(_MOST_BYTES).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(
            f"{file} cannot be read ({type(error).__name__}); make it a readable text"
        ) from error
