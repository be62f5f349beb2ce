"""What a stub needs to know of a provider: its documented bodies, by the name of the behaviour.

Belongs here: the vocabulary. Not here: serving it (``server``), any provider's bodies (a module each).

To add a provider, write a module ``brand_monitor_tests/provider_stubs/<name>.py`` that

1. builds its bodies as plain dictionaries, in the format that the provider documents (say in a comment which
   part of its documentation: "Gemini generateContent, grounding");
2. makes ``PROVIDER = Provider(...)`` of them: ``replies`` must have every name of ``ANSWERS`` and ``ERRORS`` and
   may have more, such as errors that only this provider has. What goes wrong on the way (``ACCIDENTS``) is the
   server's work and needs nothing;
3. adds its name to ``server.PROVIDERS``.

Everything is made into bytes once, so that answering costs the stub next to nothing.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: Replies that are answers, all with status 200. ``cited`` has two pages that were retrieved and one that is
#: cited, ``refused`` and ``empty`` hold no answer, ``cut`` ends at the cap of tokens with some text.
ANSWERS = ("cited", "plain", "refused", "empty", "cut")
#: Replies that are errors in the provider's own words; ``rate_limited`` says in its way how long to wait.
#: ``unsupported_parameter`` refuses a temperature and is sent only to requests that hold one.
ERRORS = (
    "auth",
    "quota",
    "rate_limited",
    "overloaded",
    "unknown_model",
    "bad_request",
    "unsupported_parameter",
)
#: What happens on the way, the same for all: see ``accidents``.
ACCIDENTS = (
    "timeout",
    "slow_drip",
    "hang_up",
    "reset",
    "garbage",
    "truncated",
    "html",
    "ten_megabytes",
)
#: A key that the ``auth`` error may repeat, as providers do.
ECHOED_KEY = "key-that-the-error-repeats"
#: Stands for the stub's own address in bodies and headers (for URLs that are to be looked up).
HERE = "http://here.invalid"


@dataclass(frozen=True)
class Canned:
    """A whole reply, ready to be sent."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def at(self, address: str) -> "Canned":
        headers = {name: value.replace(HERE, address) for name, value in self.headers.items()}
        return Canned(self.status, self.body.replace(HERE.encode(), address.encode()), headers)


def canned(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Canned:
    """A reply with a JSON body."""
    return Canned(status, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})


@dataclass(frozen=True)
class Provider:
    """A provider as its documentation describes it.

    Args:
        name: as in ``server.PROVIDERS`` and in the monitor.
        root: what follows the address in a base URL, such as ``/v1``; empty for none.
        path: paths that are served, root included; a POST elsewhere is a 404.
        question: returns the text of the last user message of a request body: the key that is counted by.
        has_temperature: whether a request body holds a temperature.
        replies: by name, see above.
        aliases: a model as asked -> as ``cited`` and ``plain`` say that it was served.
        redirects: path -> target of URLs that stand for others; answered with 302.
    """

    name: str
    root: str
    path: re.Pattern[str]
    question: Callable[[Mapping[str, Any]], str]
    has_temperature: Callable[[Mapping[str, Any]], bool]
    replies: Mapping[str, Canned]
    aliases: Mapping[str, str] = field(default_factory=dict)
    redirects: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        missing = [name for name in (*ANSWERS, *ERRORS) if name not in self.replies]
        assert not missing, f"{self.name} does not say {missing}"
