"""What can go wrong with a call, and what is done about each: one table for code, rows and docs.

Belongs here: the classes and how each is handled. Not here: telling them from a reply (each provider's wire
format does that), or the exceptions themselves (``failures``).
"""

from dataclasses import dataclass
from enum import StrEnum

from brand_monitor.failures import BrandMonitorError, CallRejectedError, EngineCallError, EngineStoppedError


class Fault(StrEnum):
    """The class of a failure; column ``error_class`` of the answers."""

    AUTH = "auth"
    QUOTA = "quota"
    UNKNOWN_MODEL = "unknown_model"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    BAD_REQUEST = "bad_request"
    REFUSED = "refused"
    EMPTY = "empty"


@dataclass(frozen=True)
class Handling:
    """What is done about a fault. None of them ever enters a denominator.

    ``error`` is the exception that carries it, None where a payload arrived and the answer row alone says it.
    """

    error: type[BrandMonitorError] | None
    meaning: str
    advice: str
    may_be_paid: bool = False  # the provider may have answered and charged, although nothing usable arrived

    @property
    def is_retried(self) -> bool:
        """Whether the call is sent again, after a pause."""
        return self.error is EngineCallError

    @property
    def stops_engine(self) -> bool:
        """Whether the engine is left alone for the rest of the run; what it was not asked stays planned."""
        return self.error is EngineStoppedError


HANDLING: dict[Fault, Handling] = {
    Fault.AUTH: Handling(
        EngineStoppedError, "the key is missing, wrong or not allowed to do this", "set a valid key"
    ),
    Fault.QUOTA: Handling(
        EngineStoppedError, "the account's money or quota is used up", "top up, or wait for the next period"
    ),
    Fault.UNKNOWN_MODEL: Handling(
        EngineStoppedError, "the provider has no such model for this key", "correct the model in the monitor"
    ),
    Fault.RATE_LIMITED: Handling(
        EngineCallError, "too many requests or tokens a minute", "lower the limits of the engine"
    ),
    Fault.OVERLOADED: Handling(
        EngineCallError, "the provider is overloaded or broken (5xx)", "wait; see its status page"
    ),
    Fault.TIMEOUT: Handling(EngineCallError, "no reply in time", "wait, or ask for less", may_be_paid=True),
    Fault.CONNECTION: Handling(
        EngineCallError, "no connection came about", "check the network, the proxy and the base URL"
    ),
    Fault.TRUNCATED: Handling(
        EngineCallError,
        "the connection broke after the request had left",
        "wait; check the network",
        may_be_paid=True,
    ),
    Fault.MALFORMED: Handling(
        EngineCallError,
        "the reply is not what the provider documents",
        "report it with the call id",
        may_be_paid=True,
    ),
    Fault.TOO_LARGE: Handling(
        CallRejectedError, "the reply is larger than the cap", "lower max_tokens", may_be_paid=True
    ),
    Fault.BAD_REQUEST: Handling(
        CallRejectedError, "the provider refuses the request as it stands", "read its message"
    ),
    Fault.REFUSED: Handling(None, "the model or a filter declined to answer", "reword the prompt"),
    Fault.EMPTY: Handling(None, "a reply without text", "raise max_tokens: reasoning may have used them all"),
}


def fault_error(
    fault: Fault, message: str, *, retry_after_seconds: float | None = None
) -> EngineCallError | CallRejectedError | EngineStoppedError:
    """Return the exception that carries a fault, by its handling.

    Args:
        fault: the class; not one that arrives as a payload (refused, empty).
        message: what happened and where, without the key.
        retry_after_seconds: how long the provider asks to wait, if it does.
    """
    kind = HANDLING[fault].error
    if kind is EngineCallError:
        return EngineCallError(message, fault=fault, retry_after_seconds=retry_after_seconds)
    if kind is EngineStoppedError:
        return EngineStoppedError(message, fault=fault)
    return CallRejectedError(message, fault=fault)
