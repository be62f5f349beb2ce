"""The eight markets of ai-product-bench as brands with names and products, and the answers of that set.

Belongs here: what a person would write into a monitor file for these markets, and reading the data. A brand
is written as ``name: alias, alias | product, product``; the labels of the set ("Disney", "Netflix, Inc.")
are names too, so that a label leads to its brand. Not here: any measure.
"""

import json
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from brand_monitor.domain.mentions import BrandNames, MentionMatcher

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
BENCH = DATA / "ai-product-bench-dev"

MARKETS = {
    "espresso-machine-700": """
        Breville | Bambino, Barista Express, Infuser, Duo-Temp Pro
        Gaggia | Classic Pro, Classic Evo Pro
        De'Longhi: DeLonghi, De Longhi | La Specialista, Dedica, Stilosa, Magnifica
        Rancilio | Silvia
        Casabrews
        Ninja
        Elekta
        Nespresso
        Flair: Flair Espresso
        Mr. Coffee
        KitchenAid
        Lelit
        Philips
        Solis
        Lavazza
    """,
    "earbuds-workout-150": """
        Jabra | Elite 4 Active, Elite 8 Active, Elite 7 Active
        Anker: Soundcore by Anker | Soundcore
        Beats: Beats by Dre | Powerbeats, Beats Fit Pro, Beats Studio Buds
        Samsung | Galaxy Buds
        Sony | WF-SP800N, WF-C700N
        Jaybird
        Comply
        JBL
        OpenRock
        Bose
        TOZO
        Skullcandy
        JLab
        Apple | AirPods
        Tribit
        EarFun
        HAKII
        Shokz
    """,
    "streaming-service-movies": """
        Netflix: Netflix Inc.
        Warner Bros. Discovery: Warner Bros., WarnerMedia, HBO | HBO Max, Max
        Criterion: The Criterion Collection | Criterion Channel
        Amazon: Amazon Prime | Prime Video, Amazon Prime Video
        Disney: The Walt Disney Company | Disney+, Disney Plus
        NBCUniversal | Peacock
        Hulu: Hulu LLC
        Apple: Apple Inc. | Apple TV+
        Shudder
        MUBI
        Paramount | Paramount+
        Tubi
        Kanopy
    """,
    "record-player-beginner": """
        Audio-Technica: Audio Technica | AT-LP60X, AT-LP120X
        Fluance | RT80, RT81, RT82, RT85
        U-Turn: U-Turn Audio | Orbit Basic
        Victrola
        Pro-Ject: Pro-Ject Audio Systems, Project Audio
        Sony | PS-LX310BT
        Rega
        Denon
        1 BY ONE
        Crosley
        Angels Horn
    """,
    "nonstick-pan": """
        Made In: Made In Cookware
        Tramontina
        GreenPan
        All-Clad
        HexClad
        T-fal
        Calphalon
        Ninja | Ninja Foodi
        OXO
        Granitestone
        AVACRAFT
        KitchenAid
        Caraway
        Scanpan
        Anolon
        Zwilling
        Cuisinart
        Le Creuset
        Misen
    """,
    "electric-car-luxury": """
        Tesla | Model S, Model X
        Mercedes-Benz: Mercedes | EQS
        Porsche | Taycan
        Lucid: Lucid Motors
        Audi | e-tron
        Rolls-Royce
        BMW
        Cadillac | Celestiq, Lyriq
        Rivian
        Genesis
    """,
    "ski-jacket-affordable": """
        Columbia: Columbia Sportswear
        The North Face: North Face
        Helly Hansen
        Burton
        REI: REI Co-op
        Decathlon | Wed'ze
        Marmot
        O'Neill
        Arctix
        Amazon Essentials
        OutdoorMaster
        Dope: Dope Snow
        Mountain Warehouse
        Eddie Bauer
        Wildhorn
        Wantdo
        686
        Flylow
        Trew Gear: TREW
        FREE SOLDIER
        MAGCOMSEN
        Ethereal
        Quiksilver
        Black Diamond
        Whale
        ELLSWOS
        Roxy
        Patagonia
    """,
    "board-game-large-parties": """
        Czech Games Edition | Codenames
        Indie Boards & Cards | The Resistance, Avalon
        USAopoly: The Op | Telestrations
        Repos Production | Just One
        North Star Games | Wits & Wagers
        Bezier Games | One Night Ultimate Werewolf
        Hues and Cues
        Wavelength
        Two Rooms and a Boom
        Monikers
        Secret Hitler
        Spyfall
        Blood on the Clocktower
        Sushi Go Party: Sushi Go
        Exploding Kittens
        Cards Against Humanity
        Sounds Fishy
        Dixit
        Jackbox
        Decrypto
    """,
}


@dataclass(frozen=True)
class BenchAnswer:
    """One answer of the set.

    Attributes:
        id: ``query_id/model/run``.
        market: Key of MARKETS.
        query_id: The question in one wording.
        question: Its words.
        model: ChatGPT or Google AI Mode.
        text: The answer.
        labels: (brand label or None, product name) in order of their rank.
        domains: Hosts of the sources, as given.
    """

    id: str
    market: str
    query_id: str
    question: str
    model: str
    text: str
    labels: tuple[tuple[str | None, str], ...]
    domains: tuple[str, ...]


@cache
def answers() -> tuple[BenchAnswer, ...]:
    """Return all answers of the set."""
    lines = (BENCH / "responses.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(_answer(json.loads(line)) for line in lines)


def _answer(row: dict[str, Any]) -> BenchAnswer:
    products = sorted(row["products_mentioned"], key=lambda one: one["rank"])
    return BenchAnswer(
        id=f"{row['query_id']}/{row['model']}/{row['run']}",
        market=row["query_set"],
        query_id=row["query_id"],
        question=row["query_text"],
        model=row["model"],
        text=row["response"],
        labels=tuple((one["brand"], one["name"]) for one in products),
        domains=tuple(one["domain"] for one in row["sources"] if one.get("domain")),
    )


@cache
def brands(market: str) -> tuple[BrandNames, ...]:
    """Return the brands of a market; the id is the first name."""
    return tuple(_brand(line.strip()) for line in MARKETS[market].strip().splitlines())


def _brand(line: str) -> BrandNames:
    names, _, products = line.partition(" | ")
    first, _, aliases = names.partition(": ")
    return BrandNames(
        brand_id=first,
        names=(first, *(one.strip() for one in aliases.split(", ") if one.strip())),
        products=tuple(one.strip() for one in products.split(", ") if one.strip()),
        exclusions=(),
    )


@cache
def matcher(market: str) -> MentionMatcher:
    """Return the matcher of a market."""
    return MentionMatcher(brands(market))


def brand_of(market: str, label: str | None, product: str) -> str | None:
    """Return the brand that a label means: by the label, else by the product; None if no monitor has it."""
    by_name = {name.casefold(): one.brand_id for one in brands(market) for name in one.names}
    first = (label or "").replace("\u2019", "'").split(" / ")[0].casefold()
    if first in by_name:
        return by_name[first]
    found = matcher(market).find(product)
    return found[0].brand_id if found else None


def sample(count: int = 60, seed: int = 7) -> list[BenchAnswer]:
    """Return the answers that were labelled by hand: as many of each market and model as goes."""
    cells: dict[tuple[str, str], list[BenchAnswer]] = {}
    for one in sorted(answers(), key=lambda one: one.id):
        cells.setdefault((one.market, one.model), []).append(one)
    # Not for secrets: the same seed has to give the same answers.
    chance = random.Random(seed)  # noqa: S311
    for members in cells.values():
        chance.shuffle(members)
    rounds = [members[at] for at in range(count) for members in cells.values() if at < len(members)]
    return rounds[:count]
