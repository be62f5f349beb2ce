"""Alerts and those who carry them.

Belongs here: what an alert is and what every carrier does. Not here: when one is raised (``defs``), or that
it is raised once (``desk``).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

from brand_monitor.failures import TransientFailure

Severity = Literal["info", "warning", "error"]


class NotifyError(TransientFailure):
    """A carrier could not take an alert; it is tried again at the next occasion."""


@dataclass(frozen=True)
class Alert:
    """Something that a person should know.

    Attributes:
        cause: stable name of the cause; alerts of one cause and period are one alert.
        period: how long the cause is old news, such as ``2026-11-24`` or ``2026-11``.
        severity: how much it matters.
        title: one line.
        text: plain text: what happened, where, what to do.
    """

    cause: str
    period: str
    severity: Severity
    title: str
    text: str


class Notifier(ABC):
    """Carries alerts to one place."""

    #: What a person calls the place; never an address that holds a secret.
    name: str

    @abstractmethod
    def send(self, alert: Alert) -> None:
        """Deliver the alert.

        Raises:
            NotifyError: the place did not take it.
        """
