"""Discovery of unknown names: in noisy text (WNUT17 dev) and in web answers of a market nobody tracks yet.

Belongs here: what ``domain.discovery`` finds beside labelled entities. WNUT17 is tweets and forum posts,
far from what answers look like: a hard case and no target. Not here: tracked brands.
"""

from collections.abc import Iterator

from brand_monitor.domain.discovery.names import discover
from brand_monitor.domain.mentions.folding import words_of
from tools.measures.figures import Figure, share
from tools.measures.markets import DATA, MARKETS, answers, brands

SOURCE = "WNUT17 and ai-product-bench-dev"
BRANDS = ("corporation", "product")
TOP = 10


def measure() -> list[Figure]:
    """Return the figures."""
    return [*_noisy(), *_markets()]


def _noisy() -> Iterator[Figure]:
    texts, entities = zip(*_posts(), strict=True)
    found = [(place.text, _key(name.name)) for name in discover(texts) for place in name.places]
    gold = [
        (at, _key(surface)) for at, named in enumerate(entities) for kind, surface in named if kind in BRANDS
    ]
    every = {(at, _key(surface)) for at, named in enumerate(entities) for _, surface in named}
    seen = set(found)
    yield share(
        "corporations and products of WNUT17 found", ((str(at), _near(at, name, seen)) for at, name in gold)
    )
    yield share(
        "candidates in WNUT17 that are such an entity",
        ((str(at), _near(at, name, set(gold))) for at, name in sorted(seen)),
        "people, places and works are none",
    )
    yield share(
        "candidates in WNUT17 that are any entity",
        ((str(at), _near(at, name, every)) for at, name in sorted(seen)),
    )


def _markets() -> Iterator[Figure]:
    hits, precise = [], []
    for market in MARKETS:
        texts = [one.text for one in answers() if one.market == market]
        questions = sorted({one.question for one in answers() if one.market == market})
        names = [_key(name.name) for name in discover(texts, context=questions)]
        known = {_key(name): one.brand_id for one in brands(market) for name in (*one.names, *one.products)}
        written = {brand for name, brand in known.items() if any(name in _key(text) for text in texts)}
        proposed = {known[name] for name in names if name in known}
        hits += [(market, brand in proposed) for brand in sorted(written)]
        precise += [(market, name in known) for name in names[:TOP]]
    yield share(
        "brands of eight markets proposed",
        hits,
        "nothing tracked; the brand or a product of it is a candidate",
    )
    yield share(f"of the {TOP} best candidates, brands", precise, "of the monitors written for these markets")


def _near(at: int, name: str, others: set[tuple[int, str]]) -> bool:
    """Whether a name of a text equals another of it, or one is a beginning of the other in whole words."""
    return any(
        where == at and (f"{name} ".startswith(f"{other} ") or f"{other} ".startswith(f"{name} "))
        for where, other in others
    )


def _key(name: str) -> str:
    return " ".join(words_of(name))


def _posts() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each post with its entities, (type, surface)."""
    for block in (DATA / "WNUT17" / "emerging.dev.conll").read_text(encoding="utf-8").split("\n\n"):
        tokens = [line.split("\t") for line in block.splitlines() if "\t" in line]
        if not tokens:
            continue
        named: list[tuple[str, str]] = []
        for word, tag in tokens:
            if tag.startswith("B-"):
                named.append((tag[2:], word))
            elif tag.startswith("I-") and named:
                named[-1] = (named[-1][0], f"{named[-1][1]} {word}")
        yield " ".join(word for word, _ in tokens), named
