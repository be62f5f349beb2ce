"""An installation whose engines are a stub on loopback: what the tests of ``plan`` and ``ask`` share."""

from pathlib import Path
from typing import Any

import yaml
from click.testing import Result
from typer.testing import CliRunner

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.cli.app import app
from brand_monitor.deployment import Settings
from brand_monitor.io_managers.lake import Lake

GPT = {"id": "gpt", "family": "openai", "model": "gpt-5-mini", "repeats": 2}
CLAUDE = {"id": "claude", "family": "anthropic", "model": "claude-haiku-4-5"}


class Home:
    """A home folder with monitors of teas."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(folder)
        self.lake = Lake(FolderStore(self.settings.lake_dir))

    @property
    def journal(self) -> Journal:
        return Journal(open_engine(self.settings.journal_url))

    def watch(self, *engines: dict[str, Any], name: str = "teas", **fields: Any) -> None:
        """Write a monitor file."""
        monitor = {
            "id": name,
            "market": "tea",
            "brands": [
                {"id": "north", "name": "Northwind", "role": "own"},
                {"id": "contoso", "name": "Contoso", "role": "competitor"},
                {"id": "ctrl", "name": "Ombrevale", "role": "control"},
            ],
            "prompts": [{"id": f"p{n}", "text": f"Which tea is number {n}?"} for n in range(3)],
            "engines": list(engines),
            **fields,
        }
        file = self.settings.monitors_dir / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(monitor))

    def run(self, *arguments: str) -> Result:
        """Run a command."""
        return CliRunner().invoke(app, ["--home", str(self.folder), *arguments])
