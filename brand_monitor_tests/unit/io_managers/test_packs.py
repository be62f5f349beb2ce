"""Packs: a window reads the same with and without them, whatever is published, killed or damaged meanwhile."""

import itertools
import json
import logging
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.io_managers import compacting
from brand_monitor.io_managers.compacting import Compacted, compact, due
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.io_managers.packs import FEW, Pack
from brand_monitor.io_managers.sweeping import sweep
from brand_monitor.schemas.registry import polars_schema
from brand_monitor_tests.mention_rows import TABLE, mentions

FIRST, LAST = date(2026, 9, 28), date(2026, 11, 3)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
OCTOBER = Pack(TABLE, "2026-10", "shoes")
NOVEMBER = datetime(2026, 11, 3, tzinfo=UTC)
BY_ENGINE = "metrics/costs"


class Counting(FolderStore):
    """A folder that notes what is read, and calls back before and after."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.read: list[str] = []
        self.before_put: Callable[[str], None] = lambda _key: None
        self.after_read: Callable[[str], None] = lambda _key: None

    def get(self, key: str) -> bytes:
        self.read.append(key)
        return super().get(key)

    def get_versioned(self, key: str) -> tuple[bytes, str | None]:
        found = super().get_versioned(key)
        self.after_read(key)
        return found

    def put(self, key: str, data: bytes, *, replace: bool = True) -> None:
        self.before_put(key)
        super().put(key, data, replace=replace)


@pytest.fixture
def store(tmp_path: Path) -> Counting:
    return Counting(tmp_path)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five weeks of two monitors; every seventh day has no rows."""
    folder = tmp_path_factory.mktemp("lake")
    for (n, day), monitor in itertools.product(enumerate(DAYS), ("hats", "shoes")):
        publish(Lake(FolderStore(folder)), day, f"b{n}", n % 7, monitor)
    return folder


@pytest.fixture
def lake(store: Counting, written: Path) -> Lake:
    shutil.copytree(written, store.root, dirs_exist_ok=True)
    return Lake(store)


def publish(lake: Lake, day: date, brand: str, rows: int, monitor: str = "shoes") -> None:
    frame = mentions(brand, rows, date=day, monitor_id=monitor)
    lake.write(TABLE, frame, partition=Partition(day), monitor_id=monitor)


def packed(lake: Lake) -> Compacted:
    """Compact when November is three days old, by a clock that says so of what was written just now."""
    ahead = datetime.now(UTC) + timedelta(days=1)
    return compact(lake.store, now=max(NOVEMBER, ahead))


def window(lake: Lake, first: date = FIRST, last: date = LAST, **asked: object) -> pl.DataFrame:
    return lake.read_window(TABLE, first, last, **asked)  # type: ignore[arg-type]


def test_a_window_reads_the_same_row_by_row_and_asks_for_few_objects(lake: Lake, store: Counting) -> None:
    before = window(lake)
    assert len(store.read) == 2 * len(DAYS) + 2, "every manifest, and a look for packs of October"
    assert packed(lake).packs == 2
    store.read.clear()
    assert window(lake).equals(before)
    assert len(store.read) == 2 * (len(DAYS) - 31) + 2, "days of other months, and two packs"


@pytest.mark.parametrize(
    "asked",
    [
        {"monitors": ["hats"]},
        {"columns": ["brand_id", "date"]},
        {"where": pl.col("brand_id").is_in(["b9", "b20"])},
        {"columns": ["start"], "where": pl.col("date") == date(2026, 10, 20)},
        {"first": date(2026, 10, 5), "last": date(2026, 10, 20)},
        {"first": date(2026, 10, 5), "last": date(2026, 10, 7)},
        {"first": date(2026, 10, 1), "last": date(2026, 10, 31)},
        {"monitors": ["nobody"]},
    ],
)
def test_any_question_has_the_same_answer(lake: Lake, asked: dict[str, object]) -> None:
    before = window(lake, **asked)  # type: ignore[arg-type]
    packed(lake)
    assert window(lake, **asked).equals(before)  # type: ignore[arg-type]


def costs(day: date, engine: str, rows: int) -> pl.DataFrame:
    frame = pl.DataFrame({"monitor_id": ["shoes"] * rows, "date": day, "engine": engine})
    made = {name: None for name in polars_schema(BY_ENGINE) if name not in frame.columns}
    return frame.with_columns(**made).select(list(polars_schema(BY_ENGINE))).cast(polars_schema(BY_ENGINE))


def test_engines_of_a_day_share_a_pack(store: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brand_monitor.io_managers.lake.conform", lambda _table, frame: frame)
    lake = Lake(store)
    for day, engine in itertools.product(DAYS[3:20], ("gemini", "openai")):
        rows = costs(day, engine, day.day % 3)
        lake.write(BY_ENGINE, rows, partition=Partition(day, engine), monitor_id="shoes")
    both = lake.read_window(BY_ENGINE, FIRST, LAST)
    one = lake.read_window(BY_ENGINE, FIRST, LAST, engines=["openai"])
    assert packed(lake).packs == 1
    assert lake.read_window(BY_ENGINE, FIRST, LAST).equals(both)
    store.read.clear()
    assert lake.read_window(BY_ENGINE, FIRST, LAST, engines=["openai"]).equals(one)
    assert store.read == [f"packs/{BY_ENGINE}/month=2026-10/monitor=shoes/manifest.json"]


def test_a_month_that_memory_should_not_hold_is_packed_into_several_files(
    lake: Lake, store: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = window(lake)
    monkeypatch.setattr(compacting, "_FILE_BYTES", 20_000)
    assert packed(lake).packs == 2
    assert len(list(store.list(f"data/{OCTOBER.folder}"))) > 3
    assert window(lake).equals(before)
    publish(lake, date(2026, 10, 12), "again", 9)
    assert window(lake, columns=["brand_id"]).filter(brand_id="again").height == 9
    sweep(store, now=datetime.now(UTC) + timedelta(days=9))
    assert len(list(store.list(f"data/{OCTOBER.folder}"))) > 3


def test_a_day_derived_again_is_new_at_once_and_the_rest_stays_packed(lake: Lake, store: Counting) -> None:
    packed(lake)
    day = date(2026, 10, 12)
    publish(lake, day, "again", 9)
    publish(lake, date(2026, 10, 13), "empty now", 0)
    store.read.clear()
    seen = window(lake, date(2026, 10, 1), date(2026, 10, 31), monitors=["shoes"])
    assert seen.filter(date=day)["brand_id"].to_list() == ["again"] * 9
    assert seen.filter(date=date(2026, 10, 13)).height == 0
    assert len(store.read) == 3, "the pack and two manifests"


def test_the_same_content_published_again_is_another_publication(lake: Lake, store: Counting) -> None:
    """A disk tells files apart by more than size and a clock of some milliseconds."""
    [place] = store.list(f"{TABLE}/date=2026-10-02/monitor=shoes")
    seen = set()
    for _ in range(20):
        seen.add(dict(store.versions(TABLE))[place])
        store.put(place, store.get(place))
    assert len(seen) == 20


def test_only_months_that_are_over_and_have_many_files_are_packed(lake: Lake, store: Counting) -> None:
    assert [(one.pack, one.loose) for one in due(store, now=NOVEMBER)] == [
        (Pack(TABLE, "2026-10", "hats"), 31),
        (OCTOBER, 31),
    ]
    assert list(due(store, now=datetime(2026, 10, 31, 23, 59, tzinfo=UTC))) == []
    packed(lake)
    for day in DAYS[5 : 5 + FEW]:
        publish(lake, day, "again", 1)
    assert list(due(store, now=NOVEMBER)) == []
    publish(lake, DAYS[5 + FEW], "again", 1)
    assert [(one.pack, one.loose) for one in due(store, now=NOVEMBER)] == [(OCTOBER, FEW + 1)]


def test_what_was_published_just_now_waits(lake: Lake) -> None:
    assert compact(lake.store, now=datetime.now(UTC) + timedelta(seconds=30)).packs == 0


def test_large_files_are_left_as_they_are(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compacting, "SMALL_BYTES", 100)
    before = window(lake)
    assert packed(lake).packs == 0
    assert window(lake).equals(before)


def test_a_second_compaction_has_nothing_to_do(lake: Lake, store: Counting) -> None:
    packed(lake)
    assert packed(lake) == Compacted()


@pytest.mark.parametrize("writes", range(4))
def test_a_compaction_killed_anywhere_changes_nothing_and_is_repeated(
    lake: Lake, store: Counting, writes: int
) -> None:
    before, left = window(lake), [writes]

    def die(_key: str) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1

    store.before_put = die
    with pytest.raises(KeyboardInterrupt):
        packed(lake)
    store.before_put = lambda _key: None
    assert window(lake).equals(before)
    packed(lake)
    assert window(lake).equals(before)
    sweep(store, now=datetime.now(UTC) + timedelta(days=9))
    assert len(list(store.list("data/packs"))) == 2
    assert window(lake).equals(before)


@pytest.mark.parametrize("moment", ["after_read", "before_put"])
def test_what_is_published_while_the_compaction_works_is_not_lost(
    lake: Lake, store: Counting, moment: str
) -> None:
    day = date(2026, 10, 12)

    def publish_once(key: str) -> None:
        is_time = f"date={day}/monitor=shoes" in key if moment == "after_read" else key.endswith(".parquet")
        if is_time:
            setattr(store, moment, lambda _key: None)
            publish(lake, day, "meanwhile", 5)

    setattr(store, moment, publish_once)
    assert packed(lake).packs == 2
    seen = window(lake, monitors=["shoes"]).filter(date=day)
    assert seen["brand_id"].to_list() == ["meanwhile"] * 5


def whole_days(seen: pl.DataFrame) -> bool:
    """Tell whether every day has the rows of one publication, which its brand counts."""
    for (_day,), rows in seen.group_by("date"):
        [brand] = rows["brand_id"].unique()
        if rows.height != (int(brand[1:]) if brand[0] == "n" else int(brand[1:]) % 7):
            return False
    return True


def test_readers_publishers_and_compactions_at_once_see_whole_days(lake: Lake) -> None:
    def derive_again() -> None:
        for n, day in enumerate(DAYS[3:23]):
            publish(lake, day, f"n{n + 1}", n + 1)

    def look() -> bool:
        return all(whole_days(window(lake, monitors=["shoes"])) for _ in range(8))

    with ThreadPoolExecutor() as pool:
        busy = [pool.submit(work) for work in (derive_again, lambda: packed(lake), lambda: packed(lake))]
        assert all(reader.result() for reader in [pool.submit(look), pool.submit(look)])
        for work in busy:
            work.result()
    assert window(lake, monitors=["shoes"]).filter(date=DAYS[22])["brand_id"].to_list() == ["n20"] * 20


@pytest.fixture
def damage(lake: Lake, store: Counting) -> dict[str, Callable[[], None]]:
    packed(lake)
    manifest = f"{OCTOBER.folder}/manifest.json"
    [file] = store.list(f"data/{OCTOBER.folder}")
    later = json.dumps({"version": 9}).encode()
    return {
        "lost file": lambda: store.delete(file),
        "damaged file": lambda: store.put(file, b"no parquet"),
        "lost manifest": lambda: store.delete(manifest),
        "damaged manifest": lambda: store.put(manifest, b"{"),
        "manifest of a later version": lambda: store.put(manifest, later),
    }


@pytest.mark.parametrize(
    "kind",
    ["lost file", "damaged file", "lost manifest", "damaged manifest", "manifest of a later version"],
)
def test_a_pack_that_is_lost_or_damaged_is_done_without(
    lake: Lake, damage: dict[str, Callable[[], None]], kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = window(lake)
    damage[kind]()
    with caplog.at_level(logging.WARNING):
        assert window(lake).equals(before)
    assert ("without its packs" in caplog.text) == kind.endswith("file")
    assert packed(lake).packs == 1
    caplog.clear()
    assert window(lake).equals(before)
    assert caplog.text == ""


def test_a_file_whose_rows_are_not_those_of_its_manifest_fails_its_pack_alone(
    lake: Lake, store: Counting
) -> None:
    [place] = store.list(f"{TABLE}/date=2026-10-13/monitor=shoes")
    content = json.loads(store.get(place))
    content["files"][0]["rows"] += 1
    store.put(place, json.dumps(content).encode())
    done = packed(lake)
    assert done.packs == 1
    [reason] = done.failed
    assert reason.startswith(OCTOBER.folder)


def test_a_store_that_knows_no_versions_is_never_read_from_packs(lake: Lake, store: Counting) -> None:
    class Unversioned(FolderStore):
        def versions(self, *asked: object, **named: object) -> Iterator[tuple[str, None]]:
            return ((key, None) for key, _version in super().versions(*asked, **named))  # type: ignore[arg-type]

        def get_versioned(self, key: str) -> tuple[bytes, None]:
            return super().get_versioned(key)[0], None

    unversioned = Lake(Unversioned(store.root))
    before = window(lake)
    assert packed(unversioned).packs == 0
    packed(lake)
    assert window(unversioned).equals(before)


def test_a_sweep_removes_packs_that_were_replaced(lake: Lake, store: Counting) -> None:
    packed(lake)
    for day in DAYS[5:20]:
        publish(lake, day, "again", 2)
    before = window(lake)
    packed(lake)
    assert len(list(store.list("data/packs"))) == 3
    sweep(store, now=datetime.now(UTC) + timedelta(days=9))
    assert len(list(store.list("data/packs"))) == 2
    assert window(lake).equals(before)
