"""The valence lexicon: how good or bad a word is for what it is said of.

Belongs here: words with their strength, and the words that turn, strengthen or weaken them. Not here: how a
sentence is read (``lexicon``). Written for this product, from the words of product reviews and of news;
strengths from -3 to 3 are judgements, and a changed list is a new version of the grader.

Forms of a word need not be listed: ``valence_of`` takes off the usual endings.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final


def listed(text: str) -> list[str]:
    """Return the words of a list that is written as running text."""
    return text.split()


_STRENGTHS: Final = {
    3.0: """
        amazing award-winning awesome best best-in-class brilliant exceptional excellent fantastic flawless
        gold-standard incredible magnificent masterpiece must-have no-brainer outstanding perfect perfection
        phenomenal second-to-none state-of-the-art stellar superb superior top-notch top-rated triumph
        unbeatable unmatched unparalleled unrivaled wonderful world-class love
    """,
    2.0: """
        accurate acclaimed admire adore advantage affordable appealing beautiful beloved better brave
        bravery celebrate champion charming clean comfortable comfy commend compelling confident consistent
        convenient courage courageous cozy crisp cutting-edge delicious delight delightful dependable
        deserve durable durability easy easy-to-use effective efficient effortless elegant endorse enjoy
        enjoyable ergonomic fast-growing favorite favourite fresh friendly full-featured generous genius
        go-to good gorgeous great hero heroic high-end high-performance high-quality highly-rated honest
        honor honour ideal impress impressive ingenious innovative integrity intuitive inspire inspiring
        kind laud leading long-lasting lovely loved loyal luxurious nice outperform outshine polished
        popular powerful praise praised precise premium proud recommend recommended refined reliable
        reliability remarkable respected rich robust rugged safe satisfied seamless sleek smart smooth
        snappy solid sophisticated spectacular standout stands-out strong stunning sturdy stylish succeed
        success successful superbly supportive talented terrific thank thanks thrive thriving top top-pick
        top-tier transparent trust trusted trustworthy user-friendly valuable versatile victory vibrant warm
        welcome well-built well-designed well-known-for well-liked well-made well-regarded well-reviewed
        well-rounded winner win won wisdom wise worth worthwhile worth-it value-for-money great-value
    """,
    1.0: """
        able accessible achieve achievement advanced agile allow ample attractive authentic award balanced
        benefit boost breathable bright budget-friendly calm capable care choice classic clever comfort
        comprehensive cool cost-effective low-price low-cost credible custom customizable cushioned
        cushioning dedicated deep detailed eco-friendly economical ensure enhance enhanced excel excels
        extensive fair famous fast favorable flexible forgiving freedom fun gain gained generously gentle
        gift growth handy happy healthy help helped helpful high hope hopeful iconic improve improved
        improvement includes increased justice legendary lead leader lightweight lively low-maintenance
        luxury modern natural neat noteworthy optimal optimistic peace pleasant pleased plenty plush
        pleasure plus portable positive pro productive progress promising promote protect protective quick
        quiet ready reasonable reassuring recover relief renowned resilient respect responsive rescue reward
        rewarding save secure sharp shine shines simple soft specialize speedy spacious stable stability
        stand-out straightforward strength strengthen stylishly suited support supports supportive
        sustainable sweet thoughtful timeless top-selling trendy unique upgrade useful vast vegan
        versatility premier ultimate professional-grade eco-conscious thrilling critically-acclaimed
        satisfying accomplishment applause appreciate extraordinary ovation revered prize passion cheers
        affordability portability warm warmth seamlessly roomy buttery punchy lush enjoyable waterproof well
        well-balanced well-established well-known well-suited yes pick quality perk praise-worthy
    """,
    -1.0: """
        ads aggressive allegation allege alleged annoyance anti basic bland bother bug buggy bulky caveat
        charge cheap cheaply compromise con concern concerned concerning confuse confusing controversial
        controversy costly cost-prohibitive critic critical cut crackdown crude damage dated delay deny
        denied dense deteriorate difficult difficulty disagree dismiss dispute distract doubt downside
        drawback drop dull error excessive expensive fewer fiddly finicky flaw force fragile fuss guilt
        hard-to harsh heavy hefty hesitate high-maintenance high-price hole hurt impossible incident
        inconvenient issue jarring lack lacks lacking lacked lag lawsuit leak less lesser limit limitation
        limited limitations loss loud low mediocre mess minimal mislead misleading mistake mixed narrow
        negative niche noise noisy odd old-fashioned oppose overkill overpriced painful pricey pricier
        protest pushy question questionable regret reject resign resignation restrict restrictive rigid risk
        risky rough runs-small runs-large sacrifice scrutiny shaky short shortage shortcoming sink skeptical
        skip slow slower small sparse steep steep-learning-curve stiff struggle stuck suspicious tension
        threat tight tough tricky trouble uncertain unclear underwhelming uneven unfamiliar unsupported
        unusual upset vague vulnerable warn warning weak weaker weakness weird worry worried wrong accused
        investigate investigation probe suspect subpoena oust fired
    """,
    -2.0: """
        abrupt abuse abuser accuse angry anger annoying arrest arrested attack attacked avoid bad banned
        bankrupt blame bias biased break breaks broken cheat chaotic clumsy collapse collude collusion
        complain complaint condemn condemned conspiracy convicted corrupt corruption cowardly crash crashes
        criticise criticism criticize crime criminal cruel danger dangerous death deceive deceptive decline
        defect defective defeat defeated defraud denounce die dirty disadvantage disappoint disappointed
        disappointing disappointment disaster disappointingly disgrace dishonest disrupt divisive embarrass
        embarrassing embarrassment fail failed failing failure fake fall-short falls-short fault faulty fear
        flimsy flop foolish fraud fraudulent frustrate frustrating frustration guilty hate hatred hateful
        hostile hypocrisy hypocrite ignorant illegal illegally impeach impeachment inaccurate inadequate
        inappropriate incompetent indict indicted indictment inconsistent inefficient inferior insult
        irresponsible jail lame lie lied liar lose lost lying malfunction manipulate misconduct mock mocked
        murder nasty negligent obstruct offensive outrage outrageous overheats pathetic plagued poor poorly
        prison problem problematic propaganda racism racist recall reckless refuse refused ridicule
        ridiculous ripoff rude ruin ruined scandal scam sexist shame shameful shoddy slam slammed sloppy
        sluggish stupid subpar suffer sue sued terrible-value terrorist threaten threatened toxic tragic
        tragedy traitor ugly unacceptable unable uncomfortable unfair unfortunate unhappy unreliable unsafe
        unstable useless violate violation violence violent waste wobbly worse wreck wrongdoing deal-breaker
        dealbreaker hit-or-miss let-down letdown lackluster lacklustre smear sex sexual sexually assault
        assaulted harass harassment misogynist bully bullied bigot bigotry unfit rigged crooked disgusting
        plot sanction sanctioned fugitive dictator tyrant
    """,
    -3.0: """
        abysmal appalling atrocious awful catastrophe catastrophic disastrous dreadful evil garbage ghastly
        heinous horrendous horrible horrific killer killed monster nightmare rape rapist terrible terrorism
        trash treason vile worst worthless
    """,
}

#: Words of neutral use that a taken-off ending would lead to a charged one.
_NEUTRAL: Final = frozenset(
    listed("""
        goods fining hardly kinds liking lightly likely lower lowest highly higher highest hardware quietly
        clearly simply similarly freely ables wells wellness coolant pros plus-size pluses cons limits
        shortly shorts presser earlier leads-to soften charger chargers charging leading-edge lead-acid tops
        topped
    """)
)

#: Verbs whose effect is on what follows them (and on the subject of their passive).
DONE_TO: Final[Mapping[str, float]] = MappingProxyType(
    {
        **dict.fromkeys(
            listed("""
        accuse arrest attack beat blame blast charge chastise condemn criticise criticize decry denounce
        deride dismiss disparage expose fire hammer hit impeach indict insult investigate jail lambast
        lambaste mock oppose oust probe punish question reject ridicule sanction scold slam sue taunt
        threaten trash warn outperform outperforms surpass outclass outshine blacklist boycott bash
        oppose insult rebuke
    """),
            -2.0,
        ),
        **dict.fromkeys(
            listed("""
        admire applaud appoint back celebrate commend congratulate crown defend elect embrace endorse favor
        favour hail honor honour laud love nominate praise prefer promote recommend respect reward salute
        support thank trust welcome
    """),
            2.0,
        ),
    }
)

NEGATORS: Final = frozenset(
    listed("""
        not no never none nobody nothing neither nor without hardly barely scarcely rarely seldom cannot
        can't cant won't wont don't dont doesn't doesnt didn't didnt isn't isnt aren't arent wasn't wasnt
        weren't werent hasn't haven't hadn't wouldn't shouldn't couldn't ain't fails failed fail lacks
        lacking lack
    """)
)
BOOSTERS: Final = frozenset(
    listed("""
        absolutely amazingly certainly completely consistently deeply definitely especially exceptionally
        extremely enormously entirely far greatly highly hugely incredibly insanely much notably
        particularly really remarkably seriously significantly so super surprisingly too totally truly
        undoubtedly utterly very way widely
    """)
)
DAMPERS: Final = frozenset(
    listed("""
        a-bit a-little almost fairly kind-of kinda less mildly moderately partly pretty quite rather
        relatively slightly somewhat sort-of sorta
    """)
)
HEDGES: Final = frozenset(
    listed("""
        could would might may maybe perhaps possibly potentially if should allegedly reportedly supposedly
    """)
)
#: Phrases that are read as one word, longest first.
PHRASES: Final = (
    "best in class",
    "easy to use",
    "falls short",
    "fall short",
    "hard to",
    "hit or miss",
    "learning curve",
    "let down",
    "high price",
    "low cost",
    "low maintenance",
    "low price",
    "must have",
    "runs large",
    "runs small",
    "second to none",
    "gold standard",
    "stands out",
    "state of the art",
    "steep learning curve",
    "top notch",
    "top pick",
    "user friendly",
    "value for money",
    "high quality",
    "well known for",
    "worth it",
    "a bit",
    "a little",
    "kind of",
    "sort of",
)

_VALENCE: Final = {word: strength for strength, words in _STRENGTHS.items() for word in words.split()}
_ENDINGS: Final = (
    ("ies", ("y",)),
    ("ied", ("y",)),
    ("ily", ("y",)),
    ("iest", ("y",)),
    ("ier", ("y",)),
    ("ness", ("",)),
    ("ing", ("", "e")),
    ("est", ("", "e")),
    ("ed", ("", "e")),
    ("er", ("", "e")),
    ("es", ("", "e")),
    ("ly", ("", "le")),
    ("s", ("",)),
)

_SHORTEST_STEM: Final = 3


@lru_cache(maxsize=65_536)
def base_of(word: str, known: frozenset[str]) -> str | None:
    """Return the listed word of which ``word`` is a form, or None."""
    if word in known:
        return word
    for ending, others in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            stem = word[: -len(ending)]
            forms = [stem + other for other in others]
            if len(stem) > _SHORTEST_STEM and stem[-1] == stem[-2]:
                forms.append(stem[:-1])
            for form in forms:
                if form in known:
                    return form
    return None


_WORDS: Final = frozenset(_VALENCE)
_VERBS: Final = frozenset(DONE_TO)


@lru_cache(maxsize=65_536)
def valence_of(word: str) -> float:
    """Return the strength of a word in small letters, from -3 to 3; 0 for what is not listed."""
    if word in _NEUTRAL:
        return 0.0
    base = base_of(word, _WORDS)
    return 0.0 if base is None else _VALENCE[base]


@lru_cache(maxsize=65_536)
def done_to(word: str) -> float:
    """Return what a verb does to its object, -2, 2, or 0 for what is no such verb."""
    base = base_of(word, _VERBS)
    return 0.0 if base is None else DONE_TO[base]
