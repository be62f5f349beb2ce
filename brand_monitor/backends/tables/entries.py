"""What the journal holds: one planned call, what is asked, and what became of it.

Belongs here: the record, its states and its stable id. Not here: storing it (``journal``).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

PLANNED, SENT, RECEIVED, FAILED, UNKNOWN = "planned", "sent", "received", "failed", "unknown"
#: What a call is for: its answer goes to a table of its own.
ANSWER, CANARY, EXPERIMENT = "answer", "canary", "experiment"

#: A call fails at most this often in all, over all runs of its day; waiting for a rate limit is no failure.
MAX_FAILURES = 3
#: A call that died in the air may have been answered and paid: it is sent at most once more.
MAX_UNKNOWN = 2


@dataclass(frozen=True)
class CallSpec:
    """What is asked: everything that an answer row needs without looking at a monitor file again."""

    prompt_id: str
    prompt_family: str  # the prompt of the monitor file that this one is a variant of
    prompt_version: str
    prompt_text: str
    intent: str
    persona: str | None
    locale: str
    is_branded: bool
    repeat: int
    model: str
    base_url: str | None = None  # where it is not the provider's own
    system: str | None = None  # text that is shown before the question
    web: bool = False
    country: str | None = None
    temperature: float | None = None  # None: the provider's default, or asked by somebody else
    max_tokens: int | None = None  # None: asked by somebody else, as in captured answers
    seed: int | None = None
    effort: str | None = None
    search_context: str | None = None
    top_k: int | None = None  # sources in the context of a grounded answer
    design: Mapping[str, Any] | None = None  # of an experiment


@dataclass(frozen=True)
class JournalEntry:
    """One planned call and what became of it. ``position`` is its place in the plan."""

    call_id: str
    monitor_id: str
    date: date
    engine: str
    engine_id: str
    state: str
    spec: CallSpec
    purpose: str = ANSWER
    position: int = 0
    attempts: int = 0  # times it was sent
    failures: int = 0  # times that count against it
    possibly_paid: int = 0  # times that it may have been paid although nothing usable came
    unknowns: int = 0  # times that a run died while it was in the air
    is_current: bool = True  # stands in the last plan; nobody asks for what a changed monitor no longer wants
    is_reasked: bool = False
    is_cached: bool = False
    sent_at: datetime | None = None
    payload_hash: str | None = None
    error: str | None = None
    error_class: str | None = None
    cost_usd: float | None = None
    cost_note: str | None = None  # why the cost is unknown, or where it comes from
    run_id: str | None = None

    @property
    def failures_left(self) -> int:
        """How often the call may still fail before nobody asks it again; one that may be paid, once."""
        return 1 if self.unknowns else MAX_FAILURES - self.failures


def call_id(monitor_id: str, day: date, engine_id: str, spec: CallSpec, purpose: str = ANSWER) -> str:
    """Return the stable id of a call: the same plan on the same day is the same call."""
    asked = [
        purpose,
        spec.prompt_id,
        spec.prompt_version,
        spec.repeat,
        spec.model,
        spec.system,
        spec.web,
        spec.country,
        spec.temperature,
        spec.max_tokens,
        spec.effort,
        spec.base_url,
        spec.search_context,
        spec.top_k,
        sorted((spec.design or {}).items()),
    ]
    natural_key = "\x1f".join(map(str, [monitor_id, day.isoformat(), engine_id, *asked]))
    return hashlib.sha256(natural_key.encode()).hexdigest()[:32]
