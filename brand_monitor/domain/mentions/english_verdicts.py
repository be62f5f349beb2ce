"""The English rules of judgements that say what to do without a word of advice: tried last of all.

Belongs here: set phrases and word classes of judgement, at any distance in the clause of the brand, where
nothing denies them and no other brand stands between. Not here: advice by construction (``english_advice``).

Praise or blame of a part ("the battery disappoints") is no judgement of the brand, nor is being popular.
"""

from brand_monitor.domain.mentions.rule_parts import rule

WARNED = (
    rule(
        "warned.judged",
        "disappointment disappoints disappointing letdown harm hard difficult tough used prime downhill scam"
        " nightmare ripoff rip caution risk trusted recommended beware sell lemon worst regret waste mistake",
        r"""
        §(?:<clear>(?:disappointments?|disappointing|disappoints(?=\W*$)|let-?down|more harm than good
        |(?:hard|difficult|tough|impossible) (?:for me )?to recommend|(?:hard|tough) sell|past (?:its
        |their) prime
        |gone downhill|scam|nightmare|rip-?off|(?:buyer )?beware|proceed with caution|at your own risk
        |the worst (?:\w+ )?<pick>|lemon)\b
        |[^§¤.;!?]{0,30}?<not> (?:what (?:it|they) (?:once )?(?:used to be|was|were)|be (?:recommended
        |trusted)
        |something (?:i|we) (?:can|could|would) recommend))
        """,
    ),
    rule(
        "warned.given_up",
        "stopped stop quit gave given giving mistake moved regret regretted away never again skip avoid",
        r"""
        \b(?:(?:stop(?:ped)?|quit|no longer) (?:\w+ )?(?:recommending|recommend|suggesting|buying|using)
        |g(?:ave|iven|iving|ive) up on|(?:mistake|error|regret) (?:of|to|was)(?: \w+){1,2}?
        |(?:skip|avoid|pass on)(?: \w+){1,3}?|(?:switch|move)d? away from) <the>§
        """,
        unless=r"\b(?:<not>|no (?:need|reason) to|never|rather than|to) (?:\w+ ){0,2}$",
    ),
    rule(
        "warned.no_case",
        "reason case why",
        r"""
        (?:<not> (?:\w+ ){0,2}?(?:think of|see|find|make|name) (?:\w+ )?(?:\w+ )?(?:reason|case|point
        |argument)
        |\bno (?:good |real )?(?:case|argument)) (?:to|for|in) (?:\w+ ){0,2}?<the>§
        """,
    ),
    rule(
        "warned.crossed", "t not no worth avoid skip poor", r"^\W*[\u274c\u26d4\U0001f6ab]\W*§", is_label=True
    ),
)

RECOMMENDED = (
    rule(
        "recommended.judged",
        "unmatched unrivalled unrivaled unsurpassed unbeatable none spent worth leads lead pack field buck"
        " money best tool reach swear trust prefer bargain fault beat bet market go default first around"
        " class",
        r"""
        §<clear>(?:unmatched|unrivall?ed|unsurpassed|unbeatable|second to none|money well spent
        |(?:well |very )?worth (?:try|buy|consider|own|hav|gett|pay|check|look|a second)\w*
        |(?:leads?|is ahead of|tops) the (?:pack|field|competition)|(?:most|best
        |more) (?:\w+ )?(?:bang )?for (?:your|the) (?:money|buck)
        |(?:the|what) (?:\w+ ){0,2}?(?:i|we|most \w+|experts|reviewers|professionals
        |pros) (?:personally )?(?:reach for|trust|recommend|keep coming back to|swear by
        |prefer|always \w+)
        |the best (?:[\w-]+ ){1,4}?(?:on the market|around|available|you can (?:buy|get)|in (?:its
        |the) class|for (?:your )?money)
        |the best (?:[\w-]+ ?){1,3}, (?:period|bar none|hands down|by far)|best[- ]in[- ]class|(?:a
        |the) (?:clear |real |genuine )?(?:bargain|steal)
        |(?:can't|cannot|hard to|impossible to) (?:be )?(?:beat(?:en)?|fault(?:ed)?))\b
        """,
    ),
    rule(
        "recommended.judges",
        "give rank rate put place do best fan love swear trust should money favor favour land settle tend",
        r"""
        (?:\bgive <the>§ (?:\w+ )?an? (?:\w+ )?(?:go|try|chance|shot|look|whirl|spin)
        |\b(?:rank|rate|put|place)(?:s|ed)? <the>§ (?:\w+ )?(?:first|highest|(?:at|on) (?:the )?top
        |number one|above)
        |\b(?:i|we) (?:\w+ly |really |always )?(?:love|swear by|trust|prefer|adore|rely on) <the>§
        |\bshould (?:\w+ )?be (?:on|using|with|running) <the>§
        |\b(?:does?|doing|fares?|served) (?:best|better|well) (?:with|on) <the>§
        |\b(?:my|our) money(?:'s| is| would be) on <the>§|\b(?:i|we) (?:ended up|settled|landed) (?:with|on
        |choosing|buying) <the>§)
        """,
        unless=r"\b(?:<not>|never)\b[^§]{0,12}$",
    ),
    rule(
        "recommended.those_are",
        "my our picks choices recommendations favorites favourites",
        r"§[^§.;!?]{0,120}\b(?:those|these|they) are (?:\w+ )?(?:my|our) (?:\w+ )?<pick>",
        is_label=True,
    ),
    rule(
        "recommended.marked",
        "pick choice best top recommendation winner value favorite favourite ex one first",
        r"^\W*(?:(?:<word> ){0,3}?(?:pick|choice|recommendation|winner|value|favou?rite"
        r"|overall)\W{0,3}(?:\u2192|=|>)"
        r"|#1\W{0,4}:?|number one:)\W{0,6}<listed>§",
        is_label=True,
    ),
)
