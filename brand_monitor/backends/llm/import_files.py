"""Files of captured answers: rows out of JSONL or CSV, one in memory at a time.

Belongs here: bytes into rows, each with its line. Not here: what a row means (``imports``). Files are
hostile: sizes are capped, and what cannot be read is a bad row with its line, not the end of the file.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brand_monitor.failures import ImportFileError

MAX_ROW_BYTES = 2_000_000


class BadRowError(Exception):
    """What is wrong with a row."""


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, Any] | BadRowError, str]]:
    """Yield (line, row or what is wrong with it, its text)."""
    if path.suffix.lower() not in {".jsonl", ".csv"}:
        raise ImportFileError(f"{path}: captured answers are .jsonl or .csv")
    try:
        yield from _json_rows(path) if path.suffix.lower() == ".jsonl" else _csv_rows(path)
    except OSError as error:
        raise ImportFileError(f"{path}: cannot be read ({error})") from error


def _json_rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | BadRowError, str]]:
    with path.open("rb") as handle:
        line = 0
        while data := handle.readline(MAX_ROW_BYTES):
            line += 1
            raw = data.decode("utf-8-sig" if line == 1 else "utf-8", "replace").strip()
            if len(data) >= MAX_ROW_BYTES and not data.endswith(b"\n"):
                while (rest := handle.readline(MAX_ROW_BYTES)) and not rest.endswith(b"\n"):
                    pass
                yield line, BadRowError(f"longer than {MAX_ROW_BYTES:,} bytes"), raw
            elif raw:
                yield line, _json_row(data, raw), raw


def _json_row(data: bytes, raw: str) -> dict[str, Any] | BadRowError:
    try:
        data.decode("utf-8-sig")
        row = json.loads(raw)
    except UnicodeDecodeError as error:
        return BadRowError(f"not UTF-8 at byte {error.start}")
    except (ValueError, RecursionError) as error:
        return BadRowError(f"not JSON: {error}")
    return row if isinstance(row, dict) else BadRowError("not a JSON object")


def _csv_rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | BadRowError, str]]:
    csv.field_size_limit(MAX_ROW_BYTES)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as handle:
        reader = csv.DictReader(handle, strict=True)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield reader.line_num, BadRowError(f"not CSV: {error}"), ""
                continue
            raw = json.dumps(row, ensure_ascii=True)
            yield reader.line_num, _csv_row(row), raw


def _csv_row(row: dict[str, Any]) -> dict[str, Any] | BadRowError:
    if None in row or None in row.values():
        return BadRowError("another number of columns than the first line")
    if any("\udc80" <= letter <= "\udcff" for value in row.values() for letter in value):
        return BadRowError("not UTF-8")
    return row
