"""How the text of one answer cites: which source, by which signs, in which sentences.

Belongs here: bringing together an engine's list of sources with its spans, and the markers, links, names of
sites and lists of sources in the text. Not here: the sentence that a sign belongs to (``citing_places``),
whose page a source is (``citations``), what a citation is worth (``impressions``).

An engine's own spans are complete where it gives any. Else markers count, and links to pages that the engine
lists as cited; names of sites (``chips``) count where nothing else says where a source is cited.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from brand_monitor.domain.citations.chips import find_chips, site_names
from brand_monitor.domain.citations.citing_places import Place, Sentence, Sentences, Sign, without_signs
from brand_monitor.domain.citations.source_entries import Entries, find_entries
from brand_monitor.domain.text.links import Link, Links, Marker, find_links
from brand_monitor.domain.text.prose import code_spans
from brand_monitor.domain.urls import canonical_url

_CLOSING = {"[": "]", "\u3010": "\u3011"}
_LONGEST_MARKER = 250
#: A footnote: a number that leads to its page, ``[1](https://...)`` or ``[1]`` with a definition below.
_NUMBER_LINK = re.compile(r"\[\^?\d{1,3}\](?!\[)|\[\d{1,3}(?=\]\()")


@dataclass
class SourceReading:
    """One source of an answer in one relation: its signs in the text, and the sentences they belong to."""

    relation: str
    url: str
    title: str | None = None
    document_id: str | None = None
    signs: list[Sign] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)


@dataclass(frozen=True)
class CitingReading:
    """An answer as one reads it who checks its sources: sources in order of appearance, and all sentences."""

    sources: list[SourceReading]
    sentences: list[Sentence]


def read_citing(text: str, given: Sequence[Mapping[str, Any]]) -> CitingReading:
    """Return the sources of an answer with the sentences that cite them. Total; linear in the text.

    Args:
        text: The answer as stored.
        given: Entries of the engine's list of sources, as in ``raw/answers``.
    """
    signs = _Signs(text, given)
    sources = list(signs.found.values())
    found = [sign for source in sources for sign in source.signs]
    sentences = Sentences(without_signs(text, signs.in_text, found, signs.entries.span))
    for source in sources:
        source.places = [place for sign in source.signs for place in sentences.places(sign)]
    return CitingReading(sources, sentences.all)


class _Signs:
    """The sources of an answer by relation and URL, and the signs of each."""

    def __init__(self, text: str, given: Sequence[Mapping[str, Any]]) -> None:
        self.text = text
        self.in_text: Links = find_links(text)
        self.entries: Entries = find_entries(text, self.in_text)
        self.found: dict[tuple[str, str], SourceReading] = {}
        self._numbered: dict[int, SourceReading] = {}
        self._code = code_spans(text)
        self._read_given(given)
        self._has_spans = any(source.signs for source in self.found.values())
        self._read_text()

    def _read_given(self, given: Sequence[Mapping[str, Any]]) -> None:
        """Read the engine's list, with its spans."""
        for entry in given:
            if (url := canonical_url(entry["url"] or "")) is None:
                continue
            source = self._source(entry["relation"], url, entry["title"], entry["document_id"])
            start, end = entry.get("start"), entry.get("end")
            if start is not None and end is not None and 0 <= start < end <= len(self.text):
                source.signs.append(Sign(start, end, "span"))
            # Where both lists of an engine number from 1, a marker means the cited one.
            if source.relation == "cited" or entry["position"] not in self._numbered:
                self._numbered[entry["position"]] = source

    def _read_text(self) -> None:
        """Read markers, links and names of sites."""
        titles = {source.url: source.title for source in self.found.values() if source.title}
        for number, written in self.entries.pages.items():
            # The answer's own list knows best what its numbers mean.
            if (url := canonical_url(written)) is not None:
                self._numbered[number] = SourceReading("listed", url, titles.get(url))
        for marker in self.in_text.markers if not self._has_spans else ():
            self._read_marker(marker)
        for link in self.in_text.links:
            self._read_link(link, titles)
        cited = [source for source in self.found.values() if source.relation == "cited"]
        if not any(source.signs for source in cited):
            self._read_chips(cited)

    def _read_marker(self, marker: Marker) -> None:
        target = self._numbered.get(marker.number)
        if target is None or self._is_no_prose(marker.start):
            return
        cited = self._source("cited", target.url, target.title, target.document_id)
        closing = _CLOSING[self.text[marker.start]]
        end = self.text.find(closing, marker.start, marker.start + _LONGEST_MARKER) + 1
        cited.signs.append(Sign(marker.start, max(end, marker.start + 1), "marker"))

    def _read_link(self, link: Link, titles: Mapping[str, str | None]) -> None:
        """Read a link: one to a cited page, or named by a number, shows a citation; others are links only."""
        if self._code.touches(link.start, link.start + 1) or (url := canonical_url(link.url)) is None:
            return
        sign = Sign(link.start, link.hidden.end, "link")
        if not self._has_spans and _NUMBER_LINK.match(self.text, link.start):
            self._source("cited", url, titles.get(url), None).signs.append(sign._replace(evidence="marker"))
            return
        cited = self.found.get(("cited", url))
        if cited is not None and not self._has_spans and not self.entries.holds(link.start):
            cited.signs.append(sign)
        elif cited is None or not self._shows(cited, link.start):
            self._source("linked", url, titles.get(url), None).signs.append(sign)

    def _read_chips(self, cited: Sequence[SourceReading]) -> None:
        """Give the names of sites behind sentences to the cited pages of these sites, in turn."""
        by_name: dict[str, list[SourceReading]] = {}
        for source in cited:
            for name in site_names(source.url, source.title):
                by_name.setdefault(name, []).append(source)
        for chip in find_chips(self.text, by_name):
            candidates = by_name[chip.name]
            source = next((one for one in candidates if not one.signs), candidates[0])
            source.signs.append(Sign(chip.start, chip.end, "chip"))

    def _shows(self, cited: SourceReading, offset: int) -> bool:
        """Return whether a link is what a citation looks like: inside its span, or in the list of sources."""
        inside = any(sign.evidence == "span" and sign.start <= offset < sign.end for sign in cited.signs)
        return inside or self.entries.holds(offset)

    def _is_no_prose(self, offset: int) -> bool:
        return self.entries.holds(offset) or self._code.touches(offset, offset + 1)

    def _source(self, relation: str, url: str, title: str | None, document_id: str | None) -> SourceReading:
        """Return the source in this relation, new or known; what is known first of it stays."""
        source = self.found.setdefault((relation, url), SourceReading(relation, url))
        source.title = source.title or title or None
        source.document_id = source.document_id or document_id
        return source
