"""The environment switch and the settings that come from the environment, read in one place.

Belongs here: which deployment this process is, and where its files live. Nothing else in the package
reads ``os.environ``; nothing here is read at import.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from brand_monitor.failures import SetupError

Deployment = Literal["local", "ci", "staging", "production"]

ENVIRONMENT_VARIABLE = "BRAND_MONITOR_ENV"
HOME_VARIABLE = "BRAND_MONITOR_HOME"


@dataclass(frozen=True)
class Settings:
    """Where this installation keeps its files; every path is derived from ``home``."""

    home: Path

    @property
    def monitors_dir(self) -> Path:
        """Folder of monitor files, ``*.yaml``."""
        return self.home / "monitors"

    @property
    def lake_dir(self) -> Path:
        """Root of the object store: Parquet, WARC, raw payloads."""
        return self.home / "lake"

    @property
    def state_dir(self) -> Path:
        """Relational store (journal) and the rebuildable projections."""
        return self.home / "state"

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the relational store."""
        return f"sqlite:///{self.state_dir / 'journal.sqlite'}"

    @property
    def inbox_dir(self) -> Path:
        """Folder that the import sensor watches: ``inbox/<monitor id>/*.jsonl|*.csv``."""
        return self.home / "inbox"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own instance folder."""
        return self.home / "dagster"


def current_deployment() -> Deployment:
    """Return the deployment named by ``BRAND_MONITOR_ENV`` (default ``local``).

    Raises:
        SetupError: the variable names no known deployment.
    """
    value = os.environ.get(ENVIRONMENT_VARIABLE, "local")
    if value not in get_args(Deployment):
        known = ", ".join(get_args(Deployment))
        raise SetupError(f"{ENVIRONMENT_VARIABLE}={value!r} is no deployment; use one of: {known}")
    return cast("Deployment", value)


def current_settings() -> Settings:
    """Return the settings of this process; ``BRAND_MONITOR_HOME`` defaults to ``./var``."""
    return Settings(home=Path(os.environ.get(HOME_VARIABLE, "var")).absolute())
