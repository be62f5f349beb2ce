"""The lake on S3: against bare boto3 calls and against local files, on the same server in the same run.

python -m benchmarks.s3 [DAYS] [ROWS]
"""

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import boto3
import polars as pl
from botocore.config import Config

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.objects.s3 import S3Store
from brand_monitor.backends.objects.s3_client import S3Location
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.io_managers.manifests import FILES
from brand_monitor.schemas.registry import conform, empty_frame
from tools.servers.s3 import S3

BUCKET = "benchmark"
TABLE = "core/page_mentions"
START = date(2026, 1, 1)
ROUNDS = 5
SMALL = 300  # objects of a put/get round
BYTES = 20_000


def median(work: Callable[[], object]) -> float:
    """Return the median seconds of a few rounds after one that warms up."""
    work()
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def frame(day: date, rows: int) -> pl.DataFrame:
    """Return mentions with sentences that do not compress to nothing."""
    found = pl.DataFrame(
        {
            "monitor_id": "shoes",
            "date": [day] * rows,
            "document_id": [f"{day}-{n}" for n in range(rows)],
            "url": [f"http://x.example/{n * 7919 % rows}" for n in range(rows)],
            "brand_id": [f"brand-{n % 17}" for n in range(rows)],
            "surface": "Nike",
            "start": [n % 900 for n in range(rows)],
            "end": [n % 900 + 4 for n in range(rows)],
            "kind": "named",
            "sentence": [f"Sentence {n * 104_729 % 999_983} of {day} says so." for n in range(rows)],
        }
    )
    return pl.concat([empty_frame(TABLE), found], how="diagonal_relaxed")


def scans(local: Lake, remote: Lake, client: object, days: int) -> None:
    """Print a scan of all days: local, transfer alone, remote."""
    last = START + timedelta(days=days - 1)
    keys = list(remote.store.list(FILES)) + list(remote.store.list(TABLE))
    names = [remote.store.location.name_of(key) for key in keys]  # type: ignore[attr-defined]

    def transfer() -> int:
        with ThreadPoolExecutor(8) as pool:
            bodies = pool.map(lambda name: client.get_object(Bucket=BUCKET, Key=name)["Body"].read(), names)  # type: ignore[attr-defined]
            return sum(map(len, bodies))

    print(f"{days} partitions, {transfer() / 1e6:.1f} MB")
    for name, columns in (("all columns", None), ("two columns", ["brand_id", "start"])):
        here = median(lambda: local.read_window(TABLE, START, last, columns=columns))  # noqa: B023
        bare = median(transfer)
        there = median(lambda: remote.read_window(TABLE, START, last, columns=columns))  # noqa: B023
        print(
            f"  scan, {name}: local {here * 1e3:6.0f} ms, transfer by boto3 {bare * 1e3:6.0f} ms, "
            f"S3 {there * 1e3:6.0f} ms, ratio to local + transfer {there / (here + bare):.2f}"
        )


def small_objects(store: ObjectStore, client: object) -> None:
    """Print puts and gets one after the other, ours and bare."""
    data = bytes(BYTES)
    names = [f"small/{n}" for n in range(SMALL)]
    loops: dict[str, tuple[Callable[[str], object], Callable[[str], object]]] = {
        "put": (
            lambda name: store.put(name, data),
            lambda name: client.put_object(Bucket=BUCKET, Key=name, Body=data),  # type: ignore[attr-defined]
        ),
        "get": (
            store.get,
            lambda name: client.get_object(Bucket=BUCKET, Key=name)["Body"].read(),  # type: ignore[attr-defined]
        ),
    }
    for name, (ours, bare) in loops.items():
        mine = median(lambda: [ours(one) for one in names])  # noqa: B023
        raw = median(lambda: [bare(one) for one in names])  # noqa: B023
        print(
            f"  {name} of {BYTES / 1e3:.0f} kB: {SMALL / mine:5.0f}/s, bare boto3 {SMALL / raw:5.0f}/s, "
            f"speed of ours to bare {raw / mine:.2f}"
        )


def publications(lake: Lake) -> None:
    """Print what the manifest costs on a disk: a publication against the rows alone in one object."""
    rows = frame(START, 200)

    def one_object() -> int:
        buffer = io.BytesIO()
        conform(TABLE, rows).write_parquet(buffer)
        lake.store.put("bare/part.parquet", buffer.getvalue())
        return buffer.tell()

    def publish() -> str:
        return lake.write(TABLE, rows, partition=Partition(START), monitor_id="bench")

    repeat = range(50)
    bare = median(lambda: [one_object() for _ in repeat]) / len(repeat)
    ours = median(lambda: [publish() for _ in repeat]) / len(repeat)
    print(f"  publication on a disk: {ours * 1e3:.2f} ms, rows in one object {bare * 1e3:.2f} ms")


def main(days: int = 30, rows: int = 5_000) -> None:
    """Start a server, fill both lakes, print the table."""
    with tempfile.TemporaryDirectory() as folder:
        server = S3(Path(folder) / "s3").start()
        try:
            server.ensure_buckets(BUCKET)
            keys = {"aws_access_key_id": server.access_key, "aws_secret_access_key": server.secret_key}
            client = boto3.client(
                "s3",
                endpoint_url=server.url,
                region_name="us-east-1",
                config=Config(max_pool_connections=16, request_checksum_calculation="when_required"),
                **keys,
            )
            store = S3Store(S3Location(BUCKET, "", "us-east-1", server.url), keys=lambda: keys)
            local, remote = Lake(FolderStore(Path(folder) / "lake")), Lake(store)
            for day in (START + timedelta(days=n) for n in range(days)):
                for lake in (local, remote):
                    lake.write(TABLE, frame(day, rows), partition=Partition(day), monitor_id="shoes")
            scans(local, remote, client, days)
            small_objects(store, client)
            publications(local)
        finally:
            server.kill()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
