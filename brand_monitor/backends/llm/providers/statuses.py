"""What an HTTP status means where the provider's own words do not say more.

Belongs here: the statuses that all providers use alike. Not here: error types and codes of one provider,
waits (``waits``).
"""

from http import HTTPStatus

from brand_monitor.backends.llm.faults import Fault

_FAULTS: dict[int, Fault] = {
    HTTPStatus.UNAUTHORIZED: Fault.AUTH,
    HTTPStatus.PAYMENT_REQUIRED: Fault.QUOTA,
    HTTPStatus.FORBIDDEN: Fault.AUTH,
    HTTPStatus.NOT_FOUND: Fault.UNKNOWN_MODEL,
    HTTPStatus.REQUEST_TIMEOUT: Fault.TIMEOUT,
    HTTPStatus.CONFLICT: Fault.OVERLOADED,
    # The path never changes: what is not found, or gone, is the model, or all of it under a wrong base URL.
    HTTPStatus.GONE: Fault.UNKNOWN_MODEL,
    HTTPStatus.FAILED_DEPENDENCY: Fault.OVERLOADED,
    HTTPStatus.TOO_EARLY: Fault.OVERLOADED,
    HTTPStatus.TOO_MANY_REQUESTS: Fault.RATE_LIMITED,
    HTTPStatus.GATEWAY_TIMEOUT: Fault.TIMEOUT,
}


def is_success(status: int) -> bool:
    """Whether a reply of this status should hold an answer."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def fault_of_status(status: int) -> Fault:
    """Return the fault that a status stands for. A redirect is a wrong base URL: the request as it stands."""
    if status in _FAULTS:
        return _FAULTS[status]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Fault.OVERLOADED
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        return Fault.BAD_REQUEST
    return Fault.MALFORMED
