"""Which fault an exception of LiteLLM stands for: its own classes say less than what caused them.

LiteLLM gives one class to a refused connection, a reply that broke off and a provider's 500, and the same
class to a rate limit and to used-up money. What tells them apart is further down the chain of causes: the
HTTP status, the error of the transport, or the error of LiteLLM's own code over a reply it cannot read.

Belongs here: telling faults apart. Not here: what is done about them (``faults``), asking (``litellm``).
"""

import re
from collections.abc import Collection, Iterator
from http import HTTPStatus
from typing import Any

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.providers.statuses import fault_of_status
from brand_monitor.backends.llm.providers.values import mapping, word
from brand_monitor.backends.llm.providers.waits import asked_wait, duration
from brand_monitor.backends.llm.providers.wire import Failure

#: Errors of the transport by class name (aiohttp, httpx, openai), so that none of them is imported here. The
#: first in a chain decides, the innermost being looked at first.
_TRANSPORT: dict[str, Fault] = {
    "ConnectionTimeoutError": Fault.CONNECTION,
    "ConnectTimeout": Fault.CONNECTION,
    "ConnectError": Fault.CONNECTION,
    "ClientConnectorError": Fault.CONNECTION,
    "ClientConnectorDNSError": Fault.CONNECTION,
    "ServerDisconnectedError": Fault.TRUNCATED,
    "ClientPayloadError": Fault.TRUNCATED,
    "ReadError": Fault.TRUNCATED,
    "WriteError": Fault.TRUNCATED,
    "RemoteProtocolError": Fault.TRUNCATED,
    "SocketTimeoutError": Fault.TIMEOUT,
    "ReadTimeout": Fault.TIMEOUT,
    "TimeoutError": Fault.TIMEOUT,
    "APITimeoutError": Fault.TIMEOUT,
}
#: LiteLLM's classes, for what it decides without an HTTP error: before sending, or over a reply with 200.
_OWN: dict[str, Fault] = {
    "AuthenticationError": Fault.AUTH,
    "PermissionDeniedError": Fault.AUTH,
    "PaymentRequiredError": Fault.QUOTA,
    "NotFoundError": Fault.UNKNOWN_MODEL,
    "RateLimitError": Fault.RATE_LIMITED,
    "ServiceUnavailableError": Fault.OVERLOADED,
    "BadGatewayError": Fault.OVERLOADED,
    "UnsupportedParamsError": Fault.BAD_REQUEST,
    "ContextWindowExceededError": Fault.BAD_REQUEST,
    "BadRequestError": Fault.BAD_REQUEST,
    "Timeout": Fault.TIMEOUT,
}
_MONEY = re.compile(
    r"insufficient_quota|credit_balance_exhausted|spend_limit|usage_limit_exceeded|credit balance is too low"
    r"|credits are depleted",
    re.IGNORECASE,
)
_DECLINED = re.compile(r"content_policy_violation|content_filter", re.IGNORECASE)
_BAD_KEY = re.compile(r"api_key_invalid|invalid_api_key|api key not valid", re.IGNORECASE)
_NO_MODEL = re.compile(r"model_not_found|invalid_model|LLM Provider NOT provided", re.IGNORECASE)
_UNREADABLE = re.compile(
    r"empty or invalid response|error converting to valid response|unable to get json", re.IGNORECASE
)
_NOT_TAKEN = re.compile(
    r"unsupported|not support|deprecated|not allowed|unrecognized|unknown|not permitted|extra inputs|only",
    re.IGNORECASE,
)
_WAIT_IN_BODY = re.compile(r"\"retryDelay\":\s*\"([\d.]+s)\"")
#: LiteLLM writes tracebacks of its own into messages.
_TRACEBACK = "Traceback (most recent call last)"
_QUOTED = 500
#: Words for a parameter in messages, by its name in ``Call``.
_NAMES: dict[str, tuple[str, ...]] = {
    "temperature": ("temperature",),
    "seed": ("seed",),
    "effort": ("reasoning_effort", "reasoning.effort", "thinking", "effort"),
    "stop": ("stop", "stop_sequences"),
}


def failure_of(error: BaseException, sent: Collection[str]) -> Failure:
    """Return which fault an exception stands for, and the parameter that the model refuses, if that is all.

    A content policy is ``Fault.REFUSED``: no failure, but an answer that was declined.

    Args:
        error: what LiteLLM raised.
        sent: optional parameters of the call that were sent, by their names in ``Call``.
    """
    chain = list(_chain(error))
    said = _said(error, chain)
    fault = _fault(error, chain, said)
    parameter = _parameter(said, sent) if fault is Fault.BAD_REQUEST else None
    message = " ".join(str(error).split(_TRACEBACK, maxsplit=1)[0].split())
    return Failure(fault, message[:_QUOTED], _wait(error, said), parameter)


def _fault(error: BaseException, chain: list[BaseException], said: str) -> Fault:
    if any(type(one).__name__ == "ContentPolicyViolationError" for one in chain):
        return Fault.REFUSED
    status = next((found for one in chain if (found := _http_status(one)) is not None), None)
    if status is not None:
        return _by_status(status, said)
    broken = (fault for one in reversed(chain) if (fault := _TRANSPORT.get(type(one).__name__)))
    return next(broken, None) or _by_own_words(error, chain, said)


def _by_own_words(error: BaseException, chain: list[BaseException], said: str) -> Fault:
    """Return the fault of what LiteLLM says without an error of HTTP or transport below it."""
    if _UNREADABLE.search(said):
        return Fault.MALFORMED
    if _NO_MODEL.search(said):
        return Fault.UNKNOWN_MODEL
    if code := word(getattr(error, "status_code", None)):  # an error object that came with status 200
        return Fault.RATE_LIMITED if "rate_limit" in code else Fault.OVERLOADED
    # An error of LiteLLM's own code (AttributeError, JSONDecodeError, ..) over a reply: it may be paid for.
    own = (AttributeError, LookupError, TypeError, ValueError)
    if any(isinstance(one, own) for one in chain):
        return Fault.MALFORMED
    return next((fault for one in type(error).__mro__ if (fault := _OWN.get(one.__name__))), Fault.MALFORMED)


def _by_status(status: int, said: str) -> Fault:
    fault = fault_of_status(status)
    if fault in {Fault.BAD_REQUEST, Fault.RATE_LIMITED, Fault.AUTH} and _MONEY.search(said):
        return Fault.QUOTA
    if fault is Fault.BAD_REQUEST and _DECLINED.search(said):
        return Fault.REFUSED
    if fault is Fault.BAD_REQUEST and _BAD_KEY.search(said):
        return Fault.AUTH
    if fault is Fault.BAD_REQUEST and _NO_MODEL.search(said):
        return Fault.UNKNOWN_MODEL
    return fault


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what it came from, each once."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__


def _http_status(error: BaseException) -> int | None:
    """Return the status of a reply that the client took for an error; LiteLLM's own numbers are made up."""
    if not any(kind.__name__ == "HTTPStatusError" for kind in type(error).__mro__):
        return None
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) and status >= HTTPStatus.MULTIPLE_CHOICES else None


def _said(error: BaseException, chain: list[BaseException]) -> str:
    """Return all that the provider said: LiteLLM shortens the body, the client below it kept it."""
    bodies = [str(mapping(getattr(one, "body", None)) or "") for one in chain]
    return "\n".join([str(error), *bodies])


def _parameter(said: str, sent: Collection[str]) -> str | None:
    if not _NOT_TAKEN.search(said):
        return None
    for name in sent:
        for word_for_it in _NAMES.get(name, ()):
            if re.search(rf"\b{re.escape(word_for_it)}\b", said, re.IGNORECASE):
                return name
    return None


def _wait(error: BaseException, said: str) -> float | None:
    headers: Any = getattr(error, "litellm_response_headers", None)
    if hasattr(headers, "items"):  # a mapping of httpx, which is no Mapping
        lower = {str(name).lower(): str(value) for name, value in headers.items()}
        if (wait := asked_wait(lower)) is not None:
            return wait
    found = _WAIT_IN_BODY.search(said)
    return duration(found[1]) if found else None
