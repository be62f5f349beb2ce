"""What the global options say, handed to every command.

Belongs here: reading it back from the context. Not here: the options themselves (``app``).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from brand_monitor.deployment import Settings
    from brand_monitor.notebook import Installation


@dataclass(frozen=True)
class State:
    """The global options of one call."""

    settings: "Settings"
    debug: bool


def settings_of(context: typer.Context) -> "Settings":
    """Return where the files of this call live."""
    state = context.ensure_object(State)
    return state.settings


def installation_of(context: typer.Context) -> "Installation":
    """Return the installation of this call, opened for reading."""
    from brand_monitor.notebook import Installation

    return Installation(settings_of(context))
