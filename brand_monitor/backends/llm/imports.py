"""Engine ``import``: answers that were captured elsewhere, one row of a JSONL or CSV file each.

Belongs here: rows into captured answers, and reading a stored one. Not here: files into rows
(``import_files``), what is kept of them (``importing``). A bad row is a reject with line and reason.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from brand_monitor.backends.llm.import_files import BadRowError, rows_of
from brand_monitor.backends.llm.interface import Reading, Source
from brand_monitor.failures import ImportFileError
from brand_monitor.monitor.engines import EngineSpec, ImportMapping
from brand_monitor.monitor.models import Monitor
from brand_monitor.monitor.prompts import Question

MAX_ANSWER_CHARACTERS = 200_000
MAX_SOURCES = 500
#: A value that is itself JSON or a Python literal is parsed up to this length.
MAX_NESTED_CHARACTERS = 200_000

_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class CapturedAnswer:
    """One good row, its parts found by the mapping of its engine."""

    engine: EngineSpec
    prompt: Question
    text: str
    model: str | None
    asked_at: datetime
    run: str
    sources: tuple[dict[str, str], ...]

    def payload(self) -> dict[str, Any]:
        """Return what is stored: parts and origin, so that it can be read without the mapping."""
        return {
            "engine": "import",
            "text": self.text,
            "model": self.model,
            "asked_at": self.asked_at.isoformat(),
            "run": self.run,
            "sources": list(self.sources),
        }


@dataclass(frozen=True)
class Reject:
    """One bad row: where it stands, what is wrong, and its beginning."""

    line: int
    reason: str
    row: str

    def as_json(self) -> str:
        """Return the reject as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True)
class Period:
    """When an answer can have been given: not before the first partition, not in the future."""

    first: date
    now: datetime


def read_captured(payload: Mapping[str, Any]) -> Reading:
    """Return what a stored capture says; total. What it cost is not known."""
    text = payload.get("text")
    if not isinstance(text, str):
        return Reading(status="failed", text=None, reason="the stored row holds no text")
    model = payload.get("model")
    return Reading(
        status="ok" if text.strip() else "empty",
        text=text,
        reason=None if text.strip() else "the answer is blank",
        served_model=model if isinstance(model, str) else None,
        sources=tuple(_stored_sources(payload.get("sources"))),
    )


def captured_answers(path: Path, monitor: Monitor, period: Period) -> Iterator[CapturedAnswer | Reject]:
    """Yield every row of the file as an answer or a reject, in file order, one row in memory at a time.

    Raises:
        ImportFileError: the file cannot be read at all, or the monitor has no engine that imports.
    """
    engines = monitor.engines_of("import")
    if not engines:
        raise ImportFileError(f"{path}: monitor {monitor.id} has no engine of family import")
    prompts = {_normal(question.text): question for question in monitor.questions}
    for line, row, raw in rows_of(path):
        try:
            if isinstance(row, BadRowError):
                raise row
            yield _storable(_captured(row, engines, prompts, period))
        except BadRowError as error:
            yield Reject(line, str(error), raw[:2_000])


def _captured(
    row: dict[str, Any], engines: list[EngineSpec], prompts: Mapping[str, Question], period: Period
) -> CapturedAnswer:
    engine, mapping = _engine(row, engines)
    question = _text(row, mapping.question, "question")
    prompt = prompts.get(_normal(question))
    if prompt is None:
        raise BadRowError(f"no prompt of the monitor asks {question[:200]!r}")
    text = _text(row, mapping.answer, "answer")
    if len(text) > MAX_ANSWER_CHARACTERS:
        raise BadRowError(f"the answer is longer than {MAX_ANSWER_CHARACTERS:,} characters")
    model = _look_up(row, mapping.model)
    run = _look_up(row, mapping.run)
    return CapturedAnswer(
        engine=engine,
        prompt=prompt,
        text=text,
        model=str(model) if model else None,
        asked_at=_moment(_look_up(row, mapping.asked_at), mapping.asked_at, period),
        run="" if run is None else str(run),
        sources=tuple(_sources(_look_up(row, mapping.sources))),
    )


def _storable(answer: CapturedAnswer) -> CapturedAnswer:
    """Return the answer if it has a form on disk; half an emoji, as broken exports have it, has none."""
    try:
        json.dumps(answer.payload(), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BadRowError(f"half a character (a lone surrogate, {error.object[error.start]!r})") from None
    return answer


def _engine(row: dict[str, Any], engines: list[EngineSpec]) -> tuple[EngineSpec, ImportMapping]:
    """Return the engine that the row names by id or model, and its mapping."""
    seen: list[str] = []
    for engine in engines:
        mapping = engine.import_mapping or ImportMapping()
        named = _look_up(row, mapping.engine)
        if isinstance(named, str) and _normal(named) in {_normal(engine.id), _normal(engine.model)}:
            return engine, mapping
        seen.append(str(named))
    known = ", ".join(f"{engine.id} ({engine.model})" for engine in engines)
    raise BadRowError(f"no engine of the monitor is {seen[0][:100]!r}; known: {known}")


def _look_up(row: dict[str, Any], path: str) -> Any:
    """Follow a dotted path, through strings that hold JSON or a Python literal too. None where it ends."""
    value: Any = row
    for name in path.split("."):
        value = _nested(value)
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _nested(value: Any) -> Any:
    """Return what a string of JSON or of Python literals holds; other values as they are."""
    if not isinstance(value, str) or len(value) > MAX_NESTED_CHARACTERS or value[:1] not in {"{", "["}:
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return value


def _text(row: dict[str, Any], path: str, part: str) -> str:
    value = _look_up(row, path)
    if not isinstance(value, str) or not value.strip():
        raise BadRowError(f"no {part} (looked at {path!r})")
    return value


def _moment(value: Any, path: str, period: Period) -> datetime:
    """Return the moment in UTC; one without a zone is taken as UTC."""
    try:
        moment = datetime.fromisoformat(str(value))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRowError(f"asked_at is no ISO 8601 date (looked at {path!r}: {str(value)[:60]!r})") from None
    if moment.date() < period.first:
        raise BadRowError(f"asked_at lies before {period.first}, the first day that is kept: {moment.date()}")
    if moment > period.now:
        raise BadRowError(f"asked_at lies in the future: {moment.isoformat()}")
    return moment


def _sources(value: Any) -> Iterator[dict[str, str]]:
    """Yield url and title of each source: a list of URLs, or of objects with ``url`` and ``title``."""
    listed = _nested(value)
    for entry in listed[:MAX_SOURCES] if isinstance(listed, list) else []:
        source = entry if isinstance(entry, dict) else {"url": entry}
        url, title = source.get("url"), source.get("title")
        if isinstance(url, str) and url.strip():
            yield {"url": url.strip(), "title": title if isinstance(title, str) else ""}


def _stored_sources(stored: Any) -> Iterator[Source]:
    """Yield sources as cited: a capture lists what the answer showed, not what the engine had read."""
    entries = stored if isinstance(stored, list) else []
    urls = [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("url"), str)]
    for position, entry in enumerate(urls, 1):
        title = entry.get("title")
        yield Source(
            position, entry["url"], title if isinstance(title, str) and title else None, None, "cited"
        )


def _normal(text: str) -> str:
    """Return the words of a text in one spelling: case, spaces and punctuation do not matter."""
    return " ".join(_WORDS.findall(text.casefold()))
