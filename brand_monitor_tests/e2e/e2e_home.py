"""A small monitor that really runs: sample pages on loopback, the embedded model, every room of the house."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

TINY = {
    "version": 1,
    "id": "tiny",
    "market": "Running shoes",
    "demo_web": True,
    "scraping": {"delay_seconds": 0, "max_page_bytes": 200_000},
    "brands": [
        {"id": "larkstride", "name": "Larkstride", "role": "own", "domains": ["larkstride.example"]},
        {"id": "nike", "name": "Nike", "role": "competitor"},
        {"id": "adidas", "name": "Adidas", "role": "competitor"},
        {"id": "ombrevale", "name": "Ombrevale", "role": "control"},
    ],
    "prompts": [
        {"id": "beginners", "text": "Which brand of running shoes is best for beginners? Name a few brands."},
        {"id": "cushioned", "text": "What are the best cushioned running shoes? Name a few brands."},
        {"id": "wide-feet", "text": "Which brands of running shoes are good for wide feet?"},
        {"id": "reputation", "text": "Is Larkstride a good brand of running shoes?", "branded": True},
    ],
    "sites": [
        {
            "id": "trailreview",
            "base_url": "http://trailreview.example",
            "pages": [
                "/best-cushioned-running-shoes",
                "/running-shoes-for-beginners",
                "/wide-feet-running-shoes",
            ],
        },
        {"id": "own", "base_url": "http://larkstride.example", "pages": ["/"]},
    ],
    "engines": [
        {"id": "smollm2", "family": "local", "repeats": 3, "max_tokens": 24},
        {"id": "smollm2-grounded", "family": "grounded", "repeats": 2, "max_tokens": 32, "top_k": 2},
    ],
}


def new_home(folder: Path) -> Path:
    """Return a home that holds the tiny monitor and nothing else."""
    monitors = folder / "monitors"
    monitors.mkdir(parents=True)
    (monitors / "tiny.yaml").write_text(yaml.safe_dump(TINY, sort_keys=False))
    return folder


def command(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "brand_monitor.cli", "--home", str(home), *arguments]


def brand_monitor(
    home: Path, *arguments: str, env: dict[str, str] | None = None, codes: Sequence[int] = (0,)
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own and return what it printed."""
    done = subprocess.run(
        command(home, *arguments), capture_output=True, text=True, env=os.environ | (env or {}), check=False
    )
    assert done.returncode in codes, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done
