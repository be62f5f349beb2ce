"""One thing that is wrong in a monitor file, and how it is written down.

Belongs here: the value that the loader returns. Not here: finding problems.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One problem; ``line`` and ``column`` count from 1, ``field`` is empty where no field is to blame."""

    file: Path
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        """Return ``file:line: field: message``, which editors and terminals turn into a link."""
        place = f"{self.file}:{self.line}:"
        return f"{place} {self.field}: {self.message}" if self.field else f"{place} {self.message}"
