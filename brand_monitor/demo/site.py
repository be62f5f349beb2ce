"""The sample web: which URL answers with what.

Belongs here: the pages on disk and the oddities every real web has (a redirect, a page in Latin-1, a huge
one). Not here: HTTP. All hosts end in ``.example``, which nobody can register (RFC 2606).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

HTML = "text/html; charset=utf-8"
# Fixed, so that the pages of two days are the same pages.
LAST_MODIFIED = "Mon, 02 Nov 2026 08:00:00 GMT"
# File names that say how their bytes are to be read; no file system keeps a Content-Type.
CONTENT_TYPES = {
    ".header-latin-1.html": "text/html; charset=ISO-8859-1",  # said by the server only
    ".meta-latin-1.html": "text/html",  # said by the page only
    ".html": HTML,
    ".txt": "text/plain; charset=utf-8",
}
REDIRECTS = {("trailreview.example", "/best-cushioned"): "/best-cushioned-running-shoes"}
HUGE_PAGE = ("stridemarket.example", "/catalogue")
HUGE_PAGE_LOTS = 6_000  # about 1.2 MB of HTML


@dataclass(frozen=True)
class Page:
    """One answer of the sample web."""

    body: bytes
    content_type: str = HTML
    location: str | None = None

    @property
    def etag(self) -> str:
        """A validator that is new exactly when the bytes are; weak, since gzip changes them on the way."""
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@cache
def sample_pages() -> dict[tuple[str, str], Page]:
    """Return every page by (host, path). ``index.html`` is the page of its folder."""
    pages = {HUGE_PAGE: Page(_huge_page())}
    for host in _entries(files("brand_monitor.demo").joinpath("pages")):
        pages |= {(host.name, path): page for path, page in _below(host, "")}
    pages |= {at: Page(b"", location=target) for at, target in REDIRECTS.items()}
    return pages


def _below(folder: Traversable, prefix: str) -> Iterator[tuple[str, Page]]:
    for entry in _entries(folder):
        if entry.is_dir():
            yield from _below(entry, f"{prefix}/{entry.name}")
            continue
        suffix = next(suffix for suffix in CONTENT_TYPES if entry.name.endswith(suffix))
        name = entry.name if suffix == ".txt" else entry.name.removesuffix(suffix)
        path = f"{prefix}/" if name == "index" else f"{prefix}/{name}"
        yield path, Page(entry.read_bytes(), CONTENT_TYPES[suffix])


def _entries(folder: Traversable) -> list[Traversable]:
    return sorted(
        (entry for entry in folder.iterdir() if not entry.name.startswith((".", "__"))),
        key=lambda entry: entry.name,
    )


def _huge_page() -> bytes:
    """Return a stock list that no size cap of the demo lets through."""
    lots = "\n".join(
        f"<li>Lot {number:05d}: one carton of running shoes, mixed sizes, returned by a customer within "
        f"thirty days, boxes opened and checked by hand in our own warehouse before listing.</li>"
        for number in range(HUGE_PAGE_LOTS)
    )
    head = '<!doctype html><html lang="en"><head><title>Full stock list</title></head><body><ul>'
    return f"{head}\n{lots}\n</ul></body></html>\n".encode()
