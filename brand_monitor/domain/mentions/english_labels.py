"""The English rules of labels, marks and lists: advice that no clause says, tried last of the rules.

Belongs here: patterns over a whole sentence or line, each with the id that rows carry as their reason. Not
here: what clauses say (``advice``, ``verdicts``), how a pattern reads (``rule_parts``).
"""

from brand_monitor.domain.mentions.rule_parts import rule

WARNED = (
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
    rule(
        "warned.crossed", "t not no worth avoid skip poor", r"^\W*[\u274c\u26d4\U0001f6ab]\W*§", is_label=True
    ),
)

RECOMMENDED = (
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

# Two brands set against each other, where neither is praised.
COMPARED = (
    rule(
        "compared.contrast",
        "while whereas",
        r"""
        ^(?=[^¤]*¤[^¤]*$)(?=[^§]*\b(?:while|whereas)\b|[^¤]*¤[^§¤]*\b(?:while|whereas)\b)
        (?=.*\b(?:more|less|better|worse|fewer|easier|faster|slower|cheaper|quicker|lighter|heavier|stronger
        |longer|shorter|bigger|smaller|louder|quieter|softer|firmer|\w+ier)\b)[^§]*§
        """,
        is_label=True,
    ),
)
