"""Checks of what lies in the home folder: lake, journal, Dagster, reports."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from brand_monitor.backends.probing import LEAST_FREE_BYTES
from brand_monitor.cli.checks.finding import Finding
from brand_monitor.deployment import Settings


def lake(settings: Settings) -> Iterator[Finding]:
    """Look at the folder; a bucket is looked at as a server."""
    if settings.s3_bucket is None:
        yield _folder(settings)


def _folder(settings: Settings) -> Finding:
    folder = _nearest_folder(settings.lake_dir)
    free = shutil.disk_usage(folder).free
    detail = f"{settings.lake_dir}, {free / 1e9:,.1f} GB free"
    if not os.access(folder, os.W_OK):
        return Finding("lake", "missing", f"{detail}, not writable", f"make {folder} writable")
    if free < LEAST_FREE_BYTES:
        return Finding("lake", "note", detail, "less than 1 GB: make room before the next run")
    return Finding("lake", "ok", detail)


def journal(settings: Settings) -> Iterator[Finding]:
    """Look at the SQLite file; a PostgreSQL is looked at as a server."""
    if settings.database_url is None:
        yield _file(settings)


def _file(settings: Settings) -> Finding:
    import sqlite3
    from contextlib import closing

    path = settings.state_dir / "journal.sqlite"
    if not path.exists():
        return Finding("journal", "note", "nothing was asked yet", "it is made by the first run")
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if state != "ok":
        return Finding("journal", "missing", f"{path}: {state}", "restore it from a backup")
    return Finding("journal", "ok", f"{path}, {path.stat().st_size / 1e6:,.1f} MB")


def _nearest_folder(path: Path) -> Path:
    """Return the folder itself or its nearest ancestor that exists."""
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def dagster(settings: Settings) -> Finding:
    """Look at Dagster's instance."""
    if not (settings.dagster_home / "dagster.yaml").exists():
        return Finding("dagster", "note", "no instance yet", "it is made by the first run")
    from brand_monitor.instance import open_instance

    with open_instance(settings) as instance:
        runs = instance.get_runs_count()
    return Finding("dagster", "ok", f"{settings.dagster_home}, {runs} runs")


def reports(settings: Settings) -> Finding:
    """Look for reports."""
    from brand_monitor.notebook import Installation

    days = Installation(settings).days("reports/daily_reports")
    if not days:
        return Finding("reports", "note", "none yet", "start with `brand-monitor run`")
    return Finding("reports", "ok", f"{len(days)} days, the latest {days[-1]}")
