"""One true day with the lake in a bucket; then the lake moves into a folder and gives the same tables."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from e2e_home import brand_monitor, new_home

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.opening import objects_at
from brand_monitor.deployment import Settings, current_settings
from brand_monitor.io_managers.lake import Lake
from brand_monitor.notebook import Installation
from brand_monitor.schemas.registry import REGISTRY
from tools.servers.s3 import S3

BUCKET = "one-day"
ADDRESS = f"s3://{BUCKET}/production"


@pytest.fixture(scope="module")
def variables(s3: S3) -> dict[str, str]:
    s3.ensure_buckets(BUCKET)
    return s3.variables() | {"S3_BUCKET": BUCKET, "S3_PREFIX": "production/"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Path:
    """A home in which one day was run into the bucket."""
    folder = new_home(tmp_path_factory.mktemp("home"))
    done = brand_monitor(folder, "run", env=variables)
    (folder / "printed.txt").write_text(done.stdout + done.stderr)
    return folder


@pytest.fixture
def in_bucket(home: Path, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Installation:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return Installation(current_settings(home))


def tables(lake: Lake) -> dict[str, pl.DataFrame]:
    """Return every table that was published, all of it."""
    found = {}
    for table in REGISTRY:
        days = lake.days(table)
        if days:
            found[table] = lake.read_window(table, days[0], days[-1])
    return found


def test_the_day_is_in_the_bucket_and_nothing_of_it_on_this_machine(
    home: Path, in_bucket: Installation
) -> None:
    assert not (home / "lake").exists()
    keys = list(in_bucket.lake.store.list(""))
    assert {key.partition("/")[0] for key in keys} >= {"core", "data", "metrics", "payloads", "raw", "warc"}
    report = in_bucket.load("reports/daily_reports")["report_key"][0]
    assert b"Larkstride" in in_bucket.lake.store.get(report)
    trace = in_bucket.trace(monitor="tiny", engine_id="smollm2-grounded", brand_id="larkstride")
    assert in_bucket.payload(trace.answers["payload_hash"][0])["request"]


def test_no_key_of_the_server_is_stored_or_shown(home: Path, in_bucket: Installation, s3: S3) -> None:
    secret = s3.secret_key.encode()
    assert not [path for path in home.rglob("*") if path.is_file() and secret in path.read_bytes()]
    store = in_bucket.lake.store
    assert not [key for key in store.list("") if secret in store.get(key)]


def test_the_lake_moves_into_a_folder_and_gives_the_same_tables_when_derived_again(
    home: Path, in_bucket: Installation, variables: dict[str, str], tmp_path: Path
) -> None:
    before = tables(in_bucket.lake)
    embedded = new_home(tmp_path / "embedded")
    shutil.copytree(home / "state", embedded / "state")
    told = brand_monitor(home, "lake", "copy", "--from", ADDRESS, "--to", f"{embedded}/lake", env=variables)
    assert " 0 there already, 0 different" in told.stdout
    lake = Lake(FolderStore(Settings(embedded).lake_dir))
    assert tables(lake).keys() == before.keys()
    done = brand_monitor(embedded, "run", "--rederive")
    assert "0 calls" in done.stdout + done.stderr
    after = tables(lake)
    assert after.keys() == before.keys()
    differing = [table for table, rows in before.items() if not same(rows, after[table])]
    assert differing == []


def same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    """Compare rows as sets: their order and the run that derived them are no content."""
    ours = [column for column in one.columns if column not in {"run_id", "content_hash", "size_bytes"}]
    return sorted(map(repr, one.select(ours).iter_rows())) == sorted(
        map(repr, other.select(ours).iter_rows())
    )


def test_a_copy_back_finds_everything_there(
    in_bucket: Installation, home: Path, variables: dict[str, str], tmp_path: Path
) -> None:
    there = sum(1 for _ in objects_at(ADDRESS, in_bucket.settings).list(""))
    brand_monitor(home, "lake", "copy", "--from", ADDRESS, "--to", str(tmp_path), env=variables)
    told = brand_monitor(home, "lake", "copy", "--from", str(tmp_path), env=variables)
    assert f"{there:,} objects: 0 copied (0.0 MB), {there:,} there already" in told.stdout
    swept = brand_monitor(home, "lake", "sweep", env=variables)
    assert swept.stdout.startswith("0 files removed")
