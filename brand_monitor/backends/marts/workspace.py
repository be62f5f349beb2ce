"""The scratch DuckDB file of one day's marts: inputs in, model tables out.

dbt never touches the lake: it reads a copy of the few columns it needs and writes tables that are
published afterwards, schema enforced and atomically, like every other table. So a failed build leaves
nothing behind, and the same models run whatever the lake is stored on.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from brand_monitor.io_managers.lake import Lake, Partition

#: Longest window of the models, in days.
WINDOW_DAYS = 28

# Read over the window / as they stand / of the day itself. Texts stay behind: 28 days of counts are small.
_WINDOW = {
    "raw/answers": [
        "monitor_id",
        "date",
        "engine",
        "engine_id",
        "answer_id",
        "prompt_id",
        "prompt_family",
        "is_branded",
        "status",
        "served_model",
    ],
    "core/answer_mentions": ["monitor_id", "answer_id", "brand_id", "is_counted"],
}
_MARTS = ["daily_brand_metrics", "window_brand_metrics"]


@dataclass(frozen=True)
class MartsWorkspace:
    """A prepared scratch file; ``database`` is what ``BRAND_MONITOR_MARTS_DB`` names for dbt."""

    database: Path

    @property
    def target(self) -> Path:
        """Folder for what dbt writes about a build."""
        return self.database.with_name("target")

    def read(self, mart: str) -> pl.DataFrame:
        """Return a table that dbt built."""
        import duckdb

        target = self.database.with_name(f"{mart}.parquet")
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(f"COPY marts.{mart} TO '{target}' (FORMAT parquet)")
        return pl.read_parquet(target)

    def marts(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Yield (registry key, frame) of every mart."""
        for mart in _MARTS:
            yield f"marts/{mart}", self.read(mart)


@contextmanager
def marts_workspace(lake: Lake, day: date, monitors: Sequence[str]) -> Iterator[MartsWorkspace]:
    """Prepare the scratch file for one day and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="brand-monitor-marts-") as folder:
        workspace = MartsWorkspace(Path(folder) / "scratch.duckdb")
        _load(workspace.database, _inputs(lake, day, monitors))
        yield workspace


def _inputs(lake: Lake, day: date, monitors: Sequence[str]) -> dict[str, pl.DataFrame]:
    start = day - timedelta(days=WINDOW_DAYS - 1)
    windowed = {
        table: lake.read_window(table, start, day, monitors=monitors, columns=columns)
        for table, columns in _WINDOW.items()
    }
    return {
        **windowed,
        "seed/brands": lake.read("seed/brands", [Partition()], monitors=monitors),
        "metrics/brand_metrics": lake.read_window("metrics/brand_metrics", day, day, monitors=monitors),
    }


def _load(database: Path, inputs: Mapping[str, pl.DataFrame]) -> None:
    import duckdb

    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE SCHEMA lake")
        for table, frame in inputs.items():
            name = table.split("/")[1]
            path = database.with_name(f"{name}.parquet")
            frame.write_parquet(path)
            connection.execute(f"CREATE TABLE lake.{name} AS SELECT * FROM read_parquet('{path}')")  # noqa: S608
            path.unlink()
