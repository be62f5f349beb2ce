"""From bytes to plain data, with the position of every value: YAML as far as a monitor file needs it.

Belongs here: decoding, the YAML subset, size and depth limits, positions. Not here: what the fields mean.

Every value arrives as text (or nothing), as it is written: the field's own type reads it. So ``locale: no``
is Norwegian and not false, the brand ``686`` is a name and ``1.10`` keeps its zero, which YAML's guessing
would all lose. Nothing is ever constructed from a tag. Aliases are allowed but their expansion is counted:
nested aliases would otherwise turn a hundred lines into billions of values.
"""

import codecs
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from brand_monitor.monitor.rules.draft import Path

MAX_BYTES = 2_000_000
MAX_VALUES = 100_000
MAX_DEPTH = 12  # a monitor file needs 5

# libyaml is some ten times as fast; a build without it has the Python parser.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STANDARD = "tag:yaml.org,2002:"
_SCALARS = frozenset(
    f"{_STANDARD}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "value")
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HINTS = (
    (
        "mapping values are not allowed",
        "a text that contains ': ' needs quotes, or the line is indented wrongly",
    ),
    ("another document", "one file holds one monitor: remove the second '---'"),
    ("unknown escape character", "write a backslash twice inside double quotes, or use single quotes"),
    ("unexpected end of stream", "a quote is never closed"),
    ("expected ',' or", "a bracket is never closed, or a comma is missing"),
    ("expected node content", "a bracket is never closed, or a value is missing"),
    ("expected key", "the line is indented differently from its neighbours, or a text needs quotes"),
    ("expected '-' indicator", "the line is indented differently from the list above it"),
)


@dataclass(frozen=True)
class Flaw:
    """Something wrong with the file as YAML; ``line`` and ``column`` count from 1."""

    line: int
    column: int
    path: Path
    message: str


@dataclass
class Source:
    """A file as plain data. ``data`` is None if the file cannot be read as YAML at all."""

    data: Any = None
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)


class _Unreadable(Exception):
    """The file as a whole cannot be read; carries the one flaw that says why."""

    def __init__(self, message: str, line: int = 1, column: int = 1, path: Path = ()) -> None:
        super().__init__(message)
        self.flaw = Flaw(line, column, path, message)


def read_source(file: FilePath) -> Source:
    """Return the data of a file, with positions and flaws; never raises for what the file contains."""
    source = Source()
    try:
        node = _compose(_text_of(file))
        source.data = _Reading(source).value(node, ())
    except _Unreadable as error:
        source.data = None
        source.flaws.append(error.flaw)
    if source.data is None and not source.flaws:
        source.flaws.append(Flaw(1, 1, (), "is empty"))
    return source


def _text_of(file: FilePath) -> str:
    """Return the text of a file, or say why it has none."""
    try:
        if not file.is_file():
            raise _Unreadable("no such file" if not file.exists() else "is not a regular file")
        if (size := file.stat().st_size) > MAX_BYTES:
            raise _Unreadable(f"is {size:,} bytes; a monitor file has at most {MAX_BYTES:,}")
        content = file.read_bytes()
    except OSError as error:
        raise _Unreadable(f"cannot be read: {error.strerror}") from error
    if content.startswith(_UTF16):
        raise _Unreadable("is UTF-16; save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(content[: error.start].decode("utf-8", "replace"))
        raise _Unreadable(
            f"byte 0x{content[error.start]:02X} is not UTF-8; save the file as UTF-8", line, column
        ) from error


def _place(before: str) -> tuple[int, int]:
    """Return (line, column) of what follows ``before``."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _compose(text: str) -> yaml.Node:
    """Return the node graph of the one document; its aliases are shared, not expanded."""
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.reader.ReaderError as error:
        position = error.position if isinstance(error.position, int) else 0
        raise _Unreadable("holds a control character; remove it", *_place(text[:position])) from error
    except yaml.MarkedYAMLError as error:
        raise _syntax_flaw(error, text) from error
    except RecursionError as error:
        raise _Unreadable("is nested too deeply") from error
    if node is None:
        raise _Unreadable("is empty")
    return node


def _syntax_flaw(error: yaml.MarkedYAMLError, text: str) -> _Unreadable:
    """Return what the parser says, in words that tell how to mend it."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    rest = (text.splitlines() or [""])[line : line + 1]
    found = rest[0][column : column + 1] if rest else ""
    problem = error.problem or error.context or "is not YAML"
    if found == "\t":
        return _Unreadable("a tab indents this line; YAML wants spaces", line + 1, column + 1)
    if "cannot start any token" in problem:
        return _Unreadable(f"a text that starts with {found!r} needs quotes", line + 1, column + 1)
    hint = next((hint for sign, hint in _HINTS if sign in problem), None)
    return _Unreadable(f"not YAML: {hint or problem}", line + 1, column + 1)


class _Reading:
    """Walks a node graph once per use, so that an alias costs what it expands to."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.count = 0

    def value(self, node: yaml.Node, path: Path) -> Any:
        """Return the plain data of a node and remember where it stands."""
        place = (node.start_mark.line + 1, node.start_mark.column + 1)
        self.count += 1
        if self.count > MAX_VALUES:
            raise _Unreadable(f"holds more than {MAX_VALUES:,} values; aliases count each time", *place)
        if len(path) > MAX_DEPTH:
            raise _Unreadable(f"is nested more than {MAX_DEPTH} levels deep", *place)
        self.source.values[path] = place
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_STANDARD}map":
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_STANDARD}seq":
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag in _SCALARS:
            is_null = node.tag == f"{_STANDARD}null" and not node.style
            return None if is_null else str(node.value)
        self.flaw(place, path, f"the tag {node.tag.removeprefix(_STANDARD)!r} is not supported: remove it")
        return None

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for key, value in node.value:
            place = (key.start_mark.line + 1, key.start_mark.column + 1)
            if not isinstance(key, yaml.ScalarNode):
                self.flaw(place, path, "a field name must be a word")
            elif key.tag == f"{_STANDARD}merge":
                self.flaw(place, path, "merge keys (<<) are not supported: write the fields out")
            elif key.value in fields:
                first = self.source.keys[*path, key.value][0]
                self.flaw(place, (*path, key.value), f"given twice (first on line {first})")
            else:
                self.source.keys[*path, key.value] = place
                fields[key.value] = self.value(value, (*path, key.value))
        return fields

    def flaw(self, place: tuple[int, int], path: Path, message: str) -> None:
        """Remember something wrong that does not stop the reading."""
        self.source.flaws.append(Flaw(*place, path, message))
