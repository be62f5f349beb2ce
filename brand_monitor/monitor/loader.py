"""Monitor files in, monitors out; a wrong file names every error at once, with file, line and field.

Belongs here: reading files and joining what the parser, the models and the rules have to say. Not here: any
of the three.
"""

from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from brand_monitor.failures import MonitorFileError
from brand_monitor.monitor.messages import field_name, message_of
from brand_monitor.monitor.models import Brand, EngineSpec, Experiment, Monitor, Prompt, Site
from brand_monitor.monitor.problems import Problem
from brand_monitor.monitor.rules import findings
from brand_monitor.monitor.rules.draft import Draft, Path
from brand_monitor.monitor.yaml_source import Source, read_source

SUFFIXES = frozenset({".yaml", ".yml"})

_LISTS: dict[str, type[BaseModel]] = {
    "brands": Brand,
    "prompts": Prompt,
    "sites": Site,
    "engines": EngineSpec,
    "experiments": Experiment,
}
_OPTIONAL = frozenset({"sites", "experiments"})


def load_monitor(path: FilePath) -> Monitor:
    """Return the monitor of one file.

    Raises:
        MonitorFileError: the file is wrong; ``args`` holds every problem, its text one per line.
    """
    monitor, problems = _read(FilePath(path))
    if monitor is None:
        raise MonitorFileError(*problems)
    return monitor


def load_monitors(folder: FilePath) -> dict[str, Monitor]:
    """Return the monitors of all ``*.yaml`` and ``*.yml`` files of a folder, by id, in order of file name.

    A folder that does not exist holds no monitors yet.

    Raises:
        MonitorFileError: a file is wrong, or two files hold the same id; all problems of all files at once.
    """
    monitors: dict[str, Monitor] = {}
    owner: dict[str, FilePath] = {}
    problems: list[Problem] = []
    for path in monitor_files(folder):
        monitor, found = _read(path)
        problems += found
        if monitor is None:
            continue
        if monitor.id in owner:
            message = f"{monitor.id!r} is already the id of {owner[monitor.id]}"
            problems.append(Problem(path, *read_source(path).values["id",], "id", message))
            continue
        monitors[monitor.id], owner[monitor.id] = monitor, path
    if problems:
        raise MonitorFileError(*problems)
    return monitors


def monitor_files(folder: FilePath) -> list[FilePath]:
    """Return the monitor files of a folder by name; hidden files (editors leave them) do not count."""
    if not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if path.suffix in SUFFIXES and not path.name.startswith(".")
    )


def check_file(path: FilePath) -> list[Problem]:
    """Return every problem of a file in order of line; empty if it is a valid monitor."""
    return _read(FilePath(path))[1]


def _read(file: FilePath) -> tuple[Monitor | None, list[Problem]]:
    source = read_source(file)
    problems = [
        Problem(file, flaw.line, flaw.column, field_name(flaw.path, source.data), flaw.message)
        for flaw in source.flaws
    ]
    if source.data is None:
        return None, problems
    monitor, errors = _parse(source.data)
    if monitor is not None and not problems:
        return monitor, []
    broken = [(error["loc"], message_of(error)) for error in errors]
    broken += [(finding.path, finding.message) for finding in findings(_salvage(source.data))]
    for path, message in broken:
        line, column = _position(source, path)
        problems.append(Problem(file, line, column, field_name(path, source.data), message))
    return None, sorted(set(problems))


def _parse(data: Any) -> tuple[Monitor | None, list[ErrorDetails]]:
    """Return the monitor, or the errors of its fields; broken rules lack a field and are found again."""
    try:
        return Monitor.model_validate(data), []
    except ValidationError as error:
        return None, [
            one for one in error.errors(include_url=False) if one["loc"] or one["type"] != "value_error"
        ]


def _position(source: Source, path: Path) -> tuple[int, int]:
    """Return (line, column) of a field: its name if it has one, else its value, else what encloses it."""
    for length in range(len(path), -1, -1):
        place = source.keys.get(path[:length]) or source.values.get(path[:length])
        if place is not None:
            return place
    return (1, 1)


def _salvage(data: Any) -> Draft:
    """Return every part that parses without its wrong fields, so that the rules can judge the rest."""
    incomplete: set[str] = set()
    parts: dict[str, dict[int, Any]] = {}
    for kind, model in _LISTS.items():
        given = data.get(kind) if isinstance(data, dict) else None
        entries = given if isinstance(given, list) else []
        parsed = [_parse_part(entry, model) for entry in entries]
        parts[kind] = {index: part for index, (part, _) in enumerate(parsed) if part is not None}
        is_absent = not entries and (kind not in _OPTIONAL or given is not None)
        if is_absent or not all(is_whole for _, is_whole in parsed):
            incomplete.add(kind)
    return Draft(**parts, incomplete=frozenset(incomplete))


def _parse_part(entry: Any, model: type[BaseModel]) -> tuple[Any, bool]:
    """Return (part, True), or (what is left without the wrong fields, False); nothing left is None."""
    try:
        return model.model_validate(entry), True
    except ValidationError as error:
        wrong = {one["loc"][0] for one in error.errors(include_url=False) if one["loc"]}
    if not isinstance(entry, dict):
        return None, False
    try:
        return model.model_validate({key: value for key, value in entry.items() if key not in wrong}), False
    except ValidationError:
        return None, False
