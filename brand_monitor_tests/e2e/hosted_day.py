"""A small day of hosted engines over sample pages: answers from a stub, so that two days are equal."""

from pathlib import Path

import yaml
from e2e_home import TINY

#: The tiny monitor, asked of a hosted model with web search, and of one that reads the day's pages.
HOSTED_TINY = TINY | {
    "brands": [
        *TINY["brands"],  # type: ignore[misc]
        {"id": "northwind", "name": "Northwind", "role": "competitor"},
        {"id": "contoso", "name": "Contoso", "role": "competitor"},
    ],
    "engines": [
        {
            "id": "gpt-web",
            "family": "openai",
            "model": "gpt-5-mini",
            "repeats": 2,
            "web": True,
            "concurrency": 2,
        },
        {
            "id": "gpt-pages",
            "family": "grounded",
            "model": "openai/gpt-5-mini",
            "repeats": 2,
            "top_k": 2,
            "concurrency": 2,
        },
    ],
    "budget": {"day_usd": 5.0},
}
#: Calls of a day: four questions, two engines, two repeats.
CALLS = 4 * 2 * 2


def hosted_home(folder: Path) -> Path:
    """Return a home that holds the monitor and nothing else."""
    (folder / "monitors").mkdir(parents=True)
    (folder / "monitors" / "tiny.yaml").write_text(yaml.safe_dump(HOSTED_TINY, sort_keys=False))
    return folder
