"""The English rules that decide how a clause speaks of a brand.

Belongs here: patterns, each with the id that rows carry as their reason. Not here: how a pattern reads
(``rule_parts``), other languages (``foreign_rules``).
"""

from brand_monitor.domain.mentions.rule_parts import rule

_NOT_CUES = "t longer not cannot never unable fail fails failed"

# What sounds like a warning and is praise; tried before the warnings.
PRAISED = (
    rule(
        "recommended.not_enough",
        _NOT_CUES,
        r"""
        <not> <adverb>(?:recommend|praise|speak highly of|say enough(?: good things)? about)(?:ing)? <the>§
        [^§¤]{0,40}?\b(?:enough|more|highly)\b
        """,
    ),
    rule(
        "recommended.not_overlook",
        _NOT_CUES,
        r"""
        <not> <adverb>(?:overlook|sleep on|miss(?: out on)?|ignore|discount|pass up|forget(?: about)?
        |underestimate|rule out|dismiss) <the>§
        """,
    ),
    rule(
        "recommended.unbeaten",
        "nothing none nobody no hard tough difficult unbeatable unmatched",
        r"""
        (?:\b(?:nothing|none|nobody|no (?:one|other|\w+))\b (?:<word> ){0,4}?
        (?:beats?|beaten|tops|topped|came close to|matches|rivals|compares? (?:to|with)|comes? close to
        |better than) <the>§
        |§<subject>(?:is|are) (?:<word> ){0,2}?(?:(?:hard|tough|difficult) to (?:beat|top)|unbeatable
        |unmatched))
        """,
    ),
    rule(
        "recommended.none_better",
        "than as disappoint let down fail",
        r"""
        (?:\blook no further than|(?:n't|\b(?:no|nothing|not|hardly any|never)) (?:<word> ){0,4}?better\s
        (?:<word> ){0,3}?than|\b(?:few|no|nothing|none|hardly any)\b[^§¤.;]{0,40}\bas \w+ as) <the>§
        """,
    ),
    rule(
        "recommended.no_regret",
        f"{_NOT_CUES} rarely won",
        r"§[^§¤.;]{0,30}(?:<not>|\brarely) (?:let you down|disappoint|fail you|steer you wrong)\b"
        r"|<not> (?:\w+ )?(?:regret|be disappointed (?:by|with|in))(?: \w+ing)? <the>§",
    ),
)

WARNED = (
    rule(
        "warned.avoid",
        "avoid avoiding stay staying steer steering beware skip skipping watch wary careful cautious pass",
        r"""
        \b(?:avoid(?:ing)?|stay(?:ing)? (?:far |well )?(?:away|clear) (?:from|of)
        |steer(?:ing)? (?:well )?clear (?:of|from)
        |beware(?: of)?|skip(?:ping)?|watch out for|(?:be )?(?:wary|careful|cautious) (?:of|with|about)
        |pass on) <the>§
        """,
        unless=r"(?:<not>|\bno (?:need|reason) to) (?:\w+ ){0,2}$",
    ),
    rule(
        "warned.not_recommended",
        _NOT_CUES,
        r"""
        <not> <adverb>
        (?:recommend|suggest|advise|buy|choose|pick|go (?:with|for)|purchase|endorse|trust)(?:ing)? <the>§
        """,
    ),
    rule(
        "warned.not_worth",
        f"{_NOT_CUES} rarely hardly barely seldom scarcely",
        r"""
        §<subject>(?:\w+\s*)?(?:<not>|\b(?:rarely|hardly|barely|seldom|scarcely)) <adverb>(?:recommended
        |worth|advisable
        |(?:an?|the|my|our) (?:\w+ )??(?:<good>|right|wise) (?:\w+ )??(?:<pick>|idea|fit))
        """,
    ),
    rule(
        "warned.label",
        "avoid skip not buy",
        r"""
        ^[^:§\n]{0,40}?\b
        (?:avoid|skip|not recommended|do not buy|don't buy)\b[^§:]{0,30}:[^§.]{0,80}§
        """,
        is_label=True,
    ),
    rule(
        "warned.advice_against",
        "against avoiding regret twice touch",
        r"""
        \b(?:(?:recommend|advise|caution|warn|suggest|decid)(?:s|ed|ing)? (?:\w+ ){0,2}?against
        |think twice (?:about|before)(?: \w+ing)?|regret(?:ted|s)?(?: \w+ing)?
        |(?:n't|not|never) (?:\w+ )?touch)\s+<the>§
        """,
    ),
    rule(
        "warned.to_be_avoided",
        "avoided avoid skip skipped miss discouraged recommended",
        r"""
        §(?:<subject>(?:is|are|should|must|can|could|would) (?:<word> ){0,2}?
        (?:be )?(?:best |better )?(?:avoided|skipped|discouraged|one to (?:avoid|skip)|to be avoided)\b
        |(?:\W{1,3}<word>){0,4}?\s{0,2}[:(|\u2013\u2014-]{1,2}\W{0,4}(?:avoid|skip|one to (?:avoid|skip)
        |not recommended)\b)
        """,
        is_label=True,
    ),
    rule(
        "warned.reluctant",
        "hesitate hesitant reluctant struggle loath conscience nobody one few can cannot couldn pass no",
        r"""
        (?:\b(?:hesitate|hesitant|reluctant|struggle|loath) to (?:\w+ ){0,2}?\w+
        |(?:can't|cannot|couldn't) (?:\w+ly )?(?:justify|endorse|defend|stomach|back|support)
        |\b(?:hard|firm|big|definite) (?:no|pass) (?:on|to|for|from)
        |<not> in good (?:conscience|faith) (?:recommend|suggest)
        |\b(?:nobody|no one|few people) should (?:buy|get|choose|use|consider)) <the>§
        """,
        unless=r"(?:<not>|\bno reason to) (?:\w+ ){0,2}$",
    ),
    rule(
        "warned.neither",
        "neither",
        r"""
        \bneither\b(?=[^.;]{0,90}?\b(?:is|are|would be|makes?) (?:(?:an?|the|really|particularly|very) ){0,3}
        (?:<good>|right|recommended|worth|suitable))[^.;]{0,60}?§
        """,
    ),
    rule(
        "warned.away_from",
        "away clear",
        r"\b(?:steer|keep|turn|stay)(?:s|ed|ing)?\b[^§.;]{0,60}?\b(?:away|clear) (?:from|of) <the>§",
        unless=r"<not> (?:\w+ ){0,2}$",
    ),
    rule(
        "warned.last_resort",
        "last",
        r"§<subject>(?:is|are|as|should be|would be) (?:an?|your|the|my) last (?:resort|choice)",
    ),
    rule(
        "warned.waste",
        "bother waste wasting",
        r"""
        <not> <adverb>(?:bother (?:with|buying|getting)|waste (?:your |my |any )?(?:money|time) (?:on
        |with)) <the>§
        """,
    ),
    rule(
        "warned.give_a_miss",
        "miss leave elsewhere other regret",
        r"""
        (?:\bgive <the>§ (?:\w+ ){0,3}?a miss\b|\bleave <the>§(?: \w+){0,2}? (?:alone|behind|on the shelf)\b
        |\b(?:elsewhere|(?:anything|anyone|someone|something)(?: other| else)) than <the>§
        |§ (?:owners|users|buyers|customers) (?:\w+ )?regret)
        """,
    ),
)
