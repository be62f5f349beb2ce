"""Any other model, and any URL that speaks OpenAI's chat format, through LiteLLM.

Slower than the adapters of our own by a factor of twenty and poorer in what it keeps (docs/adr/0010), so it
is for the long tail only. Belongs here: asking. Not here: which fault an exception stands for
(``litellm_faults``), what a stored reply says (``litellm_reading``).
"""

import asyncio
import json
import logging
import os
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, ClassVar, Self

from brand_monitor.backends.llm.faults import Fault, fault_error
from brand_monitor.backends.llm.interface import Call, Engine, Reading
from brand_monitor.backends.llm.providers.http import MAX_BODY_BYTES, Access, Timeouts
from brand_monitor.backends.llm.providers.litellm_faults import failure_of
from brand_monitor.backends.llm.providers.litellm_reading import read_reply
from brand_monitor.backends.llm.providers.wire import Failure

WIRE = "litellm"
#: Set before LiteLLM is imported: else it fetches price and header lists over the network and reads .env.
_BEFORE_IMPORT = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "ERROR",
}
_LOGGERS = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy")
#: Keeps LiteLLM from sending a key of the environment to a server that needs none.
_NO_KEY = "none"
_PREFIX_OF_HEADERS = "llm_provider-"
_KEPT_HEADERS = ("request-id", "ratelimit", "processing-ms", "retry-after")


class LiteLLMEngine(Engine):
    """Asks one model through LiteLLM.

    Args:
        access: address of an OpenAI-compatible server and key. An empty address is the provider's own; an
            empty key leaves it to LiteLLM to find the provider's variables in the environment, unless there
            is an address, which then is asked without a key.
        concurrency: calls in flight at once.
        refused: parameters that the model is known to refuse; what is learned is added to it.
        timeouts: longest waits.
        search_context: how much of the web is read: ``low``, ``medium`` or ``high``.
    """

    _entered: ClassVar[int] = 0

    def __init__(
        self,
        access: Access,
        *,
        concurrency: int = 8,
        refused: set[str] | None = None,
        timeouts: Timeouts | None = None,
        search_context: str | None = None,
    ) -> None:
        self.concurrency = concurrency
        self._access = access
        self._refused = set() if refused is None else refused
        self._timeouts = timeouts or Timeouts()
        self._search_context = search_context
        self._litellm: Any = None

    async def __aenter__(self) -> Self:
        """Import LiteLLM, which takes seconds of CPU the first time, and switch off all that it adds."""
        self._litellm = _imported()
        LiteLLMEngine._entered += 1
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the connections, once no engine uses them any more: LiteLLM shares them in the process."""
        LiteLLMEngine._entered -= 1
        if LiteLLMEngine._entered == 0:
            await _close(self._litellm)

    async def ask(self, call: Call) -> Mapping[str, Any]:
        """Send the call and return request and response; see ``Engine.ask``."""
        if self._litellm is None:
            raise RuntimeError("the engine is asked outside `async with`")
        started = time.perf_counter()
        while True:
            request, not_sent = self._request(call)
            payload: dict[str, Any] = {"wire": WIRE, "request": request, "not_sent": not_sent}
            try:
                reply = await self._send(request)
            except Exception as error:  # noqa: BLE001  # whatever LiteLLM raises is told apart
                # Without its cause: LiteLLM's own messages may quote the key.
                failure = failure_of(error, [name for name in _OPTIONAL if _OPTIONAL[name] in request])
            else:
                break
            if failure.fault is Fault.REFUSED:
                return payload | {"declined": self._clean(failure.message), "latency_ms": _since(started)}
            if failure.parameter is None or failure.parameter in self._refused:
                raise self._error(call, failure)
            self._refused.add(failure.parameter)
        response = _dumped(reply)
        if not response.get("choices"):
            raise self._error(call, Failure(Fault.MALFORMED, "a reply without a choice"))
        if _size(response) > MAX_BODY_BYTES:
            raise self._error(call, Failure(Fault.TOO_LARGE, f"more than {MAX_BODY_BYTES:,} bytes"))
        return payload | {
            "headers": _kept_headers(reply),
            "response": response,
            "latency_ms": _since(started),
        }

    @staticmethod
    def read(payload: Mapping[str, Any]) -> Reading:
        """Return what a stored payload says, pure and total."""
        return read_reply(payload)

    def _request(self, call: Call) -> tuple[dict[str, Any], list[str]]:
        """Return the arguments of the call, and the names of parameters that the model does not take.

        Raises:
            CallRejectedError: the call needs web search and LiteLLM knows no way to this model's.
        """
        model = call.model
        if self._access.base_url and "/" not in model:
            model = f"openai/{model}"
        supported = set(self._litellm.get_supported_openai_params(model=model) or ())
        system = [{"role": "system", "content": call.system}] if call.system else []
        turns = [{"role": turn.role, "content": turn.content} for turn in call.messages]
        request: dict[str, Any] = {
            "model": model,
            "messages": [*system, *turns],
            "max_tokens": call.max_tokens,
        }
        values = {
            "temperature": call.temperature,
            "seed": call.seed,
            "effort": call.effort,
            "stop": list(call.stop) or None,
        }
        not_sent = []
        for name, value in values.items():
            if value is None:
                continue
            if name in self._refused or _OPTIONAL[name] not in supported:
                not_sent.append(name)
            else:
                request[_OPTIONAL[name]] = value
        if call.web:
            if "web_search_options" not in supported:
                said = "no web search through LiteLLM: use `web: false`, or the family of its provider"
                raise self._error(call, Failure(Fault.BAD_REQUEST, said))
            request["web_search_options"] = self._search(call)
        return request, not_sent

    def _search(self, call: Call) -> dict[str, Any]:
        place = {"type": "approximate", "approximate": {"country": call.country}} if call.country else None
        size = self._search_context or "medium"
        return {"search_context_size": size, **({"user_location": place} if place else {})}

    async def _send(self, request: Mapping[str, Any]) -> Any:
        import httpx

        waits = self._timeouts
        address = {"api_base": self._access.base_url} if self._access.base_url else {}
        key = self._access.key or (_NO_KEY if address else None)
        async with asyncio.timeout(waits.total):
            return await self._litellm.acompletion(
                **request,
                **address,
                **({"api_key": key} if key else {}),
                timeout=httpx.Timeout(waits.silence, connect=waits.connect),
                num_retries=0,
                max_retries=0,
            )

    def _error(self, call: Call, failure: Failure) -> Exception:
        return fault_error(
            failure.fault,
            f"call {call.call_id}, {WIRE} {call.model}: {self._clean(failure.message)}",
            retry_after_seconds=failure.retry_after_seconds,
        )

    def _clean(self, message: str) -> str:
        return message.replace(self._access.key, "[key]") if self._access.key else message


#: Optional parameters by their name in ``Call``: LiteLLM's word for them.
_OPTIONAL = {"temperature": "temperature", "seed": "seed", "effort": "reasoning_effort", "stop": "stop"}


def _imported() -> Any:
    """Return LiteLLM, without network, retries, callbacks, logs and advertisements."""
    for name, value in _BEFORE_IMPORT.items():
        os.environ.setdefault(name, value)
    with warnings.catch_warnings():
        # Said by pydantic over a type of LiteLLM's when the first reply is built: so one is built here.
        warnings.filterwarnings("ignore", message=r".*`ReadOnly` qualifier", category=UserWarning)
        import litellm

        litellm.ModelResponse()
    litellm.suppress_debug_info = True
    litellm.turn_off_message_logging = True
    litellm.drop_params = False
    litellm.num_retries = 0
    litellm.cache = None
    for name in ("callbacks", "input_callback", "success_callback", "failure_callback", "service_callback"):
        setattr(litellm, name, [])
    for name in _LOGGERS:
        # Its errors arrive as exceptions; its log would repeat them, with prompts in them.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return litellm


async def _close(litellm: Any) -> None:
    from litellm.litellm_core_utils.logging_worker import GLOBAL_LOGGING_WORKER
    from litellm.llms.custom_httpx import async_client_cleanup

    close_clients: Callable[[], Awaitable[None]] = async_client_cleanup.close_litellm_async_clients
    await GLOBAL_LOGGING_WORKER.flush()
    await GLOBAL_LOGGING_WORKER.stop()
    await close_clients()
    litellm.in_memory_llm_clients_cache.flush_cache()


def _dumped(reply: Any) -> dict[str, Any]:
    """Return the reply as JSON; what LiteLLM keeps of Google's grounding hangs beside the model's fields."""
    response: dict[str, Any] = reply.model_dump(mode="json", exclude_none=True, warnings=False)
    hidden = getattr(reply, "_hidden_params", None) or {}
    grounding = hidden.get("vertex_ai_grounding_metadata")
    if grounding and "vertex_ai_grounding_metadata" not in response:
        response["vertex_ai_grounding_metadata"] = grounding
    return response


def _kept_headers(reply: Any) -> dict[str, str]:
    headers = (getattr(reply, "_hidden_params", None) or {}).get("additional_headers") or {}
    named = {
        str(name).lower().removeprefix(_PREFIX_OF_HEADERS): str(value) for name, value in headers.items()
    }
    return {name: value for name, value in named.items() if any(part in name for part in _KEPT_HEADERS)}


def _size(response: Mapping[str, Any]) -> int:
    return len(json.dumps(response))


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1_000
