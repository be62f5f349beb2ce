"""How a folder of the embedded index takes over what was built beside it.

Belongs here: the moment of the swap. Not here: what is written into the new folder.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from brand_monitor.failures import DamagedProjectionError

_META, _MANAGED = "meta.json", ".managed.json"
_OURS = re.compile(r"meta\.json|\.managed\.json|\.tantivy-\w+\.lock|[0-9a-f]{32}\.\w+(\.\w+)?")


@contextmanager
def staging_folder(live: Path | None) -> Iterator[Path | None]:
    """Yield a new path beside ``live`` and remove what is left there afterwards; None without a folder."""
    if live is None:
        yield None
        return
    staged = live.with_name(f".{live.name}.{uuid4().hex}")
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def take_over(live: Path, staged: Path) -> None:
    """Make ``live`` hold what ``staged`` holds, by one replacement of its list of segments.

    This is how tantivy itself commits: files first, each under a name of its own, then ``meta.json``. Open
    readers see the new list at their next search; the next commit removes the files that no list names.
    The caller holds the writer's lock of ``live``.
    """
    for file in staged.iterdir():
        if re.fullmatch(r"[0-9a-f]{32}\..+", file.name):
            os.link(file, live / file.name)
    managed = {name for folder in (live, staged) for name in json.loads((folder / _MANAGED).read_bytes())}
    listed = staged / f"{_MANAGED}.new"
    listed.write_text(json.dumps(sorted(managed)))
    listed.replace(live / _MANAGED)
    (staged / _META).replace(live / _META)


def replace_unreadable(live: Path, staged: Path) -> None:
    """Put ``staged`` where an index lies that cannot be opened.

    Raises:
        DamagedProjectionError: the folder holds something that is no part of an index.
    """
    foreign = [file.name for file in live.iterdir() if not _OURS.fullmatch(file.name)]
    if foreign:
        raise DamagedProjectionError(
            f"search index {live} cannot be replaced: it holds {foreign[0]!r}, which is no part of an index; "
            "move that elsewhere first"
        )
    aside = live.with_name(f".{live.name}.{uuid4().hex}")
    live.rename(aside)
    staged.rename(live)
    shutil.rmtree(aside)
