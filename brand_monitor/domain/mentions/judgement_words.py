"""The words of advice and of verdicts, by class: which way each points, and what it needs beside it.

Belongs here: English words and set phrases, written as running text. Not here: how they are put together to
say something of a brand (``advice``, ``verdicts``).

A phrase may give choices in a place: ``hard|tough to beat|top`` stands for four phrases.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from brand_monitor.domain.mentions.judgement_phrases import BLAME, DISMISSED, PRAISE


def listed(text: str) -> frozenset[str]:
    """Return the words of a list that is written as running text."""
    return frozenset(text.split())


class Verb(NamedTuple):
    """A form of a verb: what it is a form of, which form, and whether it takes (1) or leaves (-1)."""

    base: str
    form: str
    polarity: int


_TAKE: Final = """
    adopt back begin bet book buy choose come consider count deploy download drive endorse enjoy favor
    favour get give go grab hire hold host install invest join keep lean learn look love make opt like
    treat test-drive commit walk order own pay pick point prefer purchase reach read recommend rely rent
    reserve return ride run sign spend splurge spring start stay stick store subscribe suggest swear
    switch take trust try turn use want watch wear feed eat drink fly settle steer bank insure build
    nudge send direct upgrade move justify defend support vouch touch bother need
"""
_LEAVE: Final = """
    avoid skip ditch dump drop abandon cancel uninstall delete leave forget ignore bypass shun boycott
    pass regret reject dismiss flee quit stop beware waste overlook miss underestimate discount dissuade
    discourage scrap
"""
_IRREGULAR: Final = """
    make made; hold held; begin began begun; buy bought; choose chose chosen; come came; drive drove
    driven; get got gotten; give gave given; go went gone; keep kept; leave left; forget forgot
    forgotten; pay paid; read read; ride rode ridden; run ran; spend spent; spring sprang sprung; stick
    stuck; swear swore sworn; take took taken; wear wore worn; feed fed; eat ate eaten; drink drank; fly
    flew flown; build built; send sent; bet bet; quit quit; steer steered; flee fled
"""
_DOUBLED: Final = listed("get grab drop skip run bet begin stop quit scrap commit")


def _forms(base: str) -> Iterable[tuple[str, str]]:
    yield base, "base"
    if base.endswith(("s", "sh", "ch", "x")):
        yield f"{base}es", "s"
    else:
        yield (f"{base[:-1]}ies" if base.endswith("y") and base[-2] not in "aeou" else f"{base}s"), "s"
    stem = base + base[-1] if base in _DOUBLED else base
    soft = stem[:-1] if stem.endswith("e") and not stem.endswith("ee") else stem
    yield f"{soft}ing", "ing"
    yield (f"{base[:-1]}ied" if base.endswith("y") and base[-2] not in "aeou" else f"{soft}ed"), "past"


def _verbs() -> dict[str, Verb]:
    found: dict[str, Verb] = {}
    for words, polarity in ((_TAKE, 1), (_LEAVE, -1)):
        for base in words.split():
            for form, name in _forms(base):
                found.setdefault(form, Verb(base, name, polarity))
    for entry in _IRREGULAR.split(";"):
        base, *forms = entry.split()
        for form in forms:
            found.setdefault(form, Verb(base, "past", found[base].polarity))
    return found


#: Verbs by form.
VERBS: Final[Mapping[str, Verb]] = MappingProxyType(_verbs())
#: Verbs that are advice or its opposite only with such a word behind them; False: the other way round.
PARTICLES: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "give": {"up": -1},
        "hold": {"off": -1},
        "waste": {"on": -1, "with": -1},
        "make": {"it": 1},
        "treat": {"yourself": 1},
        "commit": {"to": 1},
        "walk": {"away": -1},
        "go": {"with": 1, "for": 1, "": 1, "straight": 1},
        "stay": {"with": 1, "away": -1, "clear": -1, "at": 1, "in": 1},
        "stick": {"with": 1, "to": 1},
        "start": {"with": 1, "on": 1, "at": 1, "from": 1},
        "begin": {"with": 1, "at": 1},
        "come": {"back": 1},
        "return": {"to": 1},
        "turn": {"to": 1, "away": -1},
        "look": {"at": 1, "into": 1, "to": 1, "toward": 1, "towards": 1, "past": -1, "beyond": -1},
        "lean": {"toward": 1, "towards": 1, "to": 1, "on": 1},
        "bet": {"on": 1},
        "count": {"on": 1},
        "rely": {"on": 1},
        "bank": {"with": 1, "on": 1},
        "reach": {"for": 1},
        "spring": {"for": 1},
        "splurge": {"on": 1},
        "spend": {"on": 1},
        "pay": {"for": 1},
        "pass": {"on": -1, "over": -1, "up": -1},
        "settle": {"on": 1, "for": 1},
        "swear": {"by": 1},
        "sign": {"with": 1, "for": 1, "up": 1},
        "subscribe": {"to": 1},
        "invest": {"in": 1},
        "switch": {"to": 1, "from": -1, "away": -1},
        "move": {"to": 1, "from": -1, "away": -1},
        "upgrade": {"to": 1},
        "run": {"from": -1, "away": -1, "": 1, "on": 1, "with": 1},
        "steer": {"clear": -1, "away": -1, "to": 1, "toward": 1, "towards": 1},
        "point": {"to": 1, "toward": 1, "towards": 1},
        "nudge": {"to": 1, "toward": 1, "towards": 1, "away": -1},
        "send": {"to": 1},
        "direct": {"to": 1},
        "keep": {"away": -1, "clear": -1, "": 1},
        "fly": {"with": 1, "": 1},
        "build": {"on": 1, "with": 1, "around": 1},
        "opt": {"for": 1},
        "vouch": {"for": 1},
        "bother": {"with": 1, "": 1},
    }
)
#: Verbs of which a denial praises: what is not to be missed.
OMITTED: Final = listed("overlook miss regret underestimate discount dismiss")
#: What one says of oneself in the present or the past and thereby advises.
ENDORSED: Final = listed(
    "recommend suggest prefer trust love favor favour endorse swear use choose pick back stick go come return"
    " regret opt lean settle avoid skip wear drive vouch justify support defend rely reach keep bother"
    " give"
)
#: Of these, what the past tense says of advice too.
DECIDED: Final = listed("choose pick prefer recommend regret settle love go opt give")
#: Verbs of being able to have something: a denial of them says that there is none, not that it is bad.
OBTAINED: Final = listed("buy get use order book try find purchase join install own watch want")
#: Shops are where, not what.
FROM_SHOPS: Final = listed("buy get order pick grab purchase book rent reserve return watch pay")

NEGATORS: Final = listed("not never no nobody none nothing neither nor cannot without")
SCARCE: Final = listed("hardly barely rarely seldom scarcely")
#: Turn what follows round, like a negation: "hesitate to", "a mistake to", "hard to".
TURNERS: Final = listed(
    "reluctant hesitate hesitant hesitated struggle struggled refuse refused loath unable against stopped"
    " stop quit mistake error waste wasting unwise foolish pointless wary regret regretted crazy silly"
    " talk decline risky folly wrong warn warned caution dissuade discourage avoid uneasy"
)
#: Turn round only before "to" or "time".
HARD: Final = listed("hard difficult tough impossible harder tougher")
REASONS: Final = listed(
    "reason reasons point sense need excuse case argument cause justification worth idea wise smart sensible"
    " advise advised advice recommend suggest urge encourage tell telling caution warn better best"
    " mistake error waste time pays"
)
READERS: Final = listed(
    "you everyone anyone anybody everybody people beginners newcomers most nobody users buyers readers"
    " shoppers owners families parents travelers travellers students commuters hikers fans purists residents"
    " households drivers runners gamers teams companies businesses freelancers those folks adults kids"
)
SELF: Final = listed("i we me us")
FORCE: Final = listed("should must ought would")
WEAK: Final = listed("could may might can")
SOFTENERS: Final = listed(
    "just simply please then so and or but definitely instead also always do honestly really seriously"
    " absolutely maybe perhaps probably first only even still certainly personally ever go ahead to"
    " strongly highly wholeheartedly gladly happily easily typically usually generally"
)
#: May stand between a verb and its object.
FILL: Final = listed(
    "the a an any all most your my our their its both either brands brand models model products product such"
    " as like something anything by out into going with for of older newer cheap new classic cheaper bigger"
    " smaller larger original current entire whole basic entry-level standard base latest used old another"
    " more this that these those on at in to from up away clear back straight extra money too one ones pair"
    " around through toward towards off over-priced directly buying using getting trying purchasing"
)
STOPS: Final = frozenset(
    [
        "than",
        "over",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "if",
        "whether",
        "because",
        "which",
        "who",
        "but",
        "while",
        "does",
        "did",
        ":",
        ";",
        ".",
        "?",
        "!",
        "(",
        ")",
        "|",
        '"',
        "\u2013",
        "\u2014",
        "versus",
        "vs",
    ]
)
BE: Final = listed(
    "is are was were be been remain remains stay stays look looks sound sounds seem seems feel feels 's am"
    " make makes stands ranks rank counts prove proves proved became become becomes being 're"
)
MODALS: Final = listed("would will should could can may might must")
#: Parts and properties: praise or blame of one is none of the brand.
PARTS: Final = listed(
    "app apps website site support service battery screen display camera interface template templates"
    " warranty price prices pricing frame grinder motor design software firmware lineup range build quality"
    " sound audio bass comfort fit handle lid upper midsole outsole suction filter noise cancellation"
    " integration integrations dashboard editor plan plans tier fee fees customer delivery shipping menu"
    " menus seats interior engine steering network coverage speed speeds performance documentation docs"
    " api staff rooms points rewards community library catalog catalogue mattress-cover foam wand"
    " microphone mic controls remote hinge keyboard trackpad fans case charging lens autofocus"
)
GOOD: Final = listed(
    "top best first excellent great solid fantastic perfect ideal good easiest safest smartest strongest"
    " wisest surest strong outstanding wonderful safe smart superb favorite favourite clear obvious right"
    " sensible natural terrific brilliant finest better wise fine decent worthy reliable amazing superior"
    " smarter safer wiser stellar overall definitive winning number-one go-to no-nonsense sound logical"
    " easy equally unbeatable default dependable reasonable worthwhile sweet nice lovely rock-solid"
    " all-round underrated"
)
BAD: Final = listed(
    "bad poor wrong terrible awful worst weak weakest risky lousy horrible false costly dangerous unwise"
    " mediocre dreadful disappointing questionable losing shaky dubious expensive-mistake"
)
PICKS: Final = listed(
    "pick picks choice choices option options recommendation recommendations winner winners bet bets buy"
    " buys brand brands contender contenders all-rounder all-rounders fit"
    " fits match alternative alternatives companion compromise ground point place starter introduction"
    " purchase deal answer tool upgrade investment gift one ones partner candidate workhorse"
    " solution route way suggestion idea move decision product company provider service platform"
)
#: Said with "my", "our" or "the", they need no adjective.
CHOSEN: Final = listed(
    "pick choice recommendation winner favorite favourite go-to answer suggestion default advice tip standout"
    " champion standouts victor vote nod"
)
#: A sentence with none of these says nothing for or against anything.
CUES: Final[frozenset[str]] = (
    frozenset(VERBS)
    | PICKS
    | CHOSEN
    | BAD
    | listed("t not never nobody nothing don wouldn shouldn wary skeptical sceptical cautious careful leery")
    | listed(
        "excellent fantastic outstanding superb amazing perfect ideal brilliant terrific wonderful great"
    )
    | listed("too hands happy happier happiest served off fan fans sold worth money vote nod hassle better")
    | frozenset(
        max((part for word in phrase for part in word.replace("'", "-").split("-")), key=len)
        for one in (PRAISE, BLAME, DISMISSED)
        for made in one.values()
        for phrase in made
    )
)
