"""What kind of page a source is: listicle, comparison, how-to, product, forum, home, other.

Belongs here: the rules, each of which names its evidence. Not here: what type of site it is on (``sources``).

Rules in order, the first that speaks decides: home by its path; a forum; a path that only shops have; the
words of the path (``-vs-``, ``best-``, ``how-to-``), then of the title; at last the text of our snapshot,
where the page was scraped.
"""

import re
from urllib.parse import unquote

from brand_monitor.domain.citations.sources import NO_EVIDENCE, Typed
from brand_monitor.domain.urls import parse_url

#: Characters of a snapshot that are read: signs of a page's kind stand at its beginning.
_READ = 20_000
#: Signs that a text must show more than once, so that one stray sentence is not taken for a page.
_SIGNS = 3

_HOME = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default)(?:\.\w{2,5})?/?)?", re.IGNORECASE
)
_FORUM_HOST = re.compile(
    r"(?:^|\.)(?:forums?|discuss|community|boards|bbs|answers)\.|(?:forums?|bbs)\.\w{2,4}$"
    r"|^(?:www\.)?(?:quora|stackoverflow|stackexchange|superuser|gutefrage|zhihu|boardgamegeek)\."
)
_FORUM = re.compile(
    r"/(?:forums?|threads?|topic|comments|boards|discussions?|viewtopic|showthread|viewforum)(?:/|\.|$)"
    r"|/topics/\d|/t/[\w-]+/\d+|/questions/\d+|/r/\w+",
    re.IGNORECASE,
)
_SHOP = re.compile(
    r"/(?:products?|dp|gp/product|itm|ip|pdp?|sku|item|collections?|product-category|inventory|cart|buy|p)/(?=[^/])"
    r"|[-/]p-?\d{4,}|/prd\d+|/\d+\.p$|/shop/(?=[^/]+/[^/])|/s$",
    re.IGNORECASE,
)

# Words are looked for between hyphens: a path or a title is brought into the form ``-blog-/-best-10-shoes-``.
_NUMBER = r"(?:\d{1,3}|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)"
_THINGS = r"(?!days?-|weeks?-|hours?-|minutes?-|years?-|inch-|percent-|mm-|gb-|k-|oz-)"
_VERSUS = re.compile(r"-(?:vs|versus|head-to-head)-")
_COMPARISON = re.compile(
    r"-(?:compare|compared|comparisons?|comparing|differences?-between|which-is-better"
    r"|comparatif|vergleich|comparativa|confronto)-"
)
_LISTICLE = re.compile(
    rf"-best(?!-?buy-|-western-|-practices?-|-sell|-before-)(?:-|$)"
    rf"|-top-(?:{_NUMBER}|rated|picks|choices|brands|options|[a-z]+-[a-z-]*(?:of-)?20\d\d)-"
    rf"|-{_NUMBER}-{_THINGS}(?:[a-z]+-){{0,4}}?(?:best|top|great|cheap|affordable|popular|coolest|essential|must)-"
    rf"|(?:^|/)-(?:the-)?{_NUMBER}-{_THINGS}(?:[a-z]+-){{0,6}}?[a-z]{{2,}}s-"
    r"|-(?:ranked|ranking|rankings|roundup|picks|alternatives|gift-guide|editors-choice|most-popular)-"
    r"|-(?:buying|buyers?)-guides?-|-list-of-"
    r"|-(?:meilleure?s?|mejores|migliori|melhores|beste[nr]?|bestenliste|topp?liste)-"
)  # fmt: skip
_HOW_TO = re.compile(
    r"-(?:how-(?:to|do|does|can|long|much|many|i)|what-(?:is|are|to|does)|why|when-to|where-to|should-(?:you|i)|guide"
    r"|guides|tutorials?|step-by-step|diy|tips|instructions|explained|beginners|faqs?|101|basics|help|learn|manual"
    r"|setup|choosing|troubleshooting|comment-choisir|wie-man|ratgeber|anleitung|como|guia)-"
)
_WORDS = (
    ("comparison", _VERSUS),
    ("listicle", _LISTICLE),
    ("comparison", _COMPARISON),
    ("how_to", _HOW_TO),
)
_TITLE_SHOP = re.compile(
    r"^(?:buy|shop)\b|\b(?:free shipping|add to cart|in stock|official store|buy now|for sale)\b|[$€£]\s?\d",
    re.IGNORECASE,
)

_LIST_LINE = re.compile(
    r"^(?:#{1,4} )?(?:\d{1,2}[.):] ?\S|best (?:overall|budget|value|for |premium|runner))",
    re.IGNORECASE | re.MULTILINE,
)
_STEP_LINE = re.compile(r"^(?:#{1,4} )?step \d", re.IGNORECASE | re.MULTILINE)
_CART = re.compile(
    r"\b(?:add to (?:cart|bag|basket)|in stock|out of stock|free returns|quantity|sku)\b", re.IGNORECASE
)
_THREAD = re.compile(
    r"^(?:reply|quote|joined|posts|likes|upvote|level \d|original poster)\b", re.IGNORECASE | re.MULTILINE
)
_PART = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile("['\u2019]")
_SCRIPT_ENDINGS = (".html", ".htm", ".php", ".aspx")


def page_type(url: str, *, title: str | None = None, text: str | None = None) -> Typed:
    """Return the kind of a page, and why.

    Args:
        url: Canonical URL of the page.
        title: Title, from our snapshot or as the engine gives it.
        text: Main text of our snapshot, one block a line; its first 20,000 characters are read.
    """
    parsed = parse_url(url)
    host, path = (parsed.hostname, parsed.pathname) if parsed else ("", "")
    if parsed and _HOME.fullmatch(path) and not parsed.search:
        return Typed("home", f"path: {path}")
    for kind, pattern, place, where in (
        ("forum", _FORUM_HOST, "host", host),
        ("forum", _FORUM, "path", path),
        ("product", _SHOP, "path", path),
    ):
        if match := pattern.search(where):
            return Typed(kind, f"{place}: {match[0].strip('/.').lower()}")
    slug = unquote(path.rsplit(".", 1)[0] if path.endswith(_SCRIPT_ENDINGS) else path)
    return (
        _worded("/".join(_hyphened(part) for part in slug.split("/") if part), "path")
        or _worded(_hyphened(title or ""), "title")
        or _shown(title or "", (text or "")[:_READ])
        or Typed("other", NO_EVIDENCE)
    )


def _worded(hyphened: str, place: str) -> Typed | None:
    """Return what the words of a path or of a title say."""
    for kind, pattern in _WORDS:
        if match := pattern.search(hyphened):
            return Typed(kind, f"{place}: {match[0].strip('-/').replace('-', ' ')}")
    return None


def _shown(title: str, text: str) -> Typed | None:
    """Return what a shop's title, or the text of a snapshot, shows of its kind."""
    if match := _TITLE_SHOP.search(title):
        return Typed("product", f"title: {match[0].lower()}")
    for kind, pattern, sign in (
        ("how_to", _STEP_LINE, "steps"),
        ("product", _CART, "words of a shop"),
        ("listicle", _LIST_LINE, "list headings"),
        ("forum", _THREAD, "lines of a thread"),
    ):
        if (found := len(pattern.findall(text))) >= _SIGNS:
            return Typed(kind, f"snapshot: {found} {sign}")
    return None


def _hyphened(words: str) -> str:
    """Return the words of a path or title in lower case, one hyphen around each."""
    return "-" + "-".join(_PART.findall(_APOSTROPHE.sub("", words).lower())) + "-"
