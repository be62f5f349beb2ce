"""A small monitor of hosted engines for the tests of the cluster: nothing is scraped, stubs answer."""

from typing import Any

from brand_monitor.partitions import day_engine_key, today
from brand_monitor_tests.provider_stubs.server import StubServer

#: A stand-in of every provider, by family.
Stubs = dict[str, StubServer]

MODELS = {
    "openai": "gpt-5-mini",
    "anthropic": "claude-haiku-4-5",
    "gemini": "gemini-2.5-flash",
    "perplexity": "sonar",
}
QUESTIONS = {
    "beginners": "Which brand of running shoes is best for beginners? Name a few brands.",
    "cushioned": "What are the best cushioned running shoes? Name a few brands.",
    "wide-feet": "Which brands of running shoes are good for wide feet?",
}


def market(name: str, *families: str, repeats: int = 2, **engine: Any) -> dict[str, Any]:
    """Return a monitor that asks three questions of some families; its questions carry its name.

    So every monitor is asked by itself, whatever others have asked on the same day.
    """
    return {
        "version": 1,
        "id": name,
        "market": "Running shoes",
        "brands": [
            {"id": "larkstride", "name": "Larkstride", "role": "own", "domains": ["larkstride.example"]},
            {"id": "nike", "name": "Nike", "role": "competitor"},
            {"id": "ombrevale", "name": "Ombrevale", "role": "control"},
        ],
        "prompts": [{"id": key, "text": f"{text} ({name})"} for key, text in QUESTIONS.items()],
        "engines": [
            {"id": family, "family": family, "model": MODELS[family], "repeats": repeats, **engine}
            for family in families
        ],
        "budget": {"day_usd": 5.0},
    }


def planned(monitor: dict[str, Any]) -> int:
    """Return how many calls an engine of the monitor is asked a day."""
    return len(monitor["prompts"]) * int(monitor["engines"][0]["repeats"])


def asked(stub: StubServer, monitor: dict[str, Any]) -> int:
    """Return how many requests a stub has received for a monitor."""
    return sum(times for question, times in stub.counts.items() if f"({monitor['id']})" in question)


def key(family: str) -> str:
    """Return today's partition of a family."""
    return str(day_engine_key(today(), family))
