"""What OpenAI's errors mean: status, type, code and message, and errors that come with status 200.

Belongs here: telling the faults apart. Not here: what is done about each (``faults``).
"""

import re
from collections.abc import Mapping
from typing import Any

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.providers.responses import SUCCESS, is_answer, is_malformed, what_failed
from brand_monitor.backends.llm.providers.statuses import fault_of_status
from brand_monitor.backends.llm.providers.values import mapping, string, word
from brand_monitor.backends.llm.providers.waits import asked_wait, duration
from brand_monitor.backends.llm.providers.wire import Failure, Reply

_QUOTA_CODES = {
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "billing_hard_limit_reached",
    "billing_not_active",
}
#: Codes that name the fault whatever the status, also in a response that failed with status 200.
_BY_CODE = {
    "invalid_api_key": Fault.AUTH,
    "model_not_found": Fault.UNKNOWN_MODEL,
    "rate_limit_exceeded": Fault.RATE_LIMITED,
    "slow_down": Fault.RATE_LIMITED,
    "server_error": Fault.OVERLOADED,
    "server_is_overloaded": Fault.OVERLOADED,
    "vector_store_timeout": Fault.OVERLOADED,
    "context_length_exceeded": Fault.BAD_REQUEST,
    "data_residency_mismatch": Fault.BAD_REQUEST,
}
#: Parameters by their name on the wire. An effort that does not exist is a mistake in the monitor, not a
#: parameter that the model lacks, so only "Unsupported parameter" counts there.
_PARAMETERS = {"temperature": "temperature", "reasoning": "effort", "reasoning.effort": "effort"}
_UNSUPPORTED = re.compile(
    r"unsupported parameter|unsupported value: '?temperature|'temperature' (?:is|does) not"
)
_NAMED = re.compile(r"'([a-z_.]+)'")
_TRY_AGAIN = re.compile(r"try again in (\S+?)\.?(?:\s|$)")


def openai_failure(reply: Reply) -> Failure | None:
    """Return why a reply of the Responses API is no answer, None if it is one (a refusal is one)."""
    if is_answer(reply):
        return None
    if is_malformed(reply):
        return Failure(Fault.MALFORMED, f"status {reply.status} without output: {reply.text}")
    error = mapping(mapping(reply.body).get("error"))
    fault = _fault(reply, error)
    return Failure(
        fault,
        what_failed(reply),
        retry_after_seconds=_wait(reply, error) if fault in (Fault.RATE_LIMITED, Fault.OVERLOADED) else None,
        parameter=_unsupported(error) if fault is Fault.BAD_REQUEST else None,
    )


def _fault(reply: Reply, error: Mapping[str, Any]) -> Fault:
    code, kind = word(error.get("code")) or "", word(error.get("type")) or ""
    if _is_quota(code, kind, (string(error.get("message")) or "").lower()):
        return Fault.QUOTA
    for name in (code, kind):
        if name in _BY_CODE:
            return _BY_CODE[name]
    if reply.status in SUCCESS:
        # A failed response with a code that blames the request (an image, say), or the provider's trouble.
        return Fault.BAD_REQUEST if code.startswith(("invalid_", "image_")) else Fault.OVERLOADED
    return fault_of_status(reply.status)


def _is_quota(code: str, kind: str, message: str) -> bool:
    """Return whether money or quota is used up: comes with status 429 too, and waiting does not help.

    Asked first, since the code beside the type ``insufficient_quota`` varies. Any other limit that is
    exceeded is one of spending or usage; that of the rate has a name of its own.
    """
    is_other_limit = code.endswith("_limit_exceeded") and code not in _BY_CODE
    return bool(_QUOTA_CODES & {code, kind}) or is_other_limit or "exceeded your current quota" in message


def _unsupported(error: Mapping[str, Any]) -> str | None:
    """Return the call's name of the one parameter that the model does not take, if that is the error."""
    message = (string(error.get("message")) or "").lower()
    if word(error.get("code")) != "unsupported_parameter" and not _UNSUPPORTED.search(message):
        return None
    named = _NAMED.search(message)
    return _PARAMETERS.get(word(error.get("param")) or (named[1] if named else ""))


def _wait(reply: Reply, error: Mapping[str, Any]) -> float | None:
    """Return the seconds to wait: by header, by message, else until the limit that is used up is reset."""
    if (asked := asked_wait(reply.headers)) is not None:
        return asked
    if told := _TRY_AGAIN.search((string(error.get("message")) or "").lower()):
        return duration(told[1])
    for limit in ("requests", "tokens"):
        used_up = reply.headers.get(f"x-ratelimit-remaining-{limit}", "").strip() == "0"
        if used_up or error.get("type") == limit:
            return duration(reply.headers.get(f"x-ratelimit-reset-{limit}"))
    return None
