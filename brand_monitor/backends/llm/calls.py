"""From the journal to the engine: a planned entry as a call. Pure."""

from brand_monitor.backends.llm.interface import Call, Message
from brand_monitor.backends.tables.entries import JournalEntry
from brand_monitor.failures import PermanentFailure


def call_of(entry: JournalEntry) -> Call:
    """Return the call that an entry plans.

    Raises:
        PermanentFailure: the answer was captured elsewhere, so nobody here can ask for it.
    """
    spec = entry.spec
    if spec.max_tokens is None:
        raise PermanentFailure(f"call {entry.call_id} was captured elsewhere and cannot be asked here")
    return Call(
        call_id=entry.call_id,
        model=spec.model,
        prompt=spec.prompt_text,
        repeat=spec.repeat,
        max_tokens=spec.max_tokens,
        messages=(Message("user", spec.prompt_text),),
        system=spec.system,
        locale=spec.locale,
        country=spec.country,
        web=spec.web,
        temperature=spec.temperature,
        seed=spec.seed,
        effort=spec.effort,
        design=spec.design,
    )
