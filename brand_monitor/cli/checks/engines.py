"""Checks of monitors and of the engines that they name."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brand_monitor.cli.checks.finding import Finding
from brand_monitor.deployment import Settings, key_variable

if TYPE_CHECKING:
    from brand_monitor.monitor.models import EngineSpec, Monitor


def monitors(settings: Settings) -> Finding:
    """Look for monitor files, and read them."""
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


def model(settings: Settings) -> Finding:
    """Look for the embedded model."""
    from brand_monitor.backends.llm.embedded_model import model_file
    from brand_monitor.failures import SetupError

    try:
        file = model_file()
    except SetupError as error:
        needed = any(engine.answerer[0] == "local" for _, engine in _engines_of(settings))
        return Finding("model", "missing" if needed else "note", str(error), "run `make setup`")
    return Finding("model", "ok", f"{file.name}, {file.stat().st_size / 1e6:,.0f} MB (embedded)")


def engines(settings: Settings) -> Iterator[Finding]:
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


def _engines_of(settings: Settings) -> Iterator[tuple["Monitor", "EngineSpec"]]:
    """Yield the engines in use; none if the files are wrong, which is another finding."""
    from brand_monitor.failures import MonitorFileError
    from brand_monitor.monitor.loader import load_monitors

    try:
        monitors = load_monitors(settings.monitors_dir).values()
    except MonitorFileError:
        return
    yield from ((monitor, engine) for monitor in monitors for engine in monitor.engines)
