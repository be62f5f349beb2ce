"""Addresses that stand for another page: redirects that carry their target, caches, twins, short links.

Belongs here: which addresses these are, and what page they mean as far as the address itself says so. Not
here: parsing and the canonical form (``urls``), following a redirect on the network.

An address that hides its target (``t.co``, the grounding redirects of Gemini) is opaque: whose site it leads
to is unknown until somebody follows it, and its own domain is only that of the messenger.
"""

import re
from base64 import urlsafe_b64decode
from urllib.parse import parse_qs, unquote

#: Parameters that hold the target, by host (``www.`` left out) and beginning of the path.
_CARRIERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "l.facebook.com": ("/l.php", ("u",)),
    "lm.facebook.com": ("/l.php", ("u",)),
    "l.instagram.com": ("/", ("u",)),
    "l.messenger.com": ("/l.php", ("u",)),
    "l.threads.com": ("/", ("u",)),
    "l.threads.net": ("/", ("u",)),
    "youtube.com": ("/redirect", ("q",)),
    "linkedin.com": ("/redir/", ("url",)),
    "out.reddit.com": ("/", ("url",)),
    "duckduckgo.com": ("/l/", ("uddg",)),
    "slack-redir.net": ("/link", ("url",)),
    "steamcommunity.com": ("/linkfilter", ("u", "url")),
    "tumblr.com": ("/logout", ("z",)),
    "t.umblr.com": ("/redirect", ("z",)),
    "vk.com": ("/away.php", ("to",)),
    "href.li": ("/", ("url",)),
    "go.redirectingat.com": ("/", ("url",)),
    "go.skimresources.com": ("/", ("url",)),
    "click.linksynergy.com": ("/", ("murl", "RD_PARM1")),
    "awin1.com": ("/", ("ued", "p")),
    "consent.google.com": ("/", ("continue",)),
    "consent.youtube.com": ("/", ("continue",)),
    "translate.google.com": ("/", ("u",)),
}
_GOOGLE = re.compile(r"google\.(?:com|(?:com?\.)?[a-z]{2})")
_GOOGLE_PATHS = {"/url": ("q", "url"), "/imgres": ("imgrefurl",)}
_AMP_CACHE = re.compile(r"/(?:[a-z]{1,2}|amp)/(?P<secure>s/)?(?P<page>[^/]+\.[^/]+(?:/.*)?)", re.DOTALL)
_WIKIMEDIA_MOBILE = re.compile(
    r"(?P<language>[a-z-]+)\.m\.(?P<site>wiki(?:pedia|books|quote|source|voyage|versity|news)|wiktionary)\.org"
)
_MOBILE_HOSTS = {
    "m.facebook.com": "www.facebook.com",
    "m.imdb.com": "www.imdb.com",
    "m.youtube.com": "www.youtube.com",
    "mobile.twitter.com": "twitter.com",
    "old.reddit.com": "www.reddit.com",
    "m.reddit.com": "www.reddit.com",
}
_VIDEO_ID = re.compile(r"/[\w-]{11}")

_OPAQUE_HOSTS = frozenset(
    {
        *(
            "t.co",
            "bit.ly",
            "tinyurl.com",
            "goo.gl",
            "g.co",
            "lnkd.in",
            "ow.ly",
            "buff.ly",
            "is.gd",
            "cutt.ly",
        ),
        *(
            "rebrand.ly",
            "dlvr.it",
            "trib.al",
            "shorturl.at",
            "rb.gy",
            "t.ly",
            "fb.me",
            "wp.me",
            "share.google",
        ),
        *("search.app", "amzn.to", "amzn.eu", "a.co", "ebay.us", "apple.co", "shope.ee"),
    }
)
_OPAQUE_PATHS = {
    "vertexaisearch.cloud.google.com": "/grounding-api-redirect/",
    "news.google.com": "/rss/articles/",
    "bing.com": "/aclick",
    "google.com": "/aclk",
}


def meant_address(host: str, path: str, query: str) -> str | None:
    """Return the address that an address of the web stands for, None if it stands for itself.

    Args:
        host: Host, lower case.
        path: Path, beginning with a slash.
        query: Query without its question mark.

    Returns:
        The address as the redirect writes it: not parsed, possibly not of the web at all.
    """
    bare = host.removeprefix("www.").rstrip(".")
    return _carried(bare, path, query) or _cached(bare, path, query) or _twin(host.rstrip("."), path, query)


def is_opaque(host: str, path: str) -> bool:
    """Return whether an address hides the page it leads to, so that its domain says nothing of it."""
    bare = host.removeprefix("www.").rstrip(".")
    if (beginning := _OPAQUE_PATHS.get(bare)) is not None:
        return path.startswith(beginning)
    return bare in _OPAQUE_HOSTS and path not in ("", "/")


def _carried(host: str, path: str, query: str) -> str | None:
    """Return the target that a redirect carries in a parameter."""
    if not query:
        return None
    names: tuple[str, ...] = ()
    if _GOOGLE.fullmatch(host):
        names = _GOOGLE_PATHS.get(path, ())
    elif host == "bing.com" and path.startswith("/ck/a"):
        return _of_bing(query)
    elif host in _CARRIERS and path.startswith(_CARRIERS[host][0]):
        names = _CARRIERS[host][1]
    if not names:
        return None
    values = _parameters(query)
    found = (values[name][0].strip() for name in names if name in values)
    return next((one for one in found if one.lower().startswith(("http://", "https://"))), None)


def _of_bing(query: str) -> str | None:
    """Return the target of a result of Bing: base64 behind the letters ``a1``."""
    value = _parameters(query).get("u", [""])[0]
    if not value.startswith("a1"):
        return None
    try:
        target = urlsafe_b64decode(value[2:] + "=" * (-len(value[2:]) % 4)).decode()
    except ValueError:
        return None
    return target if target.startswith(("http://", "https://")) else None


def _cached(host: str, path: str, query: str) -> str | None:
    """Return the page behind a cache of AMP pages."""
    if host.endswith(".cdn.ampproject.org"):
        match = _AMP_CACHE.fullmatch(path)
    else:
        match = _AMP_CACHE.fullmatch(path) if path.startswith("/amp/") and _GOOGLE.fullmatch(host) else None
    if match is None:
        return None
    scheme = "https" if match["secure"] else "http"
    return f"{scheme}://{unquote(match['page'])}{f'?{query}' if query else ''}"


def _twin(host: str, path: str, query: str) -> str | None:
    """Return the address of the same page for everybody: of a mobile twin, or of a short video link."""
    rest = f"{path}?{query}" if query else path
    if (match := _WIKIMEDIA_MOBILE.fullmatch(host)) is not None:
        return f"https://{match['language']}.{match['site']}.org{rest}"
    if host in _MOBILE_HOSTS:
        return f"https://{_MOBILE_HOSTS[host]}{rest}"
    if host == "youtu.be" and _VIDEO_ID.fullmatch(path):
        return f"https://www.youtube.com/watch?v={path[1:]}{f'&{query}' if query else ''}"
    return None


def _parameters(query: str) -> dict[str, list[str]]:
    """Return the parameters of a query; one of more than a thousand is that of no redirect."""
    try:
        return parse_qs(query, max_num_fields=1_000)
    except ValueError:
        return {}
