"""Documents: what a page says, without its menus.

Belongs here: from the bytes of a page to title, language, date, main text and links. Not here: fetching,
caching, brands. Equal arguments give an equal document: nothing depends on the clock.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from brand_monitor.domain.charsets import decode_page
from brand_monitor.domain.urls import canonical_url, join_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

UnreadableReason = Literal["not_html", "empty", "unparsable", "no_text"]

# Raise when what is extracted from equal bytes changes: it is part of the cache key.
REVISION = 1
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
SNIFFED_BYTES = 1024
# A directory of thousands of links says little about influence and would outgrow the page's own text.
MAX_LINKS = 1000
DECLARED_LANGUAGE = "/html/@lang | //meta[translate(@http-equiv, 'CL', 'cl')='content-language']/@content"
LOOKS_LIKE_HTML = re.compile(rb"<(?:!doctype html|html|head|body|article|p|div)\b", re.IGNORECASE)


@dataclass(frozen=True)
class ExtractedPage:
    """What was read. ``hrefs`` are the links in the text as written, ``base_href`` what they hang on."""

    title: str | None
    language: str | None  # ISO 639-1
    published_on: str | None  # ISO date
    text: str
    hrefs: tuple[str, ...]
    base_href: str | None = None

    @property
    def word_count(self) -> int:
        """Runs of characters between white space."""
        return len(self.text.split())


@dataclass(frozen=True)
class UnreadablePage:
    """Why nothing was read; ``detail`` is for a person."""

    reason: UnreadableReason
    detail: str


def extractor() -> str:
    """Return name and version of the extractor: a new one may read the same bytes differently."""
    return f"trafilatura-{version('trafilatura')}-r{REVISION}"


def document_id(url: str, text: str) -> str:
    """Return the id of a text at a URL: 16 hex digits of a SHA-256, new when either changes."""
    return hashlib.sha256(f"{url}\x1f{text}".encode()).hexdigest()[:16]


def extract_page(
    body: bytes, *, content_type: str | None, charset: str | None, fetched_on: date
) -> ExtractedPage | UnreadablePage:
    """Read a page. Never raises on what a page contains. About 30 ms of CPU for an ordinary page.

    Args:
        body: the page, decoded from its transfer and content encodings.
        content_type: media type that the server declared, None to look at the bytes instead.
        charset: charset that the server declared, if any.
        fetched_on: the page cannot have been published later than this UTC day.
    """
    if not body.strip():
        return UnreadablePage("empty", "the page has no content")
    if not _is_html(content_type, body):
        return UnreadablePage("not_html", f"{content_type or 'content without a type'} is not read")
    text, _ = decode_page(body, charset)
    try:
        return _extract(text, fetched_on)
    except Exception as error:  # noqa: BLE001 - no list of what hostile markup makes three parsers raise is complete
        return UnreadablePage("unparsable", f"{type(error).__name__}: {error}"[:200])


def outgoing_links(page: ExtractedPage, url: str) -> list[str]:
    """Return the canonical web addresses that the content links to, in order, without repeats and itself."""
    base = (canonical_url(page.base_href, url) if page.base_href else None) or url
    links = dict.fromkeys(link for href in page.hrefs if (link := join_url(base, href)))
    links.pop(url, None)
    return list(links)


def _extract(html: str, fetched_on: date) -> ExtractedPage | UnreadablePage:
    from trafilatura import bare_extraction
    from trafilatura.utils import LANGID_FLAG, language_classifier, load_html

    tree = load_html(html)
    if tree is None:
        return UnreadablePage("unparsable", "no HTML tree can be built from the page")
    language, base = _declared_language(tree), next(iter(tree.xpath("//base/@href")), None)
    dates = {"original_date": True, "extensive_search": False, "max_date": fetched_on.isoformat()}
    found: Any = bare_extraction(tree, include_links=True, with_metadata=True, date_extraction_params=dates)
    bodies = [] if found is None else [found.body, found.commentsbody]
    hrefs = _hrefs(bodies)
    text = "\n".join(part for body in bodies if (part := _text(body)))
    if not text:
        return UnreadablePage("no_text", "no main text was found on the page")
    return ExtractedPage(
        title=found.title or None,
        # The classifier is an optional package (py3langid); without it the page's own word counts.
        language=(language_classifier(text, "") if LANGID_FLAG else None) or language,
        published_on=found.date or None,
        text=text,
        hrefs=hrefs,
        base_href=base,
    )


def _hrefs(bodies: Sequence[Any]) -> tuple[str, ...]:
    """Return the first distinct links of the extracted trees, without those that stay on the page."""
    targets = (link.get("target", "").strip() for body in bodies for link in body.iter("ref"))
    distinct = dict.fromkeys(target for target in targets if target and not target.startswith("#"))
    return tuple(distinct)[:MAX_LINKS]


def _text(body: Any) -> str:
    """Return an extracted tree as text, one block a line; the tree is changed.

    The extractor puts links into the text as Markdown and keeps the line breaks of the source around them:
    both would cut sentences, and with them the evidence for a mention.
    """
    from lxml.etree import strip_tags
    from trafilatura.xml import xmltotxt

    strip_tags(body, "ref")
    for node in body.iter():
        node.text, node.tail = _one_line(node.text), _one_line(node.tail)
    lines = (line.strip() for line in xmltotxt(body, include_formatting=False).splitlines())
    return "\n".join(line for line in lines if line)


def _one_line(text: str | None) -> str | None:
    return re.sub(r"\s+", " ", text) if text else text


def _is_html(content_type: str | None, body: bytes) -> bool:
    if content_type is None:
        return LOOKS_LIKE_HTML.search(body[:SNIFFED_BYTES]) is not None
    return content_type in HTML_TYPES


def _declared_language(tree: "HtmlElement") -> str | None:
    """Return the primary language that the page declares, if it is a two-letter code."""
    for value in tree.xpath(DECLARED_LANGUAGE):
        if match := re.match(r"\s*([A-Za-z]{2})(?![A-Za-z])", value):
            return match[1].lower()
    return None
