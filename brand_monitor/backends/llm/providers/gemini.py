"""Google's Gemini API (generateContent) on the wire, with grounding by Google search.

Belongs here: requests and errors. Not here: sending (``http``), what a stored reply says
(``gemini_reading``), prices.
"""

import re
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.interface import Call, Reading
from brand_monitor.backends.llm.providers.gemini_reading import chunk_urls, read_content
from brand_monitor.backends.llm.providers.statuses import fault_of_status, is_success
from brand_monitor.backends.llm.providers.values import mapping, mappings, string, word
from brand_monitor.backends.llm.providers.waits import asked_wait, duration
from brand_monitor.backends.llm.providers.wire import Failure, Reply, Request, Wire

#: Where the addresses of sources point to: each is a redirect to the page itself.
REDIRECT_ORIGIN = "https://vertexaisearch.cloud.google.com"
REDIRECT_PATH = "/grounding-api-redirect/"
#: Longest part of a provider's message that is quoted.
_QUOTED = 1_000

_FAULTS: dict[str, Fault] = {
    "INVALID_ARGUMENT": Fault.BAD_REQUEST,
    "FAILED_PRECONDITION": Fault.AUTH,  # the place or the plan of the account does not allow it
    "UNAUTHENTICATED": Fault.AUTH,
    "PERMISSION_DENIED": Fault.AUTH,
    "NOT_FOUND": Fault.UNKNOWN_MODEL,
    "RESOURCE_EXHAUSTED": Fault.RATE_LIMITED,
    "INTERNAL": Fault.OVERLOADED,
    "UNAVAILABLE": Fault.OVERLOADED,
    "DEADLINE_EXCEEDED": Fault.TIMEOUT,
}
#: Money used up comes as the same status as a limit per minute, without a quota in its details. The usual
#: text of a 429 speaks of "plan and billing details", which therefore says nothing.
_MONEY = re.compile(r"credits are depleted|spend(ing)? (cap|limit)", re.IGNORECASE)
_NO_BILLING = re.compile(r"\bbilling\b", re.IGNORECASE)
#: That the model takes no such parameter at all, by its name in ``Call``.
_REFUSED_PARAMETERS: dict[str, re.Pattern[str]] = {
    "effort": re.compile(r"thinking.?level is not supported for this model", re.IGNORECASE),
    "temperature": re.compile(r"\btemperature\W+(is )?(not supported|unsupported|deprecated)", re.IGNORECASE),
    "seed": re.compile(r"\bseed\W+(is )?(not supported|unsupported|deprecated)", re.IGNORECASE),
}


class GeminiWire(Wire):
    """The wire format of Gemini.

    Args:
        redirect_origin: scheme and host of the redirects that may be looked up; nothing else ever is.
    """

    name: ClassVar[str] = "gemini"
    base_url: ClassVar[str] = "https://generativelanguage.googleapis.com/v1beta"

    def __init__(self, redirect_origin: str = REDIRECT_ORIGIN) -> None:
        self._redirect_origin = redirect_origin

    def headers(self, key: str) -> dict[str, str]:
        """Return the key as a header: in the URL, which the API allows too, it would end up in logs."""
        return {"x-goog-api-key": key}

    def request(self, call: Call, refused: Collection[str]) -> Request:
        """Return the request; where the asker is cannot be told to this search."""
        body: dict[str, Any] = {
            "contents": [
                {
                    "role": "model" if message.role == "assistant" else message.role,
                    "parts": [{"text": message.content}],
                }
                for message in call.messages
            ]
        }
        if call.system:
            body["systemInstruction"] = {"parts": [{"text": call.system}]}
        if call.web:
            body["tools"] = [{"google_search": {}}]
        settings: dict[str, Any] = {"maxOutputTokens": call.max_tokens}
        if call.stop:
            settings["stopSequences"] = list(call.stop)
        optional: dict[str, tuple[str, Any]] = {
            "temperature": ("temperature", call.temperature),
            "seed": ("seed", call.seed),
            "effort": ("thinkingConfig", {"thinkingLevel": call.effort} if call.effort else None),
        }
        not_sent = ["country"] if call.web and call.country else []
        for name, (field, value) in optional.items():
            if value is None:
                continue
            if name in refused:
                not_sent.append(name)
            else:
                settings[field] = value
        body["generationConfig"] = settings
        model = quote(call.model.removeprefix("models/"), safe="")
        return Request(f"/models/{model}:generateContent", body, tuple(not_sent))

    def failure(self, reply: Reply) -> Failure | None:
        """Return why a reply is neither an answer nor a blocked prompt; see ``Wire.failure``."""
        body = mapping(reply.body)
        error = mapping(body.get("error"))
        if not error and is_success(reply.status):
            if mappings(body.get("candidates")) or word(
                mapping(body.get("promptFeedback")).get("blockReason")
            ):
                return None
            return Failure(Fault.MALFORMED, f"status {reply.status} without a candidate: {reply.text}")
        kind, message = word(error.get("status")), word(error.get("message"))
        said = f"status {reply.status}, {kind or 'no error status'}: {(message or reply.text)[:_QUOTED]}"
        fault = _FAULTS.get(kind or "")
        if fault is None:
            fault = Fault.MALFORMED if is_success(reply.status) else fault_of_status(reply.status)
        return _refined(fault, said, message or "", mappings(error.get("details")), reply)

    def redirects(self, response: Mapping[str, Any]) -> list[str]:
        """Return the addresses of sources that are redirects of the provider, each once."""
        return [url for url in dict.fromkeys(chunk_urls(response)) if self._is_redirect(url)]

    def _is_redirect(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        origin = f"{parts.scheme}://{parts.netloc}"
        return origin == self._redirect_origin and parts.path.startswith(REDIRECT_PATH)

    @staticmethod
    def read(payload: Mapping[str, Any]) -> Reading:
        """Return what a stored reply says; see ``Wire.read``."""
        return read_content(payload)


def _refined(
    fault: Fault, said: str, message: str, details: list[Mapping[str, Any]], reply: Reply
) -> Failure:
    """Return the failure that the details of an error make of it."""
    if fault is Fault.BAD_REQUEST:
        if any(str(detail.get("reason")).startswith("API_KEY_") for detail in details):
            return Failure(Fault.AUTH, said)
        for name, pattern in _REFUSED_PARAMETERS.items():
            if pattern.search(message):
                return Failure(fault, said, parameter=name)
    if fault is Fault.AUTH and reply.status == HTTPStatus.BAD_REQUEST and _NO_BILLING.search(message):
        return Failure(Fault.QUOTA, said)
    if fault is Fault.RATE_LIMITED and (_MONEY.search(message) or _is_daily(details)):
        return Failure(Fault.QUOTA, said)
    return Failure(fault, said, _retry_delay(details, reply))


def _is_daily(details: list[Mapping[str, Any]]) -> bool:
    """Whether a quota of the day is used up: the delay that comes with it is no reason to wait for it."""
    return any(
        "PerDay" in (string(violation.get("quotaId")) or "")
        for detail in details
        for violation in mappings(detail.get("violations"))
    )


def _retry_delay(details: list[Mapping[str, Any]], reply: Reply) -> float | None:
    """Return the wait that the body asks for, else the one of a header, which a proxy may add."""
    delays = [wait for detail in details if (wait := duration(string(detail.get("retryDelay")))) is not None]
    return max(delays) if delays else asked_wait(reply.headers)
