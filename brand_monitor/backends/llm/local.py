"""Engine ``local``: a model by itself, with the question and nothing to read.

Belongs here: what the model is shown. Not here: who serves it (``embedded_model``), failures (``chat``).
"""

from collections.abc import Mapping
from typing import Any

from brand_monitor.backends.llm.chat import ChatEngine, ChatModel, read_chat
from brand_monitor.backends.llm.embedded_model import EmbeddedModel
from brand_monitor.backends.llm.interface import Call, Reading

_INSTRUCTION = "You are a helpful assistant. Answer in a few sentences."


def asker(call: Call) -> str:
    """Return what the model is told of who asks: nothing, unless the prompt says more than plain English."""
    persona = f" You are talking to {call.persona}." if call.persona else ""
    locale = f" Answer for a reader whose locale is {call.locale}." if call.locale != "en" else ""
    return persona + locale


class LocalEngine(ChatEngine):
    """Asks the embedded model. Its answers show that the plumbing works; they are no evidence."""

    concurrency = 1

    def __init__(self, model: ChatModel | None = None) -> None:
        super().__init__(model or EmbeddedModel())

    async def ask(self, call: Call) -> Mapping[str, Any]:
        """Ask the question as it stands."""
        messages = [
            {"role": "system", "content": _INSTRUCTION + asker(call)},
            {"role": "user", "content": call.prompt},
        ]
        return {"engine": "local"} | await self._model.chat(messages, call)

    @staticmethod
    def read(payload: Mapping[str, Any]) -> Reading:
        """Return what the stored reply says; our own machine costs nothing per answer."""
        return read_chat(payload, cost_usd=0.0)
