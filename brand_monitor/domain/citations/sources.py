"""What type of source a page is: own, competitor, editorial, reference, institutional, community, retailer.

Belongs here: the rules, each of which names its evidence, so that a person can disagree with one. Not here:
the lists of sites (``source_lists``), what kind of page it is (``page_types``), whose domain it is
(``citations``).

Rules in order, the first that speaks decides: the owner of the domain; a listed site; an ending that only
institutions get; a label in front of the domain (``forum.``); a word in the domain (``herald``); the path
(``/wiki/``, ``/products/``); the title (``Best ... of 2026``). Where none speaks the type is ``other``.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from brand_monitor.domain.citations.source_lists import KNOWN_SITES
from brand_monitor.domain.urls import parse_url, registrable_domain

NO_EVIDENCE: Final = "no rule applies"


class Typed(NamedTuple):
    """A type and the evidence for it, such as ``listed: nytimes.com``."""

    type: str
    evidence: str


#: ``gov.uk``, ``gouv.fr``, ``ac.jp``: second-level names that states and universities have to themselves.
_INSTITUTION_ENDING = re.compile(
    r"(?:^|\.)(?:(?:gov|mil|edu|int|museum)"
    r"|(?:gov|gob|gouv|govt|gub|go|mil|edu|ac|nhs|police|sch|admin)\.[a-z]{2}"
    r"|europa\.eu|gc\.ca|(?:state|k12|lib)\.[a-z]{2}\.us)$"
)
_HOST_LABELS: Final = {
    "community": (
        r"forums?|communit(?:y|ies)|discuss(?:ions?)?|boards?|bbs|talk|ask|answers|groups?|social|foro|foren"
    ),
    "reference": r"wiki|encyclopedia|dictionary|glossary|lexikon|scholar",
    "retailer": r"shop|store|boutique|tienda|loja|checkout|buy|cart|outlet|marketplace",
    "institutional": r"librar(?:y|ies)|guides\.librar(?:y|ies)|extension",
    "editorial": r"news|magazine|reviews?|press-?room",
}
_DOMAIN_WORDS: Final = {
    "editorial": (
        r"^news|news$|news(?:paper|room|week|wire|line|day|channel|net|today|online)|gazett|tribun|herald"
        r"|chronicle|courier|journal|magazin|telegraph|observer|sentinel|in?quirer|examiner|dispatch$|bulletin"
        r"|reporter|reportage|almanac|(?<!some)times$|thetimes|^daily[a-z]|[a-z]daily$|weekly$|[a-z]week$"
        r"|[a-z]today$|headlines?|democrat$|republican$|advertiser$|(?<!p)review(?:s|ed|er)?"
        r"|(?<=[a-z])(?<!canada)(?<!aus)(?<!swiss)(?<!royal)(?<!nz)(?<!out)(?<!com)(?<!sign)(?<!lamp)post$"
        r"|(?<=[a-z])(?<!word)(?<!ex)(?<!cy)(?<!em)(?<!com)(?<!es)press$|press-?(?:herald|telegram)"
        r"|zeitung|nachrichten|tageblatt|anzeiger$|kurier|noticia|diario|periodico|giornale|corriere|gazzetta"
        r"|jornal|journaal|dagblad|nieuws|nyheter|aftonblad|tidning|avisen$|haberler|gazete|novosti|vesti$"
        r"|broadcast|[a-z]{3}radio$|[a-z]{2}mag$|[a-z]blog$|^blog|bloggers?$|critics?$|insider$|tested$"
        r"|picks$|bestof|^best(?!buy|western|ess)|guide$"
    ),
    "community": r"forums?|communit(?:y|ies)|messageboard|(?:owners|fans?)club|owners$|foren$|barista$",
    "reference": r"wiki|p(?:a)?edia$|dictionar|encyclop|lexikon|thesaurus|glossar",
    "institutional": r"^universit|^(?:uni|tu|fh)-[a-z]|^hochschule|^ministry|^cityof|^countyof",
    "retailer": (
        r"shop(?!ify)(?:s|ping|per)?(?:$|[a-z]{3})|store(?:s|online)?$|outlet|warehouse|supermar[kt]|mart$"
        r"|marketplace|boutique|bazaar?$|depot$|wholesale|discount|liquidat|[a-z]deals$|resale|secondhand"
        r"|dealers?(?:hip)?$|autos$|motors$|[a-z]{3}(?:chevrolet|chevy|toyota|honda|nissan|cadillac|hyundai)$"
        r"|^(?:chevrolet|chevy|toyota|honda|nissan|cadillac|hyundai)of"
    ),
}
_PATHS: Final = {
    "community": (
        r"/(?:forums?|threads?|topics?|discussions?|comments|boards|community|questions)(?:/|$|\.php)"
        r"|/(?:viewtopic|showthread|viewforum)\b|/t/[\w-]+/\d+"
    ),
    "reference": r"/wiki/|/glossary/|/dictionary/|/encyclopedia/",
    "retailer": (
        r"/(?:products?|collections?|cart|checkout|basket|shop|store|dp|gp/product|itm|pdp?|category|categories"
        r"|product-category|inventory|new-vehicles|blogs/[\w-]+)(?:/|$|\.html)|/p/[\w-]+|[/-]p-?\d{4,}"
    ),
    "editorial": (
        r"/(?:news|reviews?|best|top-?\d+|articles?|stories|story|magazine|gear|picks|roundups?|rankings?"
        r"|buy(?:ing|ers?)-guides?)(?:/|$)"
        r"|/(?:19|20)\d\d/[01]\d/|/[\w-]*(?:best-(?!sell|buy)|-review(?:s|ed)?(?:[/-]|$)|-vs-|tested)"
    ),
}
_TITLES: Final = {
    "retailer": (
        r"\b(?:buy|shop) (?:online|now|the|our)\b|\bfree (?:shipping|delivery|returns)\b|\bfor sale\b"
        r"|^(?:buy|shop)\b|\badd to (?:cart|bag|basket)\b|\bofficial (?:online )?(?:store|shop)\b"
    ),
    "community": r"\bforums?\b|\br/\w+|\bdiscussion\b|\bcommunity\b",
    "reference": r"\bdefinition\b|\bwiki\b|\bencyclopa?edia\b",
    "editorial": (
        r"\bbest\b|\btop \d+|\breview(?:s|ed)?\b|\btested\b|\bvs\.?\b|\bwe tried\b|\bhands[- ]on\b"
        r"|\bbuying guide\b|\b(?:meilleure?s?|mejor(?:es)?|migliori?|melhor(?:es)?|beste[nr]?|im test"
        r"|vergleich|comparatif)\b"
    ),
}


def _rules(patterns: dict[str, str], wrap: str = "{}") -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(wrap.format(one), re.IGNORECASE)) for kind, one in patterns.items())


_BY_LABEL = _rules(_HOST_LABELS, r"^(?:www\.)?(?:{})\d?(?=\.)")
_BY_WORD = _rules(_DOMAIN_WORDS)
_BY_PATH = _rules(_PATHS)
_BY_TITLE = _rules(_TITLES)


def source_type(url: str, *, owner: str | None = None, title: str | None = None) -> Typed:
    """Return the type of source that a page is, and why.

    Args:
        url: Canonical URL of the page.
        owner: Role of the tracked brand that owns the domain: ``own``, ``competitor``, else anything.
        title: Title of the page, where it is known: the weakest evidence.
    """
    if owner in ("own", "competitor"):
        return Typed(owner, "domain of a tracked brand")
    found = _of_address(url)
    if found.type == "other" and title and (match := _first(_BY_TITLE, title)):
        return Typed(match.type, f"title: {match.evidence}")
    return found


@lru_cache(maxsize=65_536)
def _of_address(url: str) -> Typed:
    """Return what the address alone says."""
    parsed = parse_url(url)
    if parsed is None or not parsed.hostname:
        return Typed("other", NO_EVIDENCE)
    host = parsed.hostname.rstrip(".").removeprefix("www.")
    if (listed := _listed(host)) is not None:
        return listed
    if match := _INSTITUTION_ENDING.search(host):
        return Typed("institutional", f"ending: {match[0].lstrip('.')}")
    domain = registrable_domain(url) or host
    name = domain.partition(".")[0]
    for rules, text, place in (
        (_BY_LABEL, host if host != domain else "", "host"),
        (_BY_WORD, name, "domain"),
        (_BY_PATH, parsed.pathname, "path"),
    ):
        if found := _first(rules, text):
            return Typed(found.type, f"{place}: {found.evidence}")
    return Typed("other", NO_EVIDENCE)


def _listed(host: str) -> Typed | None:
    """Return the type of the longest listed host that this one is or lies below."""
    labels = host.split(".")
    for at in range(len(labels) - 1):
        above = ".".join(labels[at:])
        if (kind := KNOWN_SITES.get(above)) is not None:
            return Typed(kind, f"listed: {above}")
    return None


def _first(rules: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> Typed | None:
    """Return the first rule that a text meets, with the words that meet it."""
    for kind, pattern in rules if text else ():
        if match := pattern.search(text):
            return Typed(kind, match[0].strip("/ ").lower())
    return None
