"""Definitions and settings on a folder of this test run."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from brand_monitor.build import build_defs
from brand_monitor.deployment import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home")


@pytest.fixture
def defs(settings: Settings) -> dg.Definitions:
    return build_defs("ci", settings=settings)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance
