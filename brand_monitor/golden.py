"""The gold set of a monitor on disk, and what it needs from the lake.

Belongs here: the JSONL file below the home folder and the frames to draw and to score by. It holds ids and
labels; texts stay in the lake. Not here: which pairs are drawn (``domain.gold.pairs``), what they say
(``domain.gold.accuracy``).
"""

import hashlib
import json
import os
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import polars as pl

from brand_monitor.domain.gold.accuracy import Accuracy, accuracy
from brand_monitor.domain.gold.pairs import GoldPair, said_kinds
from brand_monitor.failures import ImportFileError, MissingPartitionError
from brand_monitor.io_managers.lake import Lake, Partition


class GoldInputs(NamedTuple):
    """Frames in the order in which ``pool_of_pairs`` takes them."""

    answers: pl.DataFrame
    mentions: pl.DataFrame
    brands: pl.DataFrame


def gold_file(home: Path, monitor_id: str) -> Path:
    """Return where the gold set of a monitor lies."""
    return home / "gold" / f"{monitor_id}.jsonl"


def read_gold(file: Path) -> list[GoldPair]:
    """Return the pairs of a file, in its order.

    Raises:
        MissingPartitionError: no such file: nothing was drawn yet.
        ImportFileError: a line is no pair; names file and line.
    """
    if not file.is_file():
        raise MissingPartitionError(f"{file} does not exist: draw pairs with `brand-monitor gold sample`")
    pairs = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            pairs.append(GoldPair.from_record(json.loads(line)))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ImportFileError(f"{file}, line {number}: no pair of a gold set: {error}") from error
    return pairs


def write_gold(file: Path, pairs: Sequence[GoldPair]) -> None:
    """Write the pairs aside and put them in place at once, so that an interruption loses no label."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".writing")
    with aside.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(pair.to_record()) + "\n" for pair in pairs)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(file)


def gold_version(pairs: Sequence[GoldPair]) -> str:
    """Return the hash, 12 hex digits, of pairs and labels: a changed label is another gold set."""
    told = sorted(json.dumps(pair.to_record(), sort_keys=True) for pair in pairs)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


def gold_scores(lake: Lake, pairs: Sequence[GoldPair]) -> list[Accuracy]:
    """Return how right the machine is today on labelled pairs, of each kind; reads the days of the pairs."""
    said: dict[tuple[str, str], set[str]] = {}
    for row in said_kinds(rows_of(lake, "core/answer_mentions", pairs)).iter_rows(named=True):
        said.setdefault((row["answer_id"], row["brand_id"]), set()).add(row["kind"])
    return accuracy(pairs, {pair: sorted(kinds) for pair, kinds in said.items()})


def gold_inputs(
    lake: Lake, monitor_id: str, end: date, days: int, engines: Sequence[str] | None = None
) -> GoldInputs:
    """Return answers, mentions and brands of the ``days`` that end on ``end``; missing days are left out.

    Raises:
        MissingPartitionError: the monitor was never seeded.
    """
    start = end - timedelta(days=days - 1)
    only = [monitor_id]
    return GoldInputs(
        lake.read_window("raw/answers", start, end, engines=engines, monitors=only),
        lake.read_window("core/answer_mentions", start, end, engines=engines, monitors=only),
        lake.read("seed/brands", [Partition()], monitors=only),
    )


def rows_of(lake: Lake, table: str, pairs: Sequence[GoldPair]) -> pl.DataFrame:
    """Return the rows of a table for the answers of the pairs; answers that are gone have none."""
    places = sorted({(pair.date, pair.engine) for pair in pairs})
    ids = sorted({pair.answer_id for pair in pairs})
    monitors = sorted({pair.monitor_id for pair in pairs})
    frames = [
        lake.read_window(
            table, date.fromisoformat(day), date.fromisoformat(day), engines=[engine], monitors=monitors
        ).filter(pl.col("answer_id").is_in(ids))
        for day, engine in places
    ]
    return pl.concat(frames) if frames else pl.DataFrame()
