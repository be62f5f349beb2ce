"""What is particular to rebuilding the embedded index: damaged folders, what stays behind, open readers."""

from datetime import date
from pathlib import Path

import pytest

from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.backends.search.interface import Entry
from brand_monitor.backends.search.projection import Day, rebuild
from brand_monitor.failures import DamagedProjectionError

DAY = date(2026, 11, 24)
OLD = [Entry(f"old-{n}", "Old", "the dawn") for n in range(20)]
NEW = [Entry(f"new-{n}", "New", "the dawn") for n in range(30)]


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "search" / "index"
    TantivyIndex(made).replace_day("shoes", DAY, "documents", OLD)
    return made


def lake() -> list[Day]:
    return [Day("shoes", DAY, "documents", NEW)]


def titles(index: TantivyIndex) -> set[str]:
    return {hit.title for hit in index.search("dawn", collection="documents", limit=100)}


def test_nothing_is_left_beside_the_folder_and_open_readers_go_over_to_the_new_content(folder):
    reader = TantivyIndex(folder)
    assert titles(reader) == {"Old"}
    assert rebuild(TantivyIndex(folder), lake) == 30
    assert titles(reader) == {"New"}
    assert [each.name for each in folder.parent.iterdir()] == ["index"]


def test_the_files_of_the_old_content_go_with_a_later_write(folder):
    before = {each.name for each in folder.iterdir() if each.suffix == ".idx"}
    rebuild(TantivyIndex(folder), lake)
    for _ in range(2):
        TantivyIndex(folder).replace_day("shoes", DAY, "documents", NEW)
    assert not before & {each.name for each in folder.iterdir()}
    assert titles(TantivyIndex(folder)) == {"New"}


@pytest.mark.parametrize("damage", ["meta.json", ".managed.json", ".idx", ".store"])
def test_a_damaged_folder_is_replaced(folder, damage):
    [broken] = [each for each in folder.iterdir() if each.name.endswith(damage)]
    broken.write_bytes(broken.read_bytes()[:20])
    rebuild(TantivyIndex(folder), lake)
    assert titles(TantivyIndex(folder)) == {"New"}
    assert [each.name for each in folder.parent.iterdir()] == ["index"]


def test_a_folder_that_holds_other_files_is_not_replaced(folder):
    (folder / "meta.json").write_bytes(b"{")
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(DamagedProjectionError, match=r"thesis\.txt"):
        rebuild(TantivyIndex(folder), lake)
    assert (folder / "thesis.txt").read_text() == "mine"


def test_a_rebuild_that_is_interrupted_leaves_the_old_content_and_frees_the_lock(folder):
    index = TantivyIndex(folder, wait_seconds=0)

    def interrupted() -> None:
        with index.rebuilding() as staged:
            staged.replace_day("shoes", DAY, "documents", NEW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert titles(index) == {"Old"}
    index.replace_day("shoes", DAY, "documents", NEW)
    assert titles(index) == {"New"}
    assert [each.name for each in folder.parent.iterdir()] == ["index"]
