"""Which sources an answer retrieved, cited or linked, whose pages they are, and in which sentences.

Belongs here: joining what an answer says of its sources with our own documents and the brands' domains. Not
here: reading the text of an answer (``citing``), URL forms (``urls``), types (``sources``, ``page_types``),
what a citation is worth (``impressions``, ``influence``).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Final, NamedTuple

import polars as pl

from brand_monitor.domain.citations.citing import SourceReading, read_citing
from brand_monitor.domain.citations.page_types import page_type
from brand_monitor.domain.citations.sources import NO_EVIDENCE, Typed, source_type
from brand_monitor.domain.urls import hides_its_page, host_of, registrable_domain
from brand_monitor.schemas.registry import conform, empty_frame, polars_schema

TABLE = "core/citations"
ANSWER_KEYS = ["date", "monitor_id", "engine", "engine_id", "answer_id", "prompt_id", "is_branded"]
#: Domain of a page whose address hides it and whose title names no site: nobody's, and never the messenger's.
UNRESOLVED: Final = "unresolved.invalid"
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,30}", re.IGNORECASE)


class _Snapshot(NamedTuple):
    """Our own document of a page."""

    document_id: str
    title: str | None
    text: str


class _Site(NamedTuple):
    """Whose site a page is on, and how that is known: ``url``, ``title`` or ``unresolved``."""

    host: str
    domain: str
    evidence: str


def citations(answers: pl.DataFrame, documents: pl.DataFrame, brands: pl.DataFrame) -> pl.DataFrame:
    """Return one row per answer, source and relation.

    ``retrieved`` and ``cited`` come from the engine's list of sources; a source that a marker such as ``[2]``
    points to is also cited. ``linked`` are the other URLs in the text. One page is one row per relation,
    whatever its tracking parameters; ``position`` counts the rows of a relation in order of appearance.
    ``places`` has the sentences that carry the citation (``citing``). Markers without a source and links that
    lead to no web page give no row.

    Args:
        answers: Rows of ``raw/answers``; only status ``ok`` is read.
        documents: Rows of ``core/documents``, to know our own snapshot of a page.
        brands: Rows of ``seed/brands``: whose domain a page is on.

    Returns:
        Rows of ``core/citations``, in the order of the answers.
    """
    told = answers.filter((pl.col("status") == "ok") & pl.col("text").is_not_null())
    rows: list[dict[str, Any]] = []
    for part in told.partition_by("monitor_id", maintain_order=True):
        monitor = pl.col("monitor_id") == part["monitor_id"][0]
        owners = _owners(brands.filter(monitor))
        pages = documents.filter(monitor).select("url", "document_id", "title", "text")
        snapshots = {url: _Snapshot(*page) for url, *page in pages.iter_rows()}
        for answer in part.select(*ANSWER_KEYS, "text", "sources").iter_rows(named=True):
            keys = {name: answer[name] for name in ANSWER_KEYS}
            found = read_citing(answer["text"], answer["sources"] or [])
            keys |= {
                "answer_sentences": len(found.sentences),
                "answer_words": sum(sentence.words for sentence in found.sentences),
            }
            rows += [keys | row for row in _described(found.sources, owners, snapshots)]
    return conform(TABLE, pl.DataFrame(rows, schema=polars_schema(TABLE))) if rows else empty_frame(TABLE)


def _described(
    sources: Sequence[SourceReading],
    owners: Mapping[str, tuple[str, str]],
    snapshots: Mapping[str, _Snapshot],
) -> Iterator[dict[str, Any]]:
    """Yield the columns of the table that belong to the source itself."""
    positions = {relation: count(1) for relation in ("retrieved", "cited", "linked")}
    for source in sources:
        site, snapshot = _site(source), snapshots.get(source.url)
        brand_id, role = _owner(site.host, owners)
        kind, page = _types(source, site, role, snapshot)
        yield {
            "relation": source.relation,
            "position": next(positions[source.relation]),
            "url": source.url,
            "domain": site.domain,
            "domain_evidence": site.evidence,
            "title": source.title,
            "document_id": source.document_id or (snapshot.document_id if snapshot else None),
            "source_type": kind.type,
            "source_evidence": kind.evidence,
            "page_type": page.type,
            "page_evidence": page.evidence,
            "brand_id": brand_id,
            "marker_count": len(source.signs),
            "first_offset": min((sign.start for sign in source.signs), default=None),
            "places": [place._asdict() for place in source.places],
        }


def _site(source: SourceReading) -> _Site:
    """Return the site of a page; of an address that hides its page, the site that the title names, if any."""
    if not hides_its_page(source.url):
        host = host_of(source.url) or ""
        return _Site(host, registrable_domain(source.url) or host, "url")
    named = (source.title or "").strip().lower()
    if _HOST.fullmatch(named):
        return _Site(named, registrable_domain(f"https://{named}") or named, "title")
    return _Site(UNRESOLVED, UNRESOLVED, "unresolved")


def _types(source: SourceReading, site: _Site, role: str, snapshot: _Snapshot | None) -> tuple[Typed, Typed]:
    """Return the type of the source and of the page; a hidden page has no path that says anything of it."""
    title = (snapshot.title if snapshot else None) or source.title
    if site.evidence == "url":
        text = snapshot.text if snapshot else None
        return source_type(source.url, owner=role, title=title), page_type(source.url, title=title, text=text)
    return source_type(f"https://{site.host}/", owner=role), Typed("other", NO_EVIDENCE)


def _owners(brands: pl.DataFrame) -> dict[str, tuple[str, str]]:
    """Return brand id and role by host of every domain that a brand owns."""
    owners: dict[str, tuple[str, str]] = {}
    for brand_id, role, domains in brands.select("brand_id", "role", "domains").iter_rows():
        for domain in domains:
            host = host_of(domain if "://" in domain else f"https://{domain}")
            if host:
                owners.setdefault(host.removeprefix("www."), (brand_id, role))
    return owners


def _owner(host: str, owners: Mapping[str, tuple[str, str]]) -> tuple[str | None, str]:
    """Return who owns a host: the longest listed domain that it is or lies below."""
    labels = host.split(".")
    for at in range(len(labels)):
        if (owner := owners.get(".".join(labels[at:]))) is not None:
            return owner
    return None, "other"
