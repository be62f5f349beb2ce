"""The English rules that decide how a clause speaks of a brand.

Belongs here: patterns, each with the id that rows carry as their reason. Not here: how a pattern reads
(``rule_parts``), other languages (``foreign_rules``).
"""

from brand_monitor.domain.mentions.rule_parts import rule

_NOT_CUES = "t longer not cannot never unable fail fails failed"

ABSENT = (
    rule("absent.not_found", _NOT_CUES, r"<not> <adverb><wrote> <fill><others>§"),
    rule(
        "absent.no_information",
        f"{_NOT_CUES} no lack lacks lacking without",
        r"""
        (?:<not> <adverb>(?:have|provide|offer|contain|include|give|access|aware of)
        |\bno|\black(?:s|ing)?|\bwithout) (?:\w+ ){0,3}?<info> (?:\w+ ){0,2}?
        (?:of|about|on|for|regarding|concerning|to|called|named|mention(?:s|ing)?|related to)\s+
        <fill><others>§
        """,
    ),
    rule(
        "absent.none_mentions",
        "none neither nothing nobody no",
        r"""
        \b(?:none|neither|nothing|nobody|no one|no \w+)\b[^§.]{0,60}?
        \b(?:mentions?|mentioned|lists?|includes?|names?|refers? to|covers?|discuss(?:es)?|features?|about)\s+
        <fill><others>§
        """,
    ),
    rule(
        "absent.unfamiliar",
        f"{_NOT_CUES} unfamiliar unaware",
        r"""
        (?:<not> <adverb>(?:familiar with|aware of|heard of)|\bunfamiliar with|\bunaware of)\s+
        <fill><others>§
        """,
    ),
    rule("absent.does_not_appear", _NOT_CUES, r"§<subject>(?:\w+\s*)?<not> <adverb><shown>"),
    rule(
        "absent.missing_from",
        "absent missing omitted",
        r"§<subject>(?:is|are|was|were) (?:\w+ )?(?:absent|missing|omitted) (?:from|in)\b",
    ),
    rule(
        "absent.not_a_brand",
        f"{_NOT_CUES} no",
        r"""
        (?:<not>|\bno) <adverb>(?:an? )?(?:(?:well-known|real|known|recogni[sz]ed|existing|actual|widely) )?
        (?:brand|company|product|manufacturer|maker)\b (?:called|named|by the name(?: of)?) \W{0,3}§
        """,
    ),
    rule(
        "absent.unverified",
        _NOT_CUES,
        r"""
        (?:<not> (?:\w+ ){0,3}?(?:verify|confirm|establish|determine|tell)\s+(?:(?:that|whether|if
        |the existence of)\s+)?
        <fill><others>§
        |§<subject>(?:\w+\s*)?<not> (?:an? )?(?:(?:real|actual|known|recogni[sz]ed|existing|well-known|brand
        |company
        |product|name|maker)\W+){1,3}(?:(?:that |which )?(?:i|we)\b|$|in\b|by\b|to\b|as\b))
        """,
    ),
    rule(
        "absent.nothing_known",
        "nothing little unknown fictional fictitious invented",
        r"""
        (?:\b(?:nothing|little) (?:\w+ ){0,3}?(?:about|on|of)\s+<fill><others>§
        |§<subject>(?:is|are|seems?(?: to be)?|appears? to be) (?:\w+ ){0,2}?(?:unknown|fictional|fictitious
        |invented)\b)
        """,
    ),
)

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
        (?:\b(?:nothing|none|nobody|no (?:one|other|\w+))\b (?:<word> ){0,3}?
        (?:beats?|tops|matches|rivals|compares? (?:to|with)|comes? close to|better than) <the>§
        |§<subject>(?:is|are) (?:<word> ){0,2}?(?:(?:hard|tough|difficult) to (?:beat|top)|unbeatable
        |unmatched))
        """,
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
        _NOT_CUES,
        r"""
        §<subject>(?:\w+\s*)?<not> <adverb>(?:recommended|worth|advisable
        |(?:an?|the|my|our) (?:\w+ )??(?:<good>|right|wise) (?:\w+ )??(?:<pick>|idea|fit))
        """,
    ),
    rule(
        "warned.label",
        "avoid skip not buy",
        r"""
        ^\W*(?:(?:brands?|models?|products?|ones?) to )?
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
        "avoided avoid skip skipped miss discouraged",
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
        "hesitate hesitant reluctant struggle conscience nobody one few",
        r"""
        (?:\b(?:hesitate|hesitant|reluctant|struggle) to (?:recommend|suggest|buy)
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
    rule("warned.give_a_miss", "miss", r"\bgive <the>§ (?:\w+ ){0,3}?a miss\b"),
)

ASKED = (
    rule(
        "asked.quoted",
        "asked asking question query mentioned",
        r"""
        (?:\byou(?:'ve|'re| have| are)? (?:just )?(?:asked|asking|mentioned|wanted to know)(?: me)?
        |\byour (?:question|query)(?: is| was)?|\bthe question (?:is|was)|^\W*(?:thanks
        |thank you) for (?:asking|your question))\s+
        (?:(?:about|on|regarding|concerning|for)?\s*(?:<word> ){0,3}?<the>§
        |(?:whether|if|how|which of|about|why)\s+(?:(?:<word>|¤(?:'s)?)\W+){0,8}?§)
        """,
    ),
)
