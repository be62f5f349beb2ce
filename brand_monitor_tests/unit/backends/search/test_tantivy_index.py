"""What is particular to the embedded search index: its folder, its lock, its damage."""

import os
import signal
import subprocess
import sys
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.backends.search.interface import Entry
from brand_monitor.failures import DamagedProjectionError, TransientFailure

DAY = date(2026, 11, 24)
ENTRIES = [Entry(f"e{n}", f"Page {n}", f"Running shoes on page {n}") for n in range(50)]

# Holds the writer with a half-done replacement, says so, and waits to be killed.
HALF_WRITER = """
import sys
from datetime import date
from pathlib import Path
from brand_monitor.backends.search.embedded import TantivyIndex
from brand_monitor.backends.search.keys import day_key

with TantivyIndex(Path(sys.argv[1]))._writer() as writer:
    writer.delete_documents_by_term("day_key", day_key("shoes", date(2026, 11, 24), "documents"))
    print("half-way", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "search" / "index"


def count(folder: Path, day: date = DAY) -> int:
    return TantivyIndex(folder).count("shoes", day, "documents")


def test_the_folder_is_made_on_first_use_and_leaves_nothing_beside_it(folder):
    TantivyIndex(folder)
    assert not folder.exists()
    assert count(folder) == 0
    assert [each.name for each in folder.parent.iterdir()] == ["index"]


def test_a_writer_waits_and_then_names_the_folder_that_is_busy(folder):
    with TantivyIndex(folder)._writer(), pytest.raises(TransientFailure, match=str(folder)):
        TantivyIndex(folder, wait_seconds=0).replace_day("shoes", DAY, "documents", ENTRIES)
    assert count(folder) == 0


def test_reading_goes_on_while_somebody_writes(folder):
    TantivyIndex(folder).replace_day("shoes", DAY, "documents", ENTRIES)
    with TantivyIndex(folder)._writer():
        assert count(folder) == 50


def test_threads_that_write_at_once_all_get_their_turn(folder):
    index = TantivyIndex(folder)
    days = [DAY + timedelta(days=n) for n in range(6)]
    threads = [
        threading.Thread(target=index.replace_day, args=("shoes", day, "documents", ENTRIES)) for day in days
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [count(folder, day) for day in days] == [50] * 6


def test_processes_that_make_the_index_at_once_keep_what_each_wrote(folder):
    script = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from brand_monitor.backends.search.embedded import TantivyIndex\n"
        "from brand_monitor.backends.search.interface import Entry\n"
        "sys.stdin.read()\n"
        "TantivyIndex(Path(sys.argv[1])).replace_day('shoes', date(2026, 1, int(sys.argv[2])), 'documents', "
        "[Entry('a', 'b', 'c')])\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(folder), str(n)], stdin=subprocess.PIPE)
        for n in (1, 2, 3)
    ]
    for writer in writers:
        writer.stdin.close()
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert [count(folder, date(2026, 1, n)) for n in (1, 2, 3)] == [1, 1, 1]


def test_a_killed_writer_leaves_the_day_as_it_was_and_the_lock_free(folder):
    TantivyIndex(folder).replace_day("shoes", DAY, "documents", ENTRIES)
    with subprocess.Popen(
        [sys.executable, "-c", HALF_WRITER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout.readline() == b"half-way\n"
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
    assert count(folder) == 50
    TantivyIndex(folder, wait_seconds=0).replace_day("shoes", DAY, "documents", ENTRIES[:7])
    assert count(folder) == 7


def test_a_failing_write_leaves_the_day_as_it_was_and_the_lock_free(folder):
    index = TantivyIndex(folder, wait_seconds=0)
    index.replace_day("shoes", DAY, "documents", ENTRIES)

    def interrupted_half_way():
        with index._writer() as writer:
            writer.delete_all_documents()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted_half_way()
    assert index.count("shoes", DAY, "documents") == 50
    index.replace_day("shoes", DAY, "documents", ENTRIES[:1])
    assert index.count("shoes", DAY, "documents") == 1


@pytest.mark.parametrize("suffix", ["meta.json", ".idx", ".term", ".store", ".fast"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_folder_is_named_and_said_to_be_rebuildable(folder, suffix, damage):
    TantivyIndex(folder).replace_day("shoes", DAY, "documents", ENTRIES)
    [broken] = [path for path in folder.iterdir() if path.name.endswith(suffix)]
    if damage == "cut":
        broken.write_bytes(broken.read_bytes()[: broken.stat().st_size // 2])
    else:
        broken.unlink()
    with pytest.raises(DamagedProjectionError, match="rebuild") as raised:
        TantivyIndex(folder).search("shoes", collection="documents")
    assert str(folder) in str(raised.value)


def test_scrambled_bytes_inside_a_file_are_a_typed_error_too(folder):
    TantivyIndex(folder).replace_day("shoes", DAY, "documents", ENTRIES)
    [postings] = [path for path in folder.iterdir() if path.name.endswith(".idx")]
    content = postings.read_bytes()
    # The footer holds the format's version and stays; what is before it is unreadable now.
    postings.write_bytes(b"\xff" * (len(content) - 120) + content[-120:])
    with pytest.raises(DamagedProjectionError, match="rebuild"):
        TantivyIndex(folder).search("shoes", collection="documents")


def test_an_index_of_another_version_is_refused(folder):
    import tantivy

    folder.mkdir(parents=True)
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", stored=True)
    tantivy.Index(builder.build(), path=str(folder))
    with pytest.raises(DamagedProjectionError, match="schema does not match"):
        count(folder)


def test_a_folder_that_holds_other_files_is_left_alone(folder):
    folder.mkdir(parents=True)
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(DamagedProjectionError, match=str(folder)):
        count(folder)
    assert [each.name for each in folder.iterdir()] == ["thesis.txt"]
    assert [each.name for each in folder.parent.iterdir()] == ["index"]


def test_importing_the_module_does_not_load_tantivy():
    code = "import sys, brand_monitor.backends.search.embedded; sys.exit('tantivy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
