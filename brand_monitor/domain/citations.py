"""Which sources an answer retrieved, cited or linked, and whose pages they are.

Belongs here: reading the sources that an engine gave, the markers and links in the text, and joining them
with our own documents and the brands' domains. Not here: finding links in a text (``links``), URL forms
(``urls``), what a citation is worth (``influence``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import polars as pl

from brand_monitor.domain.links import find_links
from brand_monitor.domain.text import code_spans
from brand_monitor.domain.urls import canonical_url, host_of, registrable_domain
from brand_monitor.schemas.registry import conform, empty_frame, polars_schema

TABLE = "core/citations"
ANSWER_KEYS = ["date", "monitor_id", "engine", "engine_id", "answer_id", "prompt_id", "is_branded"]


@dataclass
class _Source:
    """One source of an answer in one relation, gathered over its markers and links."""

    relation: str
    url: str
    title: str | None = None
    document_id: str | None = None
    offsets: list[int] = field(default_factory=list)


def citations(answers: pl.DataFrame, documents: pl.DataFrame, brands: pl.DataFrame) -> pl.DataFrame:
    """Return one row per answer, source and relation.

    ``retrieved`` and ``cited`` come from the engine's list of sources; a retrieved source that a marker such
    as ``[2]`` points to is also cited. ``linked`` are URLs in the text itself. One page is one row per
    relation, whatever its tracking parameters; ``position`` counts the rows of a relation in order of
    appearance. Markers without a source and links that lead to no web page give no row.

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
        snapshots = dict(documents.filter(monitor).select("url", "document_id").iter_rows())
        for answer in part.select(*ANSWER_KEYS, "text", "sources").iter_rows(named=True):
            keys = {name: answer[name] for name in ANSWER_KEYS}
            found = _relations(answer["text"], answer["sources"] or [])
            rows += [keys | row for row in _described(found, owners, snapshots)]
    return conform(TABLE, pl.DataFrame(rows, schema=polars_schema(TABLE))) if rows else empty_frame(TABLE)


def _relations(text: str, given: Sequence[Mapping[str, Any]]) -> list[_Source]:
    """Return the sources of one answer, one per relation and URL, in order of appearance."""
    found: dict[tuple[str, str], _Source] = {}
    numbered: dict[int, _Source] = {}
    for source in given:
        if (url := canonical_url(source["url"] or "")) is None:
            continue
        known = _Source(source["relation"], url, source["title"] or None, source["document_id"])
        known = found.setdefault((known.relation, url), known)
        # Where both lists of an engine number from 1, a marker means the cited one.
        if known.relation == "cited" or source["position"] not in numbered:
            numbered[source["position"]] = known
    titles = {source.url: source.title for source in found.values() if source.title}
    in_text, code = find_links(text), code_spans(text)
    for marker in in_text.markers:
        if (target := numbered.get(marker.number)) is None or code.touches(marker.start, marker.start + 1):
            continue
        cited = _Source("cited", target.url, target.title, target.document_id)
        found.setdefault(("cited", target.url), cited).offsets.append(marker.start)
    for link in in_text.links:
        if code.touches(link.start, link.start + 1) or (url := canonical_url(link.url)) is None:
            continue
        linked = _Source("linked", url, titles.get(url))
        found.setdefault(("linked", url), linked).offsets.append(link.start)
    return list(found.values())


def _described(
    sources: Sequence[_Source], owners: Mapping[str, tuple[str, str]], snapshots: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the columns of the table that belong to the source itself."""
    positions = {relation: count(1) for relation in ("retrieved", "cited", "linked")}
    for source in sources:
        host = host_of(source.url) or ""
        brand_id, role = _owner(host, owners)
        yield {
            "relation": source.relation,
            "position": next(positions[source.relation]),
            "url": source.url,
            "domain": registrable_domain(source.url) or host,
            "title": source.title,
            "document_id": source.document_id or snapshots.get(source.url),
            "source_type": role if role in ("own", "competitor") else "other",
            "brand_id": brand_id,
            "marker_count": len(source.offsets),
            "first_offset": min(source.offsets, default=None),
        }


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
