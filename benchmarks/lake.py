"""A window of days read from the lake: where the time goes, and what packs save (docs/adr/0020).

python -m benchmarks.lake [DAYS] [MONITORS] [MILLISECONDS]

Four engines a day and 40 mentions a partition and monitor; on a folder, on a real S3 server, and on that
server with MILLISECONDS between request and answer, since the one on this machine is nearer than any bucket.
"""

import asyncio
import hashlib
import io
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import polars as pl

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.objects.parallel import at_once
from brand_monitor.backends.objects.s3 import S3Store
from brand_monitor.backends.objects.s3_client import S3Location
from brand_monitor.io_managers.compacting import compact
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.io_managers.manifests import NAME, DataFile, Manifest, file_key, publishing
from brand_monitor.io_managers.scanning import scan
from brand_monitor.schemas.registry import conform, empty_frame, polars_schema
from tools.servers.s3 import S3

BUCKET = "benchmark"
TABLE = "core/answer_mentions"
END = date(2026, 9, 30)
ENGINES = ("anthropic", "gemini", "openai", "perplexity")
ROWS = 40
HEAD = "store    days monitors  files    list   manif    scan     sum   packs  gain  CPU: sum  packs  gain"

Result = TypeVar("Result")


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and of CPU: this process and, behind S3, the server. Load changes the first."""

    wall: float
    cpu: float

    def __add__(self, other: "Took") -> "Took":
        return Took(self.wall + other.wall, self.cpu + other.cpu)


def timed(work: Callable[[], Result], server: S3) -> tuple[Took, Result]:
    """Return how long some work took, and its result."""

    def now() -> Took:
        theirs = [process.cpu_times() for process in server._processes()]  # noqa: SLF001
        own = sum(times.user + times.system for times in theirs)
        return Took(time.perf_counter(), time.process_time() + own)

    began = now()
    result = work()
    ended = now()
    return Took(ended.wall - began.wall, ended.cpu - began.cpu), result


def mentions() -> pl.DataFrame:
    """Return the mentions of a partition; day, engine and monitor are put in for each."""
    found = pl.DataFrame(
        {
            "monitor_id": "",
            "date": END,
            "engine": "",
            "engine_id": "model",
            "answer_id": [f"{n * 104_729 % 999_983:032x}" for n in range(ROWS)],
            "prompt_id": [f"prompt-{n // 4}" for n in range(ROWS)],
            "is_branded": False,
            "brand_id": [f"brand-{n % 17}" for n in range(ROWS)],
            "surface": "Nike",
            "start": [n % 900 for n in range(ROWS)],
            "end": [n % 900 + 4 for n in range(ROWS)],
            "kind": "named",
            "reason": "",
            "prominence": 0.5,
            "sentence_start": 0,
            "sentence": [f"Sentence {n * 104_729 % 999_983} says so." for n in range(ROWS)],
        }
    )
    table = pl.concat([empty_frame(TABLE), found], how="diagonal_relaxed")
    return conform(TABLE, table.with_columns(pl.col(pl.Boolean).fill_null(value=False)))


def objects(days: int, monitors: int) -> Iterator[tuple[str, bytes]]:
    """Yield every object of the lake: a file and a manifest for each partition and monitor."""
    shape, now = mentions(), datetime.now(UTC) - timedelta(days=2)
    for day in (END - timedelta(days=n) for n in range(days)):
        for engine in ENGINES:
            for monitor in (f"m{n}" for n in range(monitors)):
                buffer = io.BytesIO()
                names = {"date": day, "engine": engine, "monitor_id": monitor}
                seed = hash((day, engine, monitor)) % 2**32
                own = [
                    *(pl.lit(value).alias(name) for name, value in names.items()),
                    pl.col("answer_id").hash(seed).cast(pl.String),
                    pl.format("{} {}", "sentence", pl.col("sentence").hash(seed)).alias("sentence"),
                ]
                shape.with_columns(own).write_parquet(buffer)
                data, folder = buffer.getvalue(), f"{TABLE}/{Partition(day, engine).path}monitor={monitor}"
                digest = hashlib.sha256(data).hexdigest()
                file = DataFile(file_key(folder, digest, now), ROWS, len(data), digest)
                yield file.key, data
                manifest = Manifest(TABLE, now, (file,), {"dagster_run_id": digest[:36]})
                yield f"{folder}/{NAME}", manifest.encoded()


def fill(local: FolderStore, remote: ObjectStore, days: int, monitors: int) -> None:
    """Put the same objects into both; those of the disk unsynced, which is no matter to a reader."""

    def put(one: tuple[str, bytes]) -> None:
        path = local.root / one[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one[1])
        remote.put(*one)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, objects(days, monitors)))


def phases(store: ObjectStore, server: S3, start: date, monitors: list[str]) -> tuple[int, list[Took]]:
    """Return the files of a window, and what listing, manifests and scan take without packs."""
    lake = Lake(store)
    listing, versions = timed(lambda: lake._versions(TABLE, start, END), server)  # noqa: SLF001
    places = publishing(versions, monitors)
    reading, found = timed(lambda: at_once(store, lake._files, places), server)  # noqa: SLF001
    files = [key for keys in found for key in keys]
    scanning, frame = timed(lambda: scan(store, files, polars_schema(TABLE)).collect(), server)
    assert frame.height == ROWS * len(files)
    return len(files), [listing, reading, scanning]


@contextmanager
def delayed(url: str, milliseconds: int) -> Iterator[str]:
    """Serve the server at another address, each answer this much later."""
    here, there = multiprocessing.Pipe()
    address = urlsplit(url)
    process = multiprocessing.Process(
        target=_serve, args=(address.hostname, address.port, milliseconds / 2_000, there), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(host: str, port: int, delay: float, told: Connection) -> None:
    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(1 << 16):
            loop.call_later(delay, writer.write, data)
        loop.call_later(delay, writer.close)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(host, port)
        await asyncio.gather(pump(reader, up_writer), pump(up_reader, writer), return_exceptions=True)

    async def run() -> None:
        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def table(stores: dict[str, ObjectStore], server: S3, days: int, monitors: int) -> None:
    """Print the table: every window before the packs are made, then again."""
    names = [f"m{n}" for n in range(monitors)]
    windows = [
        (name, END - timedelta(days=span - 1), names[:count])
        for name in stores
        for span in sorted({min(30, days), days})
        for count in sorted({1, monitors})
    ]
    before = [phases(stores[name], server, start, wanted) for name, start, wanted in windows]
    for name in list(stores)[:2]:
        took, done = timed(lambda: compact(stores[name]), server)  # noqa: B023
        size = sum(stores[name].size(key) or 0 for key in stores[name].list("data/packs"))
        print(
            f"{name}: {done.packs} packs of {done.files:,} files, {size / 1e6:.1f} MB, "
            f"{took.wall:.0f} s, {took.cpu:.0f} s of CPU"
        )
    print(HEAD)
    for (name, start, wanted), (files, parts) in zip(windows, before, strict=True):
        lake = Lake(stores[name])
        after, frame = timed(
            lambda: lake.read_window(TABLE, start, END, monitors=wanted),  # noqa: B023
            server,
        )
        assert frame.height == ROWS * files
        whole = sum(parts, Took(0, 0))
        print(
            f"{name:<8} {(END - start).days + 1:>4} {len(wanted):>8} {files:>6,}",
            *(f"{part.wall:7.2f}" for part in (*parts, whole, after)),
            f"{whole.wall / after.wall:5.1f}    ",
            f"{whole.cpu:6.2f} {after.cpu:6.2f} {whole.cpu / after.cpu:5.1f}",
            flush=True,
        )


def main(days: int = 365, monitors: int = 10, milliseconds: int = 20) -> None:
    """Start a server, fill both lakes, print the table."""
    with tempfile.TemporaryDirectory() as folder:
        server = S3(Path(folder) / "s3").start()
        try:
            server.ensure_buckets(BUCKET)
            keys = {"aws_access_key_id": server.access_key, "aws_secret_access_key": server.secret_key}
            local = FolderStore(Path(folder) / "lake")
            remote = S3Store(S3Location(BUCKET, "", "us-east-1", server.url), keys=lambda: keys)
            fill(local, remote, days, monitors)
            with delayed(server.url, milliseconds) as url:
                late = S3Store(S3Location(BUCKET, "", "us-east-1", url), keys=lambda: keys)
                table({"folder": local, "S3": remote, f"S3+{milliseconds}ms": late}, server, days, monitors)
        finally:
            server.kill()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
