"""Rules on engines: every field that is set means something, and no two engines ask the same."""

from collections.abc import Iterator

from brand_monitor.monitor.rules.draft import Draft, Finding, repeats

# Fields of an engine that mean nothing for a family: set, they would promise what does not happen.
_IDLE_FIELDS: dict[str, frozenset[str]] = {
    "local": frozenset({"top_k", "import_mapping"}),
    "grounded": frozenset({"import_mapping"}),
    "import": frozenset({"repeats", "temperature", "max_tokens", "top_k", "budget_usd"}),
}


def engines_say_what_they_do(draft: Draft) -> Iterator[Finding]:
    """A field that an engine family ignores promises what does not happen."""
    for index, engine in draft.engines.items():
        for field in sorted(engine.model_fields_set & _IDLE_FIELDS[engine.family]):
            yield Finding(("engines", index, field), f"means nothing for an engine of family {engine.family}")
        if engine.family != "import" and engine.temperature == 0 and engine.repeats > 1:
            message = "0 gives the same answer every time: set repeats: 1, or a temperature above 0"
            yield Finding(("engines", index, "temperature"), message)
        if engine.family == "import" and "model" not in engine.model_fields_set:
            yield Finding(
                ("engines", index, "family"), "imported answers need model: who gave them, such as ChatGPT"
            )
        if engine.family == "grounded" and not draft.sites and "sites" not in draft.incomplete:
            yield Finding(("engines", index, "family"), "grounded answers need pages, but there are no sites")


def engines_differ(draft: Draft) -> Iterator[Finding]:
    """Two engines that ask the same are one engine with more repeats."""
    asked = (
        (
            ("engines", index, "id"),
            (engine.family, engine.model, engine.temperature, engine.top_k, engine.max_tokens),
        )
        for index, engine in draft.engines.items()
        if engine.family != "import"
    )
    for path, first in repeats(asked):
        other = draft.engines[int(first[1])].id
        yield Finding(path, f"asks the same as engine {other!r}; more draws come from its repeats")
