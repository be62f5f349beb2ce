"""The broad English rules of advice: by construction and word class, tried where no closer rule spoke.

Belongs here: verdicts ("is overkill"), advice in the conditional ("I'd start with"), clefts ("is the one I'd
buy"), labels and awards. Not here: what is sold, compared or absent (``english_shops``, ``english_choices``,
``english_absence``), how a pattern reads (``rule_parts``).

A fact is no advice: "costs less", "is expensive", "has a recall" leave a brand ``named``.
"""

from brand_monitor.domain.mentions.rule_parts import rule

_BE_CUES = (
    "is are was were be s remain remains stay stays seem seems look looks feel feels re makes make sounds"
)
_NOT_CUES = "t not never nobody no"

WARNED = (
    rule(
        "warned.verdict",
        _BE_CUES,
        r"""
        §<subject><be> (?:(?!not\b|never\b)<word> ){0,3}?
        (?:overkill|overrated|best avoided|better avoided|not for (?:you|me|everyone on|beginners)
        |hard to (?:justify|recommend|defend)|out of the question
        |(?:the )?wrong (?:\w+ ){0,2}?(?:choice|fit|tool|pick|product|brand|one)|not the (?:right )?answer
        |(?:an? |the )?(?:<word> ){0,2}?(?:mistake|waste of \w+|non-starter|nonstarter|hard pass|rip-off
        |last (?:resort|choice))
        |(?:an? )?(?:<word> )?(?:poor|bad|terrible|risky|weak) (?:\w+ ){0,2}?(?:<pick>|idea|deal|investment
        |move|decision|match)
        |too (?:<word> ){1,3}?for (?:you|your|what|most|beginners|this|that|a|small|everyday)
        |(?:the |an? )?(?:\w+ ){0,2}?(?:one|ones|brands?|ones?) to (?:avoid|skip))\b
        """,
    ),
    rule(
        "warned.not_for_you",
        _NOT_CUES,
        r"""
        §<subject>(?:<be>|is|are|does|do)?\s{0,2}<not> (?:(?:really|exactly|quite|necessarily|worth) ){0,2}?
        (?:for (?:you|me|beginners|most)\b|makes? (?:much |any |a lot of )?sense|cut it|worthwhile
        |(?:the |an? )?(?:\w+ )?(?:right|safe|wise|sensible|smart|good|great) \w+\b)
        """,
    ),
    rule(
        "warned.would_not",
        _NOT_CUES,
        r"""
        (?:\b(?:would|should)(?:n't| not| never)(?: have)?|'d never(?: have)?|\bhad? (?:\w+ )?never
        |(?:^|[,;:])\W*(?:(?:please|just|so|and|but|whatever you do)\W+)?(?:do not|don't|never)
        |\b(?:so|and|but|please|you|we|readers|people) (?:do not|don't|never)(?: want to| need to| have to)?
        |\b(?:nobody|no one) (?:should|needs to)|\bno longer)
        (?: (?!but\b|and\b|regret\b|miss\b|overlook\b)<word>){0,4}? (?:<choose>|chosen|bought|picked|used
        |need|touch|rely on|bother with
        |pay(?:ing)?(?: \w+)? for|be paying for|settle for|fall for|(?:talk|rush) (?:you |yourself )?into
        |waste \w+ \w+ on) <the>§
        """,
        unless=r"\b(?:hesitate|why|if (?:i|we|you)|would have)\b[^§]{0,20}$",
    ),
    rule(
        "warned.no_reason",
        "little no hardly reason point sense",
        r"""
        \b(?:little|no|hardly any|not much|n't (?:any|much|a)(?: good)?)(?: real| good)? (?:reason|point
        |sense)
        (?: \w+){0,3}? (?:to|in) (?!(?:avoid|skip|worry|doubt|fear|rule|look|leav)\w*)(?:\w+ ){1,3}?<the>§
        """,
        unless=r"\b(?:see|be|is|was)\b[^§]{0,3}not$",
    ),
    rule(
        "warned.hedged",
        "think hold wary cautious careful skeptical sceptical clear elsewhere fan sold",
        r"""
        (?:\bthink (?:twice|hard|carefully|long and hard)(?: \w+){1,4}?
        |\bhold off (?:on|buying)(?: \w+){0,2}?
        |\b(?:wary|cautious|careful|skeptical|sceptical)(?: of| about| with)(?: \w+){0,2}?
        |<not> (?:\w+ ){0,2}?(?:an? )?(?:big |huge )?(?:fan of|sold on|convinced by)) <the>§
        """,
    ),
    rule(
        "warned.dropped",
        "forget ditch dump leave drop abandon skip avoid off out",
        r"""
        (?:(?:^|[,;:])\W*(?:just |please |so |then )?(?:forget(?: about)?|ditch|dump|skip|drop) <the>§
        |\bfavou?r and (?:leave|skip|avoid|ditch|drop) <the>§
        |\b(?:i|we)(?:'d| would) (?:\w+ )?(?:leave|avoid|skip|cut)\b[^§¤]{0,40}\b(?:is|are|would be)\s
        <the>§)
        """,
    ),
    rule(
        "warned.too_bad",
        "too",
        r"§[^§¤.;]{0,60}?\btoo (?:\w+ ){1,2}?to (?:be (?:worth|recommended)|recommend|justify|consider)\b",
    ),
    rule(
        "warned.no_longer",
        "longer anymore more",
        r"§[^§¤.;]{0,90}?\b(?:recommend\w*|pick|choice|favou?rite|best)\b[^§¤.;]{0,30}\b(?:no longer|not"
        r" any ?more)\W*$",
        is_label=True,
    ),
    rule(
        "warned.tagged",
        "pass worth no skip avoid overrated",
        r"§(?: \w+){0,3}?\W{0,4}(?::|\s[\u2013\u2014-]\s)\W{0,4}(?:an? )?(?:hard pass|pass\b(?!\w| )"
        r"|not worth"
        r"|no\W*$|overrated|skip it|avoid)",
        is_label=True,
    ),
)

RECOMMENDED = (
    rule(
        "recommended.verdict",
        _BE_CUES,
        r"""
        §<subject>(?:(?:<be>|makes?|would make|makes for)(?: both| all| each)?) (?:(?!not\b|never\b|n't\b|no\b
        |too\b|less\b)<word> ){0,4}?
        (?:(?:the|an?|my|our|your|one of the|two of the|among the|another
        |some of the) (?:(?!not\b)<word> ){0,2}?
        (?:<good>|smarter|smartest|safest|better|wis(?:e|er|est)|sensible|easy|obvious|fine|decent|best|right
        |perfect) (?:<word> ){0,2}?(?:<pick>|fit|match|one)
        |(?:<good>|smart|sensible|safe) (?:picks|choices|options|bets|buys|contenders)|your best bet
        |hard to fault|ideal|(?:what|the \w+) (?:i|we)(?:'d
        |\swould) (?:(?!not\b|never\b|avoid\b|skip\b)\w+ ){0,2}?(?!not\b|never\b|avoid\b|skip\b|leave\b
        |pass\b|say\b
        )\w+|worth (?:a|it|your|every)\b
        |the (?:better|best|smarter|safer|stronger|wiser|right) (?!sell|known|deal|price|way\b|part\b)\w+)
        """,
        unless=r"\b(?:if|whether)\b[^§]{0,10}$",
    ),
    rule(
        "recommended.best_is_still",
        "best pick choice favorite favourite recommendation option vote mention bet winner travel one",
        r"""
        (?:\b(?:best|favou?rite|safest|smartest) (?:<word> ){0,8}?
        |\b(?:my|our|the|an?|another|one) (?:(?!not\b|no\b)<word> ){0,3}?(?:good|great|better|solid
        |underrated|strong
        |excellent|top|first|final|safe|smart|clear|overall|alternative|honou?rable) (?:<word> ){0,2}?
        (?:<pick>|mention|alternative) (?:\w+ ){0,4}?
        |\b(?:my|our) (?:\w+ ){0,2}?(?:<pick>|favou?rite|vote|nod) (?:\w+ ){0,4}?
        )(?:is|are|would be|remains?|goes to|has to be|might be|could be|'d be)(?: (?:still|probably|easily
        |definitely|currently|likely|now|without (?:a )?doubt|hands down|arguably))? <the>§
        """,
        unless=r"\b(?:not|n't)\b[^§]{0,12}$",
    ),
    rule(
        "recommended.would",
        "d would suggest say recommend back second runner",
        r"""
        \b(?:i|we)(?:'d| would) (?:(?:\w+ly|still|just|always|now|also|happily|gladly|first) ){0,2}?
        (?:<choose>|(?:suggest|recommend) (?:\w+ing|that you \w+)|deploy(?: \w+)? to|host(?: \w+)? (?:with|on)
        |open|drive|wear|subscribe to|shoot(?: with)?|keep|trust|bet on|give (?:my|the) (?:nod|vote
        |edge) to) <the>§
        |\b(?:keep|kept) (?:coming|going) back to <the>§
        |\bwith <the>§ (?:as |in )?(?:an? )?(?:close |strong |very )?(?:second|runner-up)
        |\b(?:i|we)(?:'d| would) (?:\w+ly |still |just |always )?(?!(?:not|never|no|say|think|expect|guess
        |skip|avoid|pass|call|compare
        |describe|hesitate|rather|like|love|be|have|hate|leave|cancel|ditch|drop|dump|return|quit|steer
        |stay|keep|rank|rate|put|place|warn|hold|wait|check
        |ask|question|want|need|only|argue|advise|replace|rule|caution|worry|switch|move|upgrade|beware
        |regret|struggle)\b)[\w-]+
        \s(?:around |on |with |through |to |in )?<the>§
        |\bi'd (?:be )?(?:give|giving) <the>§ (?:\w+ )?(?:a (?:try|look|chance|shot)|my|the)
        |\b(?:suggest|recommend|try) giving <the>§
        |\b(?:i|we)(?:'d| would)\b(?!n't| not\b)[^§¤]{0,40}\b(?:and|then) (?:\w+ )?<choose> <the>§
        """,
        unless=r"\b(?:weren't|wasn't|hadn't|not|never)\b[^§]{0,50}$",
    ),
    rule(
        "recommended.should",
        "should could might want ought will would may happiest happier happy served love like enjoy ll",
        r"""
        (?:\b(?:you|everyone|anyone|people|beginners|\w+s)\b(?:(?! not\b| n't\b)[^§¤.;,]){0,40}?
        \b(?:should|ought to|might want to|could do worse than to|may want to|'d do well to) (?:\w+ly |also
        |first |just )?<choose> <the>§
        |\b(?:you|people|parents|beginners|\w+s)(?: \w+){0,4}?(?:'ll| will| would| might| may)\s
        (?:\w+ly |also |really |probably )?(?:love|like|enjoy|appreciate) <the>§
        |\b(?:happiest|happier|happy|well[- ]served|best served|best off|in good hands|better served) (?:by
        |with)\s
        <the>§
        |§<subject>(?:would |should |will |might )?(?:suit|fit|serve)s? (?:you|your \w+|most people)\b)
        """,
    ),
    rule(
        "recommended.told",
        "get buy choose pick grab take go try consider order request start open use want need treat well",
        r"""
        (?:^(?![^§]*\b(?:can|could|will|to|may|might|let|lets|who|they|users|customers|people|i)\b[^§]*§)
        [^§]*\b(?:and|so|then|instead|just)\W+<choose> <the>§
        |^\W*(?:get|request|start|open) (?:an?|your) (?:\w+ )?(?:quotes?|account|trial|demo|policy
        |plan) (?:from|with|at) <the>§
        |(?:(?<!if\s)(?<!do\s)(?<!when\s)(?<!what\s)\byou (?:really |definitely )?(?:want|need)
        |\btreat yourself to|\bstart (?:your |the )?(?:\w+ )?(?:on|with|at)|'d do well to [\w-]+|(?:^
        |,)\W*(?:just )?go) <the>§
        |(?:^|[:;\u2014\u2013])\W*(?:(?:so|then|just|please|definitely|instead|verdict|bottom line
        |for me)\W+)?<choose> <the>§)
        """,
    ),
    rule(
        "recommended.awarded",
        "wins win takes took gets got earns earned tops top strikes deserves takes claims beats comes ranks"
        " lands list worth wins received",
        r"""
        §(?:'s)?\W+(?:(?!not\b|n't\b|never\b)<word>\W+){0,5}?(?:(?:wins?|won)\b(?!')
        |(?:takes?|took|claims?|earns?|earned|gets?|got|receive[sd]?|lands?) (?:<word> ){0,3}?(?:crown|cake
        |prize|title|award
        |recommendation|vote|nod|pick|first place|top (?:spot|honou?rs)|win|seal|edge)\b
        |(?:tops?|leads?|heads?) (?:our|my|the|every|most) (?:\w+ )?(?:list|ranking|rankings|pack|charts?)\b
        |(?:belongs?|(?:should|would) be|sits?|is) (?:at|on) (?:the top of )?your (?:short)?list
        |strikes? (?:the|a) (?:\w+ )?balance|hits the sweet spot
        |deserves? (?:an?|your|the|serious|to be)\b|(?:is|are) unbeatable\b)
        """,
    ),
    rule(
        "recommended.named",
        "pick best choice winner verdict mention down question runner value budget answer overall doubt then",
        r"""
        ^\W*(?:<word> ){0,2}?(?:runners?[- ]up|budget (?:pick|choice|option)|upgrade (?:pick|choice)
        |best (?:\w+ ){0,3}?\w+|top (?:pick|choice)|honou?rable mentions?|winner|(?:final |my |our )?verdict
        |(?:short |my |quick )?answer|my (?:\w+ )?pick|also great|recommendation|bottom line)\b\W*
        (?::|\?|\s[\u2013\u2014-]\s)\W{0,6}<listed>§(?:\s{1,2}(?!is\b|are\b|has\b
        |was\b)\w[\w.+-]*){0,3}\W*(?:$|[,.;:(\n\u2013\u2014-])
        |\b(?:hands down|no question|without (?:a )?doubt)\W{1,3}§
        |^\W*§ it is\b
        """,
        is_label=True,
    ),
    rule(
        "recommended.only_one",
        "if",
        r"""
        \bif (?:i|we|you) (?:had to|have to|could|can|must|want)\b[^§¤.;]{0,60}(?:it|that)(?:'d be| would be
        |'s| has to be| is) <the>§
        """,
        is_label=True,
    ),
)
