"""What a provider's wire format has to say: how to ask, what went wrong, and what a stored reply says.

Belongs here: the interface that each provider fills, pure throughout. Not here: sending (``http``).
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.interface import Call, Reading


@dataclass(frozen=True)
class Request:
    """One HTTP POST. ``not_sent`` names parameters of the call that the model does not take."""

    path: str
    body: Mapping[str, Any]
    not_sent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """Why a reply is no answer. ``parameter``: the one that the model refuses, if that is all."""

    fault: Fault
    message: str
    retry_after_seconds: float | None = None
    parameter: str | None = None


@dataclass(frozen=True)
class Reply:
    """What came back over HTTP: header names in lower case; ``body`` is None if it is no JSON object."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None
    text: str  # beginning of the body, for messages


class Wire(ABC):
    """The wire format of one provider. Total: a strange reply is a failure, never a crash."""

    #: Value of a payload's key ``wire``.
    name: ClassVar[str]
    base_url: ClassVar[str]

    @abstractmethod
    def headers(self, key: str) -> dict[str, str]:
        """Return the headers that carry the key and the version."""

    @abstractmethod
    def request(self, call: Call, refused: Collection[str]) -> Request:
        """Return the request for a call.

        Args:
            call: what is asked.
            refused: parameters that the model has refused before (``temperature``, ``seed``, ...), which are
                left out and named in ``not_sent``, like those known to be refused.
        """

    @abstractmethod
    def failure(self, reply: Reply) -> Failure | None:
        """Return why a reply is no answer, None if it is one. Also for errors that come with status 200."""

    def follow_up(self, request: Request, response: Mapping[str, Any]) -> Request | None:  # noqa: ARG002
        """Return the request that goes on where a paused reply stopped, None if the reply is whole."""
        return None

    def redirects(self, response: Mapping[str, Any]) -> list[str]:  # noqa: ARG002
        """Return URLs of the reply that stand for others, to be looked up (their Location) right away."""
        return []

    @staticmethod
    @abstractmethod
    def read(payload: Mapping[str, Any]) -> Reading:
        """Return what a stored payload says. Pure and total: a payload of any form gives a reading.

        The payload is the mapping that ``http.HttpEngine.ask`` returns.
        """
