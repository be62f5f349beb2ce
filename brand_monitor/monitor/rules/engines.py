"""Rules on engines: every field that is set means something, and no two engines ask the same."""

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

from brand_monitor.monitor.rules.draft import Draft, Finding, repeats
from brand_monitor.monitor.rules.sites import is_web_address

if TYPE_CHECKING:
    from brand_monitor.monitor.models import EngineSpec

_PACE = frozenset({"concurrency", "requests_per_minute", "tokens_per_minute"})
_WEB = frozenset({"web", "search_context", "country"})
_SERVER = frozenset({"base_url", "api_key_variable"})
_GROUNDED_ONLY = frozenset({"top_k"})
_IMPORT_ONLY = frozenset({"import_mapping"})
_OWN_SERVER = _PACE | {"effort", "cache"}
_EMBEDDED_MOST_TOKENS = 8_192

# Fields of an engine that mean nothing for a family: set, they would promise what does not happen.
_IDLE_FIELDS: dict[str, frozenset[str]] = {
    "local": _OWN_SERVER | _WEB | _SERVER | _GROUNDED_ONLY | _IMPORT_ONLY | {"canaries"},
    "grounded": _WEB | _IMPORT_ONLY | {"canaries"},
    "import": _OWN_SERVER
    | _WEB
    | _SERVER
    | _GROUNDED_ONLY
    | {"repeats", "temperature", "max_tokens", "system", "canaries"},
    "openai": _SERVER | _GROUNDED_ONLY | _IMPORT_ONLY,
    "anthropic": _SERVER | _GROUNDED_ONLY | _IMPORT_ONLY | {"search_context"},
    "gemini": _SERVER | _GROUNDED_ONLY | _IMPORT_ONLY | {"search_context"},
    "perplexity": _SERVER | _GROUNDED_ONLY | _IMPORT_ONLY,
    "litellm": _WEB | _GROUNDED_ONLY | _IMPORT_ONLY,
}


def engines_say_what_they_do(draft: Draft) -> Iterator[Finding]:
    """A field that an engine ignores promises what does not happen."""
    for index, engine in draft.engines.items():
        for field, why in sorted(_idle(engine)):
            yield Finding(("engines", index, field), f"means nothing {why}")
        if engine.family != "import" and engine.temperature == 0 and engine.repeats > 1:
            message = "0 gives the same answer every time: set repeats: 1, or a temperature above 0"
            yield Finding(("engines", index, "temperature"), message)
        if engine.cache and engine.temperature != 0 and engine.hosted:
            message = "only an answer that is the same every time may be taken again: set temperature: 0"
            yield Finding(("engines", index, "cache"), message)


def _idle(engine: "EngineSpec") -> Iterator[tuple[str, str]]:
    """Yield (field, why) of every field that is set and ignored."""
    given = engine.model_fields_set
    family = f"for an engine of family {engine.family}"
    yield from ((field, family) for field in given & _IDLE_FIELDS[engine.family])
    if engine.family == "grounded":
        answerer, _ = engine.answerer
        if not engine.hosted:
            idle = _OWN_SERVER | _SERVER
            yield from ((field, "for the embedded model") for field in given & idle)
        elif answerer != "litellm":
            yield from ((field, f"for a model of {answerer}") for field in given & _SERVER)
    elif not engine.web:
        searching = given & (_WEB - {"web"}) - _IDLE_FIELDS[engine.family]
        yield from ((field, "without web: true") for field in searching)


def engines_can_ask(draft: Draft) -> Iterator[Finding]:
    """An engine has a model, and what it needs to answer."""
    for index, engine in draft.engines.items():
        family = ("engines", index, "family")
        if engine.family == "import" and "model" not in engine.model_fields_set:
            yield Finding(family, "imported answers need model: who gave them, such as ChatGPT")
        elif engine.family not in {"local", "grounded"} and "model" not in engine.model_fields_set:
            yield Finding(
                family, f"an engine of family {engine.family} needs model: the name of the one to ask"
            )
        if engine.family == "grounded" and "/" in engine.model and not engine.hosted:
            message = (
                "before the first / stands who serves the model: openai, anthropic, gemini, perplexity or "
                f"litellm (got {engine.model!r})"
            )
            yield Finding(("engines", index, "model"), message)
        if engine.family == "grounded" and not draft.sites and "sites" not in draft.incomplete:
            yield Finding(family, "grounded answers need pages, but there are no sites")
        if not engine.hosted and (engine.max_tokens or 0) > _EMBEDDED_MOST_TOKENS:
            message = f"must be at most {_EMBEDDED_MOST_TOKENS:,} for the embedded model"
            yield Finding(("engines", index, "max_tokens"), message)
        if engine.base_url is not None and not is_web_address(engine.base_url):
            message = "must be an absolute http or https URL without user and password"
            yield Finding(("engines", index, "base_url"), message)


def engines_differ(draft: Draft) -> Iterator[Finding]:
    """Two engines that ask the same are one engine with more repeats."""
    asked = (
        (("engines", index, "id"), _asked(engine))
        for index, engine in draft.engines.items()
        if engine.family != "import"
    )
    for path, first in repeats(asked):
        other = draft.engines[int(first[1])].id
        yield Finding(path, f"asks the same as engine {other!r}; more draws come from its repeats")


def _asked(engine: "EngineSpec") -> Hashable:
    """Return everything of an engine that may change its answers; how fast it is asked does not."""
    return (
        engine.family,
        engine.model,
        engine.base_url,
        engine.asked_temperature,
        engine.asked_max_tokens,
        engine.top_k,
        engine.web,
        engine.search_context,
        engine.country,
        engine.system,
        engine.effort,
    )
