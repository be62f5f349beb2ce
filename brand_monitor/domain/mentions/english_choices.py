"""The English rules of what is chosen, what it is measured against, and where it is sold.

Belongs here: patterns, each with the id that rows carry as their reason. Not here: what is absent or warned
against (``english_rules``), how a pattern reads (``rule_parts``).
"""

from brand_monitor.domain.mentions.rule_parts import rule

_BEST_CUES = "best top favorite favourite winning winner first"

# The brand is the yardstick, not what the clause speaks of.
COMPARED = (
    rule(
        "compared.than",
        "than",
        r"\bthan (?:(?:even|those|that|what|with|from|of|at|on|in|the one|the ones|does|do|is"
        r"|are) ){0,3}<yard>§",
    ),
    rule(
        "compared.unlike",
        "unlike instead compared comparison comparable contrast versus vs v relative rather opposed"
        " alternative"
        " alternatives compare compares comparing similar equivalent replacement substitute next",
        r"""
        \b(?:unlike|instead of|as opposed to|compar(?:ed|able|ison|ing (?:it|them)|e (?:it|them|this|that)
        |es?) (?:directly )?(?:to|with)
        |in contrast (?:to|with)
        |versus|vs\.?|relative to|alternatives? (?:\w+ ){0,2}?(?:to|for)|similar (?:\w+ )?to
        |equivalent (?:to|of)
        |replacements? for|substitutes? for)\s+(?:(?:that|those|what) (?:of|from) )?<yard>§
        """,
    ),
    rule(
        "compared.versus",
        "vs versus v between",
        r"""
        (?:§(?:'s)?\W*(?:(?:<word>|¤)\W+){0,4}?\b(?:vs\.?|versus)(?=\W)
        |\bbetween <yard>§(?:\W*(?:<word>|¤)){0,5}?\W+and\b
        |\bbetween <yard>¤\W*(?:<word>\W+){0,4}?and <yard>§)
        """,
    ),
    rule(
        "compared.over",
        "over",
        r"""
        \b(?:recommend|choose|chose|pick|prefer|take|favou?r|go (?:with|for)|opt for|buy|get|edges?
        |advantage|wins?
        |improvement|upgrade|lead|went with)(?:s|ed|ing|red)?\W+(?:(?:<word>|¤(?:'s)?)\W+){0,9}?over <yard>§
        """,
    ),
    rule(
        "compared.prefer_to",
        "prefer preferred prefers preferable",
        r"\bprefer(?:s|red|able)?\b [^§.]{0,60}?\bto <yard>§",
    ),
    rule(
        "compared.equal",
        "as",
        r"(?:\b(?:performs?|works?|runs?|sounds?|looks?|fits?|does|do|hold up) (?:\w+ )?as well|\bas"
        r" (?!(?:well|soon|long|far) as\b)(?:<word> ){1,5}?)\s*\bas (?:(?:that|those|what) (?:of|from"
        r"|on) )?(?:an? |the |any "
        r"|your )?(?:¤\W+(?:and|or) )?§",
    ),
    rule(
        "compared.beats",
        "beats beat beating outperforms outperform outperformed outclasses outsells rivals rival"
        " matches undercuts surpasses"
        " competes compete competing trails edges against",
        r"""
        (?:\b(?:beats?|beating|outperform(?:s|ed)?|outclass(?:es)?|outsells?|rivals?|undercuts?
        |surpass(?:es)?|matches
        |trails?|edges(?: out)?|(?:competes?|competing|up|goes|stacks? up|holds? its own) (?:\w+ )?(?:with
        |against))
        <yard>§)
        """,
    ),
    rule(
        "compared.switch",
        "switch switched switching move moving moved upgrade upgrading coming",
        r"\b(?:switch|mov|upgrad|com)(?:e|ed|ing)? (?:away )?from <yard>§",
    ),
    rule(
        "compared.times",
        "does do did can offers offer has costs cost charges charge asks includes fraction half third"
        " quarter twice double triple times percent price cost",
        r"""
        \b(?:what|everything|anything|all|much|as well as|as much as)(?: that)? <yard>§ (?:does|do|did|can
        |offers?|has|costs?
        |charges?|asks?|includes?)\b
        |\b(?:fraction|half|third|quarter|twice|double|triple|times|percent|%)\b(?: (?:the|a|an
        |its) \w+)?(?: of| as)?
        (?: what| that of| the \w+ of| much as)? <yard>§
        |\b(?:price|cost|size|weight) of <yard>§(?=\W*$)
        """,
    ),
    rule(
        "compared.set_beside",
        "where whereas not next differ differs difference compare compares compared beside alongside similar",
        r"""
        (?:^\W*(?:where|whereas) <the>§|,\s?(?:and )?not (?:the |an? |from )?<yard>§(?=\W*$)|^\W*(?:next to
        |beside|alongside|against|set against) <yard>§
        |§(?:'s)?(?: <word>){0,2}? (?:compares?|stacks? up|fares?|differs?) (?:\w+ )?(?:to|with|from
        |against) (?:the )?¤
        |(?:§[^§¤.;]{0,20}¤|¤[^§¤.;]{0,20}§)(?: \w+){0,4}? (?:differ|compare|are (?:\w+ )?(?:similar|alike
        |comparable))\b)
        """,
    ),
)

RECOMMENDED = (
    rule("recommended.cannot_go_wrong", "wrong", r"\bgo wrong with <the>§"),
    rule(
        "recommended.verb",
        "recommend recommends recommended recommending suggest suggests suggesting endorse endorses endorsed"
        " opt lean leaning choose pick buy get go consider better prefer prefers preferred steer steering",
        r"""
        \b(?:recommend(?:s|ed|ing)?|suggest(?:s|ing)?|endorse[sd]?|opt for|lean(?:ing)? toward(?:s)?
        |better off (?:with|choosing|buying|getting|going with)|prefer(?:s|red)?
        |steer(?:ing)? (?:\w+ ){0,3}?to(?:wards?)?
        |you (?:might|may|could|should) (?:want to |also )?consider
        |(?:i|we)(?:'d| would) (?:probably |personally )?(?:choose|pick|buy|get|go (?:with|for))) <the>§
        """,
        unless=(
            r"(?:n't|\bnot|\bnever|\bstop(?:ped)?|\bquit|(?:hard"
            r"|difficult) to) (?!hesitate)(?:\w+ ){0,2}$|[§¤] (?:\w+ ){0,2}$"
            r"|\b(?:some|many|several|certain|other) (?:\w+ ){1,2}$"
        ),
    ),
    rule(
        "recommended.imperative",
        "choose pick go try get buy consider look check start opt",
        r"""
        (?:^|:)\W*(?:then |just |instead\W+|why not |please |definitely |simply |also |so )?(?:choose|pick
        |go (?:with|for)|try|get|buy|consider
        |look at|check out|start with|opt for|grab|stick with) <the>§
        """,
    ),
    rule(
        "recommended.is_best",
        "is are remain remains stands ranks rank be makes make",
        r"""
        §<subject>(?:is|are|remains?|stands out as|ranks? as|would be|makes?) (?:(?!not\b)<word> ){0,3}?
        (?:the best
        |(?:my|our|the|an?|one of the) (?:(?!not\b)<word> ){0,2}?<good> (?:<word> ){0,2}?<pick>)\b
        """,
    ),
    rule(
        "recommended.best_is",
        f"{_BEST_CUES} winner pick recommendation choice go",
        r"""
        \b(?:best|top|favou?rite|winning|first) (?:<word> ){0,3}?(?:<pick>|overall)?\s*(?:\w+ ){0,4}?
        (?:is|are|would be|remains|goes to|has to be) <the>§
        |\b(?:my|our|the) (?:clear |overall |obvious |real |top )?(?:winner|pick|recommendation|go-to|choice)
        (?: here| overall| for \w+)? (?:is|would be|remains|goes to) <the>§
        """,
    ),
    rule(
        "recommended.label",
        f"{_BEST_CUES} pick choice recommendation",
        r"""
        ^\W*(?:<word>\W+){0,3}?(?:best|top pick|winner|(?:our|my) (?:\w+ )??pick|editors?'?s?'? choice
        |recommendation)\b[^§:\n]{0,60}?(?::|\s[\u2013\u2014-]\s)\W{0,6}<listed>§
        """,
        is_label=True,
    ),
    rule(
        "recommended.is_recommended",
        "recommended",
        r"§<subject>(?:is|are|comes?|was|were) (?:(?!not\b)\w+ ){0,2}?recommended\b(?! by (?-i:[A-Z]))",
    ),
    rule(
        "recommended.named_best",
        _BEST_CUES,
        r"""
        \b(?:name[ds]?|crown(?:ed|s)|call(?:ed|s)|rate[ds]|rank(?:ed|s)|pick(?:ed|s)|chose|select(?:ed|s)
        |voted) <the>§[^§¤]{0,60}?\b(?:best|top|winner|favou?rite)\b
        """,
    ),
    rule(
        "recommended.is_ours",
        "my our go takes took wins won gets earns",
        r"""
        §<subject>(?:is|are|remains?|was|would be) (?:(?!not\b)<word> ){0,2}?(?:my|our) (?:<word> ){0,3}?
        (?:go-to|pick|favou?rite|choice|recommendation)\b
        |§(?:'s)?\W+(?:(?!not\b)<word>\W+){0,5}?(?:wins?|won\b(?!')|takes? (?:the (?:crown|win|cake
        |top spot|title
        |prize))
        |gets? (?:my|our) (?:vote|nod|pick)|comes? out on top|earns? (?:the|our|my) (?:top|vote|nod|first
        |pick))\b
        """,
    ),
    rule(
        "recommended.tagged",
        f"{_BEST_CUES} pick winner choice option bet",
        r"""
        §(?:'s)?(?:\W{0,4}<word>){0,5}?\W{0,4}(?:\(|\s[\u2013\u2014-]\s|:|\|)\W{0,4}(?:the |our |my |an? )?
        (?:best (?!(?:practices?|way|known|before|if|for)\b)|(?<!\|)(?<!\|\s)best for (?=\w)|top pick
        |winner\b
        |editors?'?s?'? choice|(?:our|my) (?:\w+ ){0,2}?(?:pick|recommendation|choice|favou?rite)
        |(?:<word> ){0,2}?<good> (?:<word> ){0,2}?(?:choice|option|pick|bet)\b)
        """,
        is_label=True,
        unless=r"§|¤",
    ),
    rule(
        "recommended.row_label",
        f"{_BEST_CUES} pick choice recommendation",
        r"""
        ^\W*(?:best|top pick|winner|(?:our|my) (?:\w+ )??pick|editors?'?s?'? choice
        |overall winner)\b[^§|\n]{0,60}\|\W{0,6}<listed>§
        """,
        is_label=True,
    ),
)
