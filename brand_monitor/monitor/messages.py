"""What pydantic found, said to a person: which field, what it must be, and what was probably meant.

Belongs here: wording and suggestions. Not here: positions in the file, rules between fields.
"""

import difflib
import typing
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from brand_monitor.monitor.fields import (
    COUNTRY_PATTERN,
    IDENTIFIER_PATTERN,
    LOCALE_PATTERN,
    VARIABLE_PATTERN,
)
from brand_monitor.monitor.models import Monitor
from brand_monitor.monitor.rules.draft import Path

_SHAPES = {
    "string_type": "a text",
    "list_type": "a list: one entry per line, each after '- '",
    "model_type": "a block of fields",
    "dict_type": "a block of fields",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
}
_PATTERNS = {
    IDENTIFIER_PATTERN: "1 to 63 lower-case letters, digits, '-' or '_', starting with a letter or digit",
    LOCALE_PATTERN: "a language tag such as en or de-CH",
    COUNTRY_PATTERN: "two capital letters such as CH",
    VARIABLE_PATTERN: "the name of an environment variable such as MY_API_KEY, never the key itself",
}
_MOST_SHOWN = 60
#: How pydantic marks that the key of a block is wrong, not its value.
_KEY_ITSELF = "[key]"


def message_of(error: ErrorDetails) -> str:
    """Return what is wrong, in one line."""
    kind = error["type"]
    if kind in _SAYINGS:
        return _SAYINGS[kind](error)
    if error["input"] is None:
        return "is empty: give a value, or delete the line"
    given = _shown(error["input"])
    if kind in _SHAPES:
        return f"must be {_SHAPES[kind]} (got {given})"
    return f"{error['msg'].removeprefix('Input ').replace('should', 'must', 1)} (got {given})"


def _unknown_field(error: ErrorDetails) -> str:
    path: Path = error["loc"]
    known = list(_model_at(path[:-1]).model_fields)
    return f"unknown field{_suggestion(str(path[-1]), known)} (known: {', '.join(known)})"


def _no_choice(error: ErrorDetails) -> str:
    path, given = error["loc"], error["input"]
    annotation = _model_at(path[:-1]).model_fields[str(path[-1])].annotation
    choices = _choices(annotation)
    wanted = choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}"
    return f"must be {wanted} (got {_shown(given)}){_suggestion(str(given), choices)}"


def _choices(annotation: Any) -> list[str]:
    """Return the values of a ``Literal``, also of one that may be left out."""
    if typing.get_origin(annotation) is typing.Literal:
        return [str(choice) for choice in typing.get_args(annotation)]
    return [choice for argument in typing.get_args(annotation) for choice in _choices(argument)]


def _no_match(error: ErrorDetails) -> str:
    pattern = error["ctx"]["pattern"]
    # What stands where the name of a variable belongs may be the key itself.
    given = "" if pattern == VARIABLE_PATTERN else f" (got {_shown(error['input'])})"
    return f"must be {_PATTERNS[pattern]}{given}"


def _suggestion(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word.lower(), known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _model_at(path: Path) -> type[BaseModel]:
    """Return the model whose fields stand at ``path``."""
    model: type[BaseModel] = Monitor
    for part in path:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation)
    return model


def _model_in(annotation: Any) -> type[BaseModel]:
    """Return the model inside an annotation such as ``list[Brand]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    models = (_model_in(argument) for argument in typing.get_args(annotation))
    return next(models)


def _shown(value: Any) -> str:
    """Return a value as it may stand in a message: short, and never a dump of a block."""
    if isinstance(value, Mapping):
        return "a block of fields"
    if isinstance(value, list):
        return "a list"
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def field_name(path: Path, data: Any) -> str:
    """Return a path as a person would say it: ``brands[nike].aliases[#2]``; ``#`` counts from 1."""
    name = ""
    for part in path:
        if part == _KEY_ITSELF:
            continue
        if isinstance(part, str):
            name += f".{part}" if name else part
            data = data.get(part) if isinstance(data, Mapping) else None
        else:
            data = data[part] if isinstance(data, list) and part < len(data) else None
            known = data.get("id") if isinstance(data, Mapping) else None
            name += f"[{known}]" if isinstance(known, str) and known else f"[#{part + 1}]"
    return name


_SAYINGS: dict[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda _: "is required",
    "extra_forbidden": _unknown_field,
    "literal_error": _no_choice,
    "string_pattern_mismatch": _no_match,
    "too_short": lambda _: "needs at least one entry",
    "too_long": lambda error: (
        f"holds {error['ctx']['actual_length']} entries; at most {error['ctx']['max_length']} are allowed"
    ),
    "string_too_short": lambda _: "must not be empty",
    "value_error": lambda error: str(error["ctx"]["error"]),
}
