"""The English rules of what an answer does not know, only repeats, or takes its words from.

Belongs here: patterns, each with the id that rows carry as their reason. Not here: advice for and against
(``english_rules``, ``english_advice``), how a pattern reads (``rule_parts``).
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
    rule(
        "absent.not_known",
        _NOT_CUES,
        r"""
        §<subject>(?:\w+\s{0,2})?<not> (?:(?:exactly|actually|really) )?
        (?:ring (?:a|any) bells?|(?:something|one|an? (?:\w+ ){0,4}?\w+) (?:that |which )?(?:i|we)(?:'m|'ve
        | am| have
        | know| can| could| recogni[sz]e)\b|make (?:it into|(?:any|either|the) (?:\w+ )?(?:list|cut
        |roundup))|come up\b)
        """,
    ),
    rule(
        "absent.no_such",
        _NOT_CUES,
        r"""
        (?:<not>|\bno)(?: (?!but\b)<word>){0,7}? (?:called|named|by the name(?: of)?) \W{0,3}§
        |<not> (?:\w+ )?(?:speak to|comment on|vouch for|assess|evaluate|say (?:much|anything) about) <the>§
        """,
    ),
    rule(
        "absent.searched",
        "search searched searching looked look checked",
        r"""
        \b(?:search(?:ed|ing)?|look(?:ed|ing)?|check(?:ed|ing)?)\b(?: \w+){0,5}? (?:for|up) <the>§[^§¤.]{0,60}
        \b(?:empty|nothing|no (?:\w+ )?(?:results?|luck|hits|matches|match)|without (?:luck|success
        |results?))\b
        """,
        is_label=True,
    ),
    rule(
        "absent.nothing_came",
        "nothing no found",
        r"""
        (?:\b(?:nothing|no (?:\w+ )?<info>) (?:\w+ )?(?:came|turned|comes|turns|shows|showed|surfaced
        |popped|exists?|found)
        [^§¤.]{0,40}<the>§
        |^\W*§\W{1,5}(?:no|not|nothing)\b (?:\w+ ){0,2}?(?:<info>|found|listed|known|available)\b[^§¤]{0,20}$)
        """,
        is_label=True,
    ),
    rule(
        "absent.as_for",
        "nothing no don t",
        r"""
        \b(?:as for|about|on|regarding) §\W+[^§¤.]{0,30}\b(?:nothing|no (?:\w+ )?<info>|(?:don't|cannot
        |can't) (?:have
        |say|tell|find))\b
        """,
        is_label=True,
    ),
    rule(
        "absent.info_missing",
        "nowhere unavailable available lacking missing scarce unclear",
        r"""
        \b<info> (?:about|on|for|regarding|of) <the>§<subject>(?:is|are|was|were) (?:\w+ )?(?:nowhere
        |unavailable|not available|lacking|missing|scarce)\b
        """,
    ),
)

# The brand is whose words or figures these are.
QUOTED = (
    rule(
        "quoted.source",
        "according source per via report reports survey study data analysis research figures poll reported"
        " noted says estimates found finds words",
        r"""
        (?:(?:\baccording to|^\W*per)(?: (?:an?|recent|new|the|\d{4}|latest))*|\bas (?:reported|noted|cited
        |quoted) (?:by|in)|\bsources?:|\bper (?=§'s)|\bdata from
        |\b(?:report|survey|study|analysis|research|figures|poll|data)s?\b(?: \w+){0,2}? (?:by
        |from)) (?:the )?
        (?:¤,? (?:and|or) )?§(?!'s? (?:site|website|stores?)\b)
        |\bas § (?:reported|reports|notes|noted|puts? it|points? out|wrote|writes|says|explains)\b
        |§ (?:survey|study|report|poll|analysis|research)\b(?: of [^§¤.;]{0,40}?)? (?:found|finds|shows?
        |says|suggests?|estimates?|from|published)\b
        |§'s (?:own )?(?:<word> ){0,2}?(?:report|survey|study|research|analysis|data|index
        |poll)\b(?: \w+){0,2}?\s
        (?:says|found|finds|shows?|showed|suggests?|puts|reports?|estimates?)\b
        |§ (?:estimates|estimated|found|finds|reports|reported|calculates|writes|wrote|argues|notes|points out
        |says) (?:that\b|the ¤|(?:the|its|an?) (?:\w+ ){0,2}?¤)
        |§ (?:estimates|calculates|reckons) \b
        |§ (?:measured|clocked|rated|rates|scored|scores|tested|surveyed|polled|gave|gives|awarded|named
        |ranked|ranks) (?:it|them|him|her|the ¤|¤|over|more|about|\d)
        """,
    ),
    rule(
        "quoted.pick_of",
        "analysts researchers experts economists reporter reporters scientists testers reviewers editors"
        " pick picks choice review ratings rating recommendation list",
        r"""
        §'s (?:\w+ ){0,2}?(?:analysts|researchers|experts|economists|reporters?|scientists) \w+
        |§'s (?:\w+ ){0,2}?(?:pick|picks|choice|recommendation|reviewers?|testers?|editors?)(?: for \w+)?\s
        (?:is|are|was|were|found|say|says|named|chose|picked|rated)\b
        """,
    ),
)

ASKED = (
    rule(
        "asked.quoted",
        "asked asking ask question query mentioned mention mentions know wonder wondering wondered curious"
        " message request prompt wrote typed inquired named does",
        r"""
        (?:\b(?:you(?:'ve|'re| have| are| were)?|your (?:message|question|query|request|prompt|note))
        (?: <word>){0,2}? (?:asked|asking|ask|asks|mentioned|mentions?|mentioning|wanted to know|want to know
        |wonder|wondering|wondered|curious|inquired|wrote|typed|named|brought up|refers? to)(?: me)?
        |\byour (?:question|query|request|prompt)(?: is| was|\W{1,3}(?:is|are|does|do|was|should|which|what))?
        |\bthe question (?:is|was)|^\W*(?:thanks
        |thank you) for (?:asking|your question))\W+
        (?:(?:about|on|regarding|concerning|for)?\s*(?:<word> ){0,3}?<the>§
        |(?:whether|if|how|which of|about|why|is|does|should|can|are)\s+(?:(?:<word>|¤(?:'s)?)\W+){0,8}?§)
        |^\W*"(?:is|are|does|do|should|can|will|has|was|which|what|how|why)\b[^"§\n]{0,80}§[^"\n]{0,80}\?"
        """,
    ),
)
