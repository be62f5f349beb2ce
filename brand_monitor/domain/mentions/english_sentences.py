"""The English rules that read a whole sentence about one brand, where nothing closer to its name decided.

Belongs here: advice whose object is a pronoun or left out, and judgements at the other end of the sentence.
Every rule asks that no other tracked brand stands in the sentence (``<alone>``): "it" can mean only this one.
Not here: what the clause of the brand says (``english_advice``, ``english_verdicts``).
"""

from brand_monitor.domain.mentions.rule_parts import rule

WARNED = (
    rule(
        "warned.it",
        "skip avoid ditch dump drop leave cancel return forget ignore pass stay steer walk stop rid think"
        " recommend"
        " suggest advise buy choose get trust touch use consider justify endorse stand behind bother pay"
        " rule rules"
        " disqualifies not makes make making regret regretted",
        r"""
        <alone>[^\n]*?(?:
        (?<!n't\s)(?<!not\s)(?<!never\s)\b(?:skip|avoid|ditch|dump|drop|leave|cancel|return|forget|ignore
        |pass on|stay away from
        |steer clear of|walk away from|stop using|get rid of|think twice about|stay clear of) (?:it|them
        |this one|that one|these)\b(?! to\b)
        |<not> (?:\w+ ){0,2}?(?:recommend|suggest|advise|buy|choose|get|trust|touch|use|consider|justify
        |endorse
        |stand behind|get behind|bother with|pay(?: for)?) (?:it|them|one|this|these|that)\b(?! (?:enough
        |highly|more|for less)\b)
        |\brules? (?:it|them|this|that) out\b|\bdisqualif\w+ it\b
        |\bnot (?:something|one|a \w+|what) (?:that )?(?:i|we|you)(?:'d| would| can| could
        | should) (?!not\b)\w+
        |\bmak(?:es?|ing) (?:it|them) (?:an? )?(?:\w+ )?(?:hard to (?:recommend|justify)|(?:bad|poor
        |terrible|risky|tough|weak) \w+
        |impossible to recommend)
        |\b(?:you|you'll|i|we|people) (?:\w+ )?regret(?:ted)? (?:it|this|that))
        """,
        is_label=True,
    ),
    rule(
        "warned.elided",
        "too else another list picks recommendations away clear elsewhere pass enough twice hard carefully"
        " mistake money",
        r"""
        <alone>[^\n]*?(?:
        \b(?:stay away|steer clear|look elsewhere|keep looking|walk away|move on|hard pass
        |save your money)\W*$
        |\b(?:enough|a good|good) reason to (?:avoid|skip|leave|pass|stay|look)\w*
        |\breasons? enough to (?:avoid|skip|leave|pass|stay|look)
        |\b(?:i'd|i would|you should|should|would)(?: \w+)? think (?:twice|hard|carefully|long)
        |\b(?:same|my|costly) mistake\W*$|\btoo (?:\w+ ){1,4}?to (?:recommend|suggest|buy|trust|justify)\b
        |\b(?:i'd|i would|you should|so|please|just|;) (?:\w+ )?(?:buy|choose|get|use|try|pick|fly with
        |go with|look for|find) (?:someone|something|anything|another|somewhere) \w+
        |\bn't (?:on|in|among) (?:my|our) (?:\w+ )?(?:list|picks|recommendations))
        """,
        is_label=True,
        unless=r"<not> (?:\w+ )?$",
    ),
    rule(
        "warned.as_subject",
        "bottom last avoid skip way pit gimmick waste deal trap leave rule pass",
        r"""
        §<clear>(?:(?:at|near) the bottom of|last (?:on|in) (?:my|our|the)|lost its way
        |the (?:[\w-]+ ){0,2}?(?:\w+ )?(?:i|we|experts|reviewers)(?:'d| would)? (?:avoid|skip|leave
        |rule out|steer clear|pass|warn)
        |an? (?:\w+ )?(?:gimmick|money pit|trap|bad (?:deal|idea|investment|bet)|poor (?:value|investment)))\b
        """,
    ),
    rule(
        "warned.as_object",
        "cancel ditch drop dump leave return replace quit waste wasting wasted near reasons reason anyone"
        " anything"
        " warn warned say rule behind off",
        r"""
        (?:\b(?:(?:i|we|you)(?:'d| would)|you should|time to|better to|best to|want to) (?:\w+ )?(?:cancel
        |ditch|drop|dump
        |leave|return|replace|quit|rule out) <the>§
        |\bwast\w+ (?:\w+ ){1,2}?(?:money|time|cash|budget) on <the>§|<not> (?:\w+ )?(?:go near|get behind
        |stand behind) <the>§
        |\b(?:few|no|little|hardly any|not many) (?:\w+ )?reasons?(?: left)?(?: anymore| today)? (?:to
        |for) (?!(?:avoid|skip|worry|doubt|fear|leav|look)\w*)(?:\w+ ){1,2}?<the>§
        |\b(?:anyone|anything|anybody) but <the>§
        |\bwarn(?:s|ed|ing)? (?:\w+ ){0,2}?(?:against|off|away from) <the>§|\bsay no to <the>§)
        """,
        unless=r"<not> (?:\w+ )?$",
    ),
)

RECOMMENDED = (
    rule(
        "recommended.as_subject",
        "ahead first top tops brainer gold gets need box boxes must right natural logical sensible easy"
        " obvious safe"
        " stop point keep still always actually happily where beat buy own choose pick get go",
        r"""
        §<clear>(?:(?:comes?|came|finish\w*|rank\w*|place[sd]?|sits?) (?:out )?(?:ahead|first|on top
        |at the top)
        |(?:an? )?(?:\w+ )?no-brainer|gold standard|as good as it gets|(?:at the )?top of (?:my|our|the
        |any) (?:\w+ )?list
        |(?:all|everything) (?:\w+ )?you need|(?:ticks?|checks?) (?:all|every|most)\b[^§¤.;]{0,12}box(?:es)?
        |(?:an? )?must-(?:have|buy|try)|the (?:[\w-]+ ){1,4}?to (?:get|beat|buy|own|choose|pick|go with)
        |(?:my|our|your|the) (?:first (?:stop|port of call|place to)|starting point)
        |the (?:one )?(?:[\w-]+ ){0,3}?(?:i|we) (?:keep|still|always|actually|happily) \w+
        |where (?:i|we)(?:'d| would) (?:start|look|go|put)
        |the (?:right|natural|logical|sensible|easy|obvious|safe) (?:\w+ )?(?:choice|pick|call|answer
        |starting point|place to start|option))\b
        """,
    ),
    rule(
        "recommended.as_object",
        "make advice answer suggestion vote money extra more premium spring splurge reach touches candle"
        " close past"
        " fan sold tell convinced point",
        r"""
        (?:^\W*(?:[^§¤]{0,60}?,\W)?make it <the>§
        |\b(?:my|our|the|best|short|honest) (?:\w+ )?(?:advice|answer|suggestion|vote
        |tip)(?: \w+){0,3}?(?:\W{1,3}| (?:is|would be|goes to|remains)(?: still| probably| to \w+
        | simple\W)?)\s?<the>§
        |\b(?:pay|spend|stretch|spring|splurge|save up|hold out|reach)(?: \w+){0,2}? (?:for|on|to) <the>§
        |\b(?:nothing|no (?:other )?\w+|none|few)\b[^§¤.;]{0,40}\b(?:touch(?:es)?|match(?:es)?|rivals?
        |com(?:e|es) close to|hold(?:s)? a candle to|better) <the>§
        |\b(?:hard|difficult) to (?:look past|argue (?:with|against)|ignore|fault) <the>§
        |\b(?:i'm|i am|we're|we are) (?:\w+ )?(?:an? )?(?:\w+ )?(?:fans? of|sold on|convinced by) <the>§
        |\btell (?:\w+ ){1,3}to (?:get|buy|use|try|choose) <the>§)
        """,
        unless=r"(?:<not>|\bif|\bthan) (?:\w+ ){0,2}$",
    ),
    rule(
        "recommended.it",
        "recommend recommended suggest get buy choose pick grab go take my our best what",
        r"""
        <alone>[^\n]*?(?:
        (?<!n't\s)(?<!not\s)(?<!to\s)(?<!never\s)\b(?:recommend|recommended|suggest) (?:it|them|this one)\b
        |(?:\b(?:so|then|just|i'd|i would|you should|go ahead and|i say)\W+)(?:\w+ly )?(?:get|buy|choose
        |pick|grab|go with|go for|take)
        (?: it| one| that| this)(?! (?:at|from|on|via|in|through|over|with|out)\b)
        |\b(?:it|that|this)(?:'s| is| would be) (?:still |probably |easily )?(?:(?:my|our
        |the (?:\w+ )?best) (?:\w+ )?<pick>|(?:what|the \w+) (?:i|we)(?:'d| would) (?!not\b|avoid\b
        |skip\b)\w+)
        |\bi(?:'d| would) (?:\w+ly )?(?:buy|choose|get) (?:it|one) again)
        """,
        is_label=True,
    ),
)
