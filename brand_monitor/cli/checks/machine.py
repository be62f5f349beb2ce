"""Checks of what is installed on this machine."""

import sys
from collections.abc import Iterator
from pathlib import Path

from brand_monitor.cli.checks.finding import Finding
from brand_monitor.deployment import Settings


def python(_settings: Settings) -> Finding:
    """Look at the interpreter."""
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        return Finding("python", "ok", version)
    return Finding("python", "missing", version, "use Python 3.11, 3.12 or 3.13")


def deployment(settings: Settings) -> Finding:
    """Look at the switch of the environment."""
    from brand_monitor.deployment import current_deployment

    return Finding("deployment", "ok", f"{current_deployment()}, home {settings.home}")


def secrets_file(settings: Settings) -> Iterator[Finding]:
    """Yield a note if others can read the keys."""
    given = settings.variables
    if given.file and (mode := Path(given.file_name).stat().st_mode & 0o077):
        detail = f"{given.file_name} can be read by others (mode {mode:03o})"
        yield Finding("secrets", "note", detail, f"run `chmod 600 {given.file_name}`")


def dbt_project(_settings: Settings) -> Finding:
    """Look for what the marts are made with."""
    from brand_monitor.defs.marts import MANIFEST, dbt_executable

    if not MANIFEST.is_file():
        return Finding("dbt project", "missing", f"no {MANIFEST}", "run `make setup`")
    if not Path(dbt_executable()).exists():
        return Finding("dbt project", "missing", f"no {dbt_executable()}", "run `make setup`")
    return Finding("dbt project", "ok", str(MANIFEST))
