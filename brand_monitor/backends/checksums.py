"""Receipts of projections: what a store holds of a day, and a checksum of the rows it was given.

Belongs here: the canonical form of a row. Not here: when receipts are written and compared.
"""

import hashlib
import json
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl


def receipt(day: date, monitor_id: str, collection: str, held: int, written: pl.DataFrame) -> dict[str, Any]:
    """Return one row of ``schemas.graph.ProjectionReceipts``.

    Args:
        day: Day of the partition.
        monitor_id: Monitor that was projected.
        collection: nodes, edges, documents or answers.
        held: Rows that the store says it holds.
        written: Rows that were to be held; the checksum is theirs.
    """
    return {
        "date": day,
        "monitor_id": monitor_id,
        "collection": collection,
        "rows": held,
        "checksum": frame_checksum(written),
    }


def frame_checksum(frame: pl.DataFrame) -> str:
    """Return the SHA-256 of the sorted rows, free of the order of rows and of columns: O(n log n).

    A row counts as often as it appears. The form of a row is JSON with sorted names, so that the value does
    not change with the version of polars (whose own hashes do); about 200,000 rows a second.

    Raises:
        TypeError: a column holds Python objects, which have no canonical form.
    """
    names = sorted(frame.columns)
    encode = json.JSONEncoder(default=_canonical, ensure_ascii=True, separators=(",", ":")).encode
    rows = sorted(encode(row) for row in frame.select(names).iter_rows())
    digest = hashlib.sha256(encode(names).encode())
    for row in rows:
        # JSON holds no raw line break, so the break ends a row beyond doubt.
        digest.update(b"\n" + row.encode())
    return digest.hexdigest()


def _canonical(value: Any) -> str:
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value // timedelta(microseconds=1))
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a {type(value).__name__} has no canonical form for a checksum")
