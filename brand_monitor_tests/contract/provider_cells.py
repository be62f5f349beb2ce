"""The matrix of providers and faults: who is asked, what the stub plays, and what that has to become."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from brand_monitor.backends.llm.faults import Fault
from brand_monitor.backends.llm.interface import Call, Message, Reading
from brand_monitor.backends.llm.providers.anthropic import AnthropicWire
from brand_monitor.backends.llm.providers.gemini import GeminiWire
from brand_monitor.backends.llm.providers.http import Access, HttpEngine, Timeouts
from brand_monitor.backends.llm.providers.openai import OpenAIWire
from brand_monitor.backends.llm.providers.perplexity import PerplexityWire
from brand_monitor.backends.llm.providers.wire import Wire
from brand_monitor_tests.provider_stubs.provider import ACCIDENTS, ANSWERS, ERRORS
from brand_monitor_tests.provider_stubs.server import StubServer

KEY = "sk-secret-0123456789"
#: Long enough for any reply that comes, short for those that never do.
PATIENT = Timeouts(connect=20, silence=20, total=60)
IMPATIENT = Timeouts(connect=20, silence=0.2, total=0.4)
#: Seconds to wait that each stub asks for in ``rate_limited``: in a header, or in the body.
WAITS = {"openai": 0.04, "anthropic": 0.04, "gemini": 0.04, "perplexity": 2.0}


@dataclass(frozen=True)
class Asked:
    """A provider as it is asked: the model, and the one that answers."""

    wire: Callable[[StubServer], Wire]
    model: str
    served: str


PROVIDERS = {
    "openai": Asked(lambda _: OpenAIWire(), "gpt-5-mini", "gpt-5-mini-2025-08-07"),
    "anthropic": Asked(lambda _: AnthropicWire(), "claude-haiku-4-5", "claude-haiku-4-5-20251001"),
    "gemini": Asked(lambda stub: GeminiWire(stub.address), "gemini-flash-latest", "gemini-3.7-flash"),
    "perplexity": Asked(lambda _: PerplexityWire(), "perplexity/sonar", "openai/gpt-6-luna"),
}

#: What each behaviour of a stub becomes, for every provider.
FAULTS = {
    "auth": Fault.AUTH,
    "quota": Fault.QUOTA,
    "rate_limited": Fault.RATE_LIMITED,
    "overloaded": Fault.OVERLOADED,
    "unknown_model": Fault.UNKNOWN_MODEL,
    "bad_request": Fault.BAD_REQUEST,
    "timeout": Fault.TIMEOUT,
    "slow_drip": Fault.TIMEOUT,
    "hang_up": Fault.TRUNCATED,
    "reset": Fault.TRUNCATED,
    "garbage": Fault.MALFORMED,
    "truncated": Fault.MALFORMED,
    "html": Fault.OVERLOADED,
    "ten_megabytes": Fault.TOO_LARGE,
}
#: What only some providers say.
OWN_FAULTS = {
    ("openai", "failed_as_200"): Fault.OVERLOADED,
    ("openai", "rate_limited_as_200"): Fault.RATE_LIMITED,
    ("openai", "rate_limited_until_reset"): Fault.RATE_LIMITED,
    ("anthropic", "billing"): Fault.QUOTA,
    ("anthropic", "own_limit"): Fault.QUOTA,
    ("anthropic", "permission"): Fault.AUTH,
    ("anthropic", "too_large"): Fault.BAD_REQUEST,
    ("anthropic", "internal"): Fault.OVERLOADED,
    ("anthropic", "timeout_error"): Fault.TIMEOUT,
    ("perplexity", "failed_as_200"): Fault.OVERLOADED,
    ("perplexity", "cancelled_as_200"): Fault.OVERLOADED,
    ("perplexity", "retired"): Fault.UNKNOWN_MODEL,
    ("gemini", "permission"): Fault.AUTH,
    ("gemini", "precondition"): Fault.AUTH,
    ("gemini", "internal"): Fault.OVERLOADED,
    ("gemini", "deadline"): Fault.TIMEOUT,
}
#: Replies that are no failure, and the status of the answer.
STATUSES = {"cited": "ok", "plain": "ok", "cut": "ok", "refused": "refused", "empty": "empty"}
OWN_STATUSES = {
    ("openai", "policy"): "refused",
    ("anthropic", "failed_search"): "ok",
    ("gemini", "stopped"): "refused",
}

FAULT_CELLS = [(name, played) for name in PROVIDERS for played in FAULTS] + list(OWN_FAULTS)
STATUS_CELLS = [(name, played) for name in PROVIDERS for played in STATUSES] + list(OWN_STATUSES)
#: A test of its own: it is no failure but something to learn.
LEARNED = "unsupported_parameter"

assert {*FAULTS, *STATUSES, LEARNED} == {*ANSWERS, *ERRORS, *ACCIDENTS}


def fault_of(name: str, played: str) -> Fault:
    return OWN_FAULTS.get((name, played)) or FAULTS[played]


def status_of(name: str, played: str) -> str:
    return OWN_STATUSES.get((name, played)) or STATUSES[played]


def timeouts_for(played: str) -> Timeouts:
    return IMPATIENT if played in {"timeout", "slow_drip"} else PATIENT


def engine(stub: StubServer, *, timeouts: Timeouts = PATIENT, refused: set[str] | None = None) -> HttpEngine:
    wire = PROVIDERS[stub.provider.name].wire(stub)
    return HttpEngine(wire, Access(stub.base_url, KEY), concurrency=4, refused=refused, timeouts=timeouts)


def call(name: str, question: str, temperature: float | None = None) -> Call:
    return Call(
        call_id=f"call-{question}",
        model=PROVIDERS[name].model,
        prompt=question,
        repeat=0,
        max_tokens=4_000,
        messages=(Message("user", question),),
        country="GB",
        web=True,
        temperature=temperature,
    )


def read(payload: Mapping[str, Any]) -> Reading:
    readers = {one.name: one.read for one in (OpenAIWire, AnthropicWire, GeminiWire, PerplexityWire)}
    return readers[payload["wire"]](payload)
