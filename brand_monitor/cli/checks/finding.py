"""What a check returns."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "note", "missing"]


@dataclass(frozen=True)
class Finding:
    """What one check found; ``advice`` says what to do about it."""

    name: str
    status: Status
    detail: str
    advice: str = ""
