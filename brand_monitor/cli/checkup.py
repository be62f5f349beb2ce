"""What ``doctor`` looks at: each check says what it found and, if something is missing, what to do.

Belongs here: looking. Nothing here creates, repairs or asks a model, and nothing leaves the machine but a
ping to the Redis that ``REDIS_URL`` names.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from brand_monitor.deployment import Settings, key_variable

if TYPE_CHECKING:
    from brand_monitor.monitor.models import EngineSpec, Monitor

Status = Literal["ok", "note", "missing"]

LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """What one check found; ``advice`` says what to do about it."""

    name: str
    status: Status
    detail: str
    advice: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield the finding of every check; a check that breaks is a finding too."""
    for check in _CHECKS:
        try:
            found = check(settings)
            yield from (found,) if isinstance(found, Finding) else found
        except Exception as error:  # noqa: BLE001 - the doctor must reach the last patient
            name = check.__name__.lstrip("_").replace("_", " ")
            yield Finding(name, "missing", f"{type(error).__name__}: {error}")


def _python(_settings: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] < (3, 14):
        return Finding("python", "ok", version)
    return Finding("python", "missing", version, "use Python 3.11, 3.12 or 3.13")


def _deployment(settings: Settings) -> Finding:
    from brand_monitor.deployment import current_deployment

    return Finding("deployment", "ok", f"{current_deployment()}, home {settings.home}")


def _monitors(settings: Settings) -> Finding:
    from brand_monitor.failures import MonitorFileError
    from brand_monitor.monitor.loader import load_monitors

    try:
        monitors = load_monitors(settings.monitors_dir)
    except MonitorFileError as error:
        count = f"{len(error.args)} problem{'s' if len(error.args) > 1 else ''} in monitor files"
        return Finding("monitors", "missing", count, "run `brand-monitor check`")
    if not monitors:
        detail = f"none in {settings.monitors_dir}"
        return Finding("monitors", "missing", detail, "write one with `brand-monitor init NAME`")
    engines = sorted({engine.id for monitor in monitors.values() for engine in monitor.engines})
    return Finding("monitors", "ok", f"{', '.join(monitors)}; engines {', '.join(engines)}")


def _lake(settings: Settings) -> Finding:
    folder = _nearest_folder(settings.lake_dir)
    free = shutil.disk_usage(folder).free
    detail = f"{settings.lake_dir}, {free / 1e9:,.1f} GB free"
    if not os.access(folder, os.W_OK):
        return Finding("lake", "missing", f"{detail}, not writable", f"make {folder} writable")
    if free < LEAST_FREE_BYTES:
        return Finding("lake", "note", detail, "less than 1 GB: make room before the next run")
    return Finding("lake", "ok", detail)


def _nearest_folder(path: Path) -> Path:
    """Return the folder itself or its nearest ancestor that exists."""
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def _journal(settings: Settings) -> Finding:
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


def _model(settings: Settings) -> Finding:
    from brand_monitor.backends.llm.embedded_model import model_file
    from brand_monitor.failures import SetupError

    try:
        file = model_file()
    except SetupError as error:
        needed = any(engine.answerer[0] == "local" for _, engine in _engines_of(settings))
        return Finding("model", "missing" if needed else "note", str(error), "run `make setup`")
    return Finding("model", "ok", f"{file.name}, {file.stat().st_size / 1e6:,.0f} MB (embedded)")


def _engines_of(settings: Settings) -> Iterator[tuple["Monitor", "EngineSpec"]]:
    """Yield the engines in use; none if the files are wrong, which is another finding."""
    from brand_monitor.failures import MonitorFileError
    from brand_monitor.monitor.loader import load_monitors

    try:
        monitors = load_monitors(settings.monitors_dir).values()
    except MonitorFileError:
        return
    yield from ((monitor, engine) for monitor in monitors for engine in monitor.engines)


def _engines(settings: Settings) -> Iterator[Finding]:
    """Yield a finding per engine that somebody else serves: whether it can be asked, never its key."""
    for monitor, engine in _engines_of(settings):
        if not engine.hosted:
            continue
        family, model = engine.answerer
        name, who = f"engine {engine.id}", f"{monitor.id}: {family} {model}"
        variable = key_variable(family) or engine.api_key_variable
        if reason := settings.why_disabled(family, api_key_variable=engine.api_key_variable):
            why, _, advice = reason.partition(": ")
            yield Finding(name, "missing", f"{who}: disabled, {why}", advice)
        elif variable is None:
            yield Finding(name, "ok", f"{who}, asked without a key")
        else:
            yield Finding(name, "ok", f"{who}, {variable} from {settings.origin_of(variable)}")


def _secrets_file(settings: Settings) -> Iterator[Finding]:
    given = settings.variables
    if given.file and (mode := Path(given.file_name).stat().st_mode & 0o077):
        detail = f"{given.file_name} can be read by others (mode {mode:03o})"
        yield Finding("secrets", "note", detail, f"run `chmod 600 {given.file_name}`")


def _redis(settings: Settings) -> Iterator[Finding]:
    from brand_monitor.backends.coordination.redis_access import RedisAccess
    from brand_monitor.failures import BrandMonitorError

    if settings.redis_url is None:
        return
    access = RedisAccess(settings.redis_url.get_secret_value(), settings.redis_ca_file)
    try:
        with access.failures(), access.client() as client:
            client.ping()
    except BrandMonitorError as error:
        yield Finding("redis", "missing", str(error), "start it, or correct REDIS_URL")
    else:
        yield Finding("redis", "ok", f"{access.where} answers; limits and pauses are shared there")


def _dbt_project(_settings: Settings) -> Finding:
    from brand_monitor.defs.marts import MANIFEST, dbt_executable

    if not MANIFEST.is_file():
        return Finding("dbt project", "missing", f"no {MANIFEST}", "run `make setup`")
    if not Path(dbt_executable()).exists():
        return Finding("dbt project", "missing", f"no {dbt_executable()}", "run `make setup`")
    return Finding("dbt project", "ok", str(MANIFEST))


def _dagster(settings: Settings) -> Finding:
    if not (settings.dagster_home / "dagster.yaml").exists():
        return Finding("dagster", "note", "no instance yet", "it is made by the first run")
    from brand_monitor.runner import open_instance

    with open_instance(settings) as instance:
        runs = instance.get_runs_count()
    return Finding("dagster", "ok", f"{settings.dagster_home}, {runs} runs")


def _reports(settings: Settings) -> Finding:
    from brand_monitor.notebook import Installation

    days = Installation(settings).days("reports/daily_reports")
    if not days:
        return Finding("reports", "note", "none yet", "start with `brand-monitor run`")
    return Finding("reports", "ok", f"{len(days)} days, the latest {days[-1]}")


_CHECKS: tuple[Callable[[Settings], Finding | Iterable[Finding]], ...] = (
    _python,
    _deployment,
    _monitors,
    _lake,
    _journal,
    _model,
    _engines,
    _secrets_file,
    _redis,
    _dbt_project,
    _dagster,
    _reports,
)
