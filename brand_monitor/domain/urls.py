"""URLs as keys: one spelling per page, and whose site a page is on.

Belongs here: canonical form, relative links, hosts and registrable domains. Not here: finding links in a
text (``links``), which addresses stand for another (``redirects``), whose brand a domain is (``citations``),
anything that asks the network.

Parsing is WHATWG's (what browsers do), by ``ada_url``; registrable domains are those of the public suffix
list, by ``publicsuffixlist`` with its private section, so that ``a.github.io`` and ``b.github.io`` differ.
"""

import re
from functools import cache, lru_cache
from unicodedata import normalize
from urllib.parse import unquote_plus

from ada_url import URL, HostType
from publicsuffixlist import PublicSuffixList

from brand_monitor.domain.citations.redirects import is_opaque, meant_address

WEB_SCHEMES = frozenset({"http:", "https:"})

# Parameters that say how a visitor came, never which page is shown. Ambiguous ones (``ref``, ``tag``, ``id``)
# stay: two spellings of one page cost a duplicate row, two pages under one spelling cost the truth.
_TRACKING_PARAMETER = re.compile(
    r"(?:utm|pk|mtm|hsa)_.*"
    r"|g(?:clid|clsrc|braid|ad_source|ad_campaignid)|dclid|wbraid|srsltid|_gl|_ga|_gac|_gsid"
    r"|fbclid|igshid|igsh|mibextid|msclkid|twclid|ttclid|li_fat_id|y(?:s)?clid|rdt_cid|epik|sccid"
    r"|mc_[ce]id|mkt_tok|_hsenc|_hsmi|__hs(?:sc|tc|fp)|hsctatracking|vero_(?:id|conv)|oly_(?:anon|enc)_id"
    r"|rb_clickid|s_cid|wickedid|irclickid|irgwc|_openstat|ref_(?:src|url)|fb_(?:action_ids|source|ref)"
    r"|_k[ex]|_branch_match_id|_bta_(?:tid|c)|at_(?:medium|campaign|custom\d)|cmpid|spm|guce(?:_.*)|guccounter"
    r"|gps_adid|trk_(?:contact|msg|module|sid)|ml_subscriber(?:_hash)?|zanpid|awc|cjevent|ascsubtag",
    re.IGNORECASE | re.DOTALL,
)
# Names that may choose a page and whose value says otherwise: the assistant that sent the visitor.
_SENDER_PARAMETER = re.compile(
    r"(?:ref|referr?er|source|src|via|from)=(?:https?://)?(?:www\.)?(?:chatgpt(?:\.com)?|(?:chat\.)?openai(?:\.com)?"
    r"|perplexity(?:\.ai)?|gemini(?:\.google\.com)?|copilot(?:\.microsoft\.com)?|claude(?:\.ai)?)/?"
    r"|amp(?:=(?:1|true))?|outputtype=amp",  # or the same article for phones
    re.IGNORECASE,
)
#: Redirects inside of redirects that are unwrapped.
_MOST_REDIRECTS = 10
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;)+", re.IGNORECASE)
_TEXT_DIRECTIVE = ":~:"


def parse_url(url: str, base: str | None = None) -> URL | None:
    """Return the WHATWG reading of ``url`` against ``base``, or None where a browser would refuse it.

    Lone surrogates become U+FFFD, as the standard says for a string that is no scalar value string.
    """
    try:
        parsed = URL(_scalar(url), _scalar(base)) if base is not None else URL(_scalar(url))
    except ValueError:
        return None
    return parsed if _is_decodable(parsed.hostname) else None


@lru_cache(maxsize=65_536)
def canonical_url(url: str, base: str | None = None) -> str | None:
    """Return the one spelling of a web page's URL, or None if ``url`` is not an http(s) URL.

    Removed: tracking parameters, credentials, the fragment (a text fragment ``#:~:text=`` too). A fragment
    that routes inside a page (``#/item``, ``#!item``) stays, because there it chooses the page. ``&amp;``,
    left over from HTML, is read as ``&``. An address that carries the page it stands for
    (``google.com/url?q=``, a cache of AMP pages, a known mobile twin) is that page. Scheme, ``www.``, order
    of parameters and trailing slash stay as they are: servers may tell them apart. Idempotent.
    """
    parsed = _web(_ESCAPED_AMPERSAND.sub("&", url), base)
    if parsed is None:
        return None
    parsed = _meant(parsed)
    parsed.username = parsed.password = ""
    parsed.search = _kept_query(parsed.search)
    parsed.hash = _kept_fragment(parsed.hash)
    return str(parsed.href)


def join_url(base: str, link: str) -> str | None:
    """Return the canonical URL of ``link`` as found on the page ``base``; None if it leads to no web page."""
    return canonical_url(link, base)


def host_of(url: str) -> str | None:
    """Return the host of a URL, lower case and in ASCII, without port and final dot; None if it has none."""
    parsed = parse_url(url)
    return (parsed.hostname.rstrip(".") or None) if parsed is not None else None


def hides_its_page(url: str) -> bool:
    """Return whether a URL leads to a page that it does not name: a short link, a redirect without target."""
    parsed = parse_url(url)
    return parsed is not None and is_opaque(parsed.hostname, parsed.pathname)


def registrable_domain(url: str) -> str | None:
    """Return the registrable domain of a URL, its host where there is none, or None if the URL has no host.

    No registrable domain have: addresses (``127.0.0.1``), single labels (``localhost``) and public suffixes
    themselves (``co.uk``). Unknown endings (``shop.example``) count as public suffixes, as the list says.
    """
    parsed = parse_url(url)
    if parsed is None or not (host := parsed.hostname.rstrip(".")):
        return None
    return host if parsed.host_type != HostType.DEFAULT else registrable_host(host)


@lru_cache(maxsize=65_536)
def registrable_host(host: str) -> str:
    """Return the registrable domain of a host name, or the name itself where there is none."""
    return _suffixes().privatesuffix(host) or host


@cache
def _suffixes() -> PublicSuffixList:
    """Load the list once, and only when asked: it costs 40 ms."""
    return PublicSuffixList()


def _is_decodable(host: str) -> bool:
    """Return whether each punycode label of a host stands for a name; the parser lets broken ones through."""
    return "xn--" not in host or all(
        _is_name(label[4:]) for label in host.split(".") if label.startswith("xn--")
    )


def _is_name(punycode: str) -> bool:
    """Return whether punycode decodes to characters that IDNA keeps as they are (UTS 46, in short: NFKC)."""
    try:
        decoded = punycode.encode().decode("punycode")
    except UnicodeError:
        return False
    return bool(decoded) and normalize("NFKC", decoded) == decoded


def _web(url: str, base: str | None = None) -> URL | None:
    """Return the reading of a URL of the web, None of any other."""
    parsed = parse_url(url, base)
    return parsed if parsed is not None and parsed.protocol in WEB_SCHEMES and parsed.hostname else None


def _meant(written: URL) -> URL:
    """Return the page behind redirects that carry it; a URL with more of them than is sane stays as it is."""
    parsed = written
    for _ in range(_MOST_REDIRECTS):
        address = meant_address(parsed.hostname, parsed.pathname, parsed.search.removeprefix("?"))
        target = _web(_ESCAPED_AMPERSAND.sub("&", address)) if address else None
        if target is None:
            return parsed
        parsed = target
    return written


def _kept_query(search: str) -> str:
    """Return the query without tracking parameters, every other byte as it was."""
    kept = [part for part in search.removeprefix("?").split("&") if part and not _is_tracking(part)]
    return "?" + "&".join(kept) if kept else ""


def _is_tracking(parameter: str) -> bool:
    name = unquote_plus(parameter.partition("=")[0])
    return bool(_TRACKING_PARAMETER.fullmatch(name) or _SENDER_PARAMETER.fullmatch(unquote_plus(parameter)))


def _kept_fragment(fragment: str) -> str:
    """Return the fragment where it routes inside a page, else nothing."""
    route = fragment.partition(_TEXT_DIRECTIVE)[0]
    return route if route.startswith(("#/", "#!")) else ""


def _scalar(text: str) -> str:
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
