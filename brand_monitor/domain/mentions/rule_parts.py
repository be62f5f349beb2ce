"""How rules of kinds are written down: the parts of patterns, the signs for brands, and the compiler.

Belongs here: what rules of all languages share, and the English parts. Not here: the rules
(``english_rules``, ``foreign_rules``), their order (``kind_rules``), clauses (``clauses``).

How a pattern reads: ``§`` is the brand, ``¤`` any other tracked brand, a space is white space, ``<name>`` one
of the ``_PARTS``, line ends are for the eye. Every repetition is bounded. A rule is tried only where one of
its cue words occurs: that is three times as fast, and says at a glance what a rule is about.
"""

import re
from typing import Literal, NamedTuple

Kind = Literal["named", "recommended", "compared", "warned_against", "absent", "asked", "seller", "quoted"]
HERE, OTHER = "\u00a7", "\u00a4"


class Rule(NamedTuple):
    """One rule. ``is_label`` rules look at the whole sentence, the others at the clause around the brand."""

    kind: Kind
    id: str
    cues: frozenset[str]
    pattern: re.Pattern[str]
    is_label: bool
    unless_before: re.Pattern[str] | None


_PARTS = {
    # Possessive, and a hyphen or apostrophe only between letters: a text splits into words in one way only.
    "word": r"\w++(?:['-]\w++)*+",
    "not": r"(?:n't|\bnot|\bno longer|\bcannot|\bnever|\bunable to|\bfail(?:ed|s)? to)",
    "adverb": r"""
        (?:(?:really|necessarily|currently|actually|specifically|directly|explicitly|always|generally|yet
        |even|ever|been able to|able to|be|been|personally|particularly|typically|usually|often|going to
        |to) ){0,3}
        """,
    "info": r"""
        (?:information|info|details?|data|results?|mentions?|references?|records?|evidence|reviews?|anything
        |sources?|listings?|documentation|entry|entries|trace|sign|knowledge|brands?|compan(?:y|ies)
        |products?|models?|shoes?)
        """,
    # May stand between "find" and its object; anything else is another object ("find a better shoe than").
    "fill": r"""
        (?:(?:an?|any|the|this|that|much|more|specific|reliable|relevant|credible|recent|current|official
        |detailed|direct|called|named|about|on|of|for|regarding|concerning|related|to|from|either|both|or|and
        |nor|following|by|in|my|these|those|provided|search|given|which|known|as|such|available|real
        |well-known|mention|discuss|mentioning|discussing|<info>)\b\W+){0,12}
        """,
    # "avoid ¤, ¤ and §": other brands that share the verb, with a few product words each.
    "others": r"""
        (?:¤(?:'s)?\W*(?:(?!(?:over|instead|rather|than|to|for|if|because|not|but|vs|versus|unlike|against
        |is|are|ist|sind|hat|als|est|sont|que|es|son|tiene)\b)<word>\W+){0,6}){0,8}
        """,
    "the": r"""
        (?:(?:the|an?|any|all|most|buying|using|getting|purchasing|trying|both|either|brands?|models?
        |products?|such|as|like|something|from|by|of|checking|out|looking|at|into|going|with|for|starting
        |older|newer|cheap|new|classic|cheape?(?:r|st)|bigger|smaller|larger|original|current|entire|whole
        |basic
        |entry-level|standard|base|latest)\b\W+){0,6}<others>(?:(?:the|an?) )?\W{0,4}
        """,
    # From the brand to its verb: product words, other brands of the same subject.
    "subject": r"(?:'s)?(?:\W+(?!(?:is|are|was|were|over|than)\b)(?:<word>|¤)){0,6}?\W+",
    "good": r"""
        (?:top|best|first|number one|number-one|favou?rite|clear|overall|excellent|great|solid|fantastic
        |perfect|ideal|good|easiest|safest|smartest|strongest|wisest|surest|strong|outstanding|wonderful
        |safe|smart|superb)
        """,
    "pick": r"""
        (?:picks?|choices?|options?|recommendations?|winners?|bets?|buys?|brands?|contenders?|performers?
        |values?|all-rounders?|fits?|buy)
        """,
    "be": r"""
        (?:is|are|was|were|remains?|stays?|looks?(?: like)?|sounds?|seems?(?: like)?|feels?(?: like)?|'s|'re
        |(?:would|could|might|may|should|will|must|can|'d|'ll)(?: both| all| still| probably)? be|to be)
        """,
    # Within a clause, without another brand, a denial or a condition.
    "clear": r"(?:(?!\b(?:not|never|no|nor|without|hardly|if|whether|than)\b|n't\b)[^§¤.;!?]){0,70}?\b",
    # A sentence that names one brand, once.
    "alone": r"^(?=[^¤]*$)",
    # To take something for oneself, in whatever market.
    "choose": r"""
        (?:recommend|suggest|choose|pick|buy|get|grab|take|use|try|go (?:with|for|straight (?:to|for))|opt for
        |(?:start|begin|stick|stay) with|stick to|settle on|lean (?:towards?|to)|look (?:at|into|to)|consider
        |order|book|hire|subscribe to|sign up (?:for|with)|sign with|switch to|move to|invest in|check out)
        """,
    "wrote": r"""
        (?:find|found|see|seen|locate|come across|recogni[sz]e|identify|mention(?:ed)?|include[sd]?|contain
        |list(?:ed)?|know(?: of)?|cover|feature|reference|refer to|discuss)
        """,
    "shown": r"""
        (?:appear(?! to\b)|show up|exist|listed|mentioned|included|found|featured|covered|named|present
        |referenced|cited|located|among\b
        |in (?:the|my|this|these|our) (?:list|sources?|data|results?|documents?|context|text)
        |(?:appear|seem) to (?:exist|be (?:an? (?:real|known|recogni[sz]ed|existing|well)|listed|mentioned)))
        """,
    "bought": r"""
        (?:available|sold|buy|buying|bought|order|ordered|purchased?|get (?:it|them|one|this|these|yours?)
        |grab
        |pick(?:ed)? (?:it|them|one) up|pick up|find (?:it|them|one|this|these|used|new|both|cheap\w*)|found
        |shop|in stock|stocked
        |carried|listed|on sale|discounted|priced|retails?|ships?|shipped|ordering|deals?|prices?|discounts?
        |sales?|bundles?|\$\d[\d.,]*|€\d[\d.,]*|£\d[\d.,]*|stars?|ratings?|reviews?|bestsellers?)
        """,
    # Shops in a row: "at retailers such as ¤, ¤ or on §".
    "shops": r"""
        (?:(?:the|your|a|an|official|retailers?|stores?|sites?|shops?|marketplaces?|places|outlets?|chains?
        |like|such as|including|major|big|large|online|big-box|local|directly|any|e\.g\.|most|many|other
        |select)\W+
        ){0,6}(?:¤(?:'s)?[\s,/&(]*(?:(?:and|or|the|on|at|from|via|sometimes|also|even|stores?|com
        |website)\W+){0,4}){0,8}
        """,
    # Behind a label: "Best overall: the ¤ Model or the §".
    "listed": r"""
        (?:the |an? |our |my )?(?:¤(?:(?!\b(?:formerly|by|from|over|vs|than|not|but|for|is
        |are)\b)[^§¤(\n.;:]){0,40}?
        (?:,|/|&|\band\b|\bor\b)\W{0,4}(?:the )?){0,4}
        """,
    # A brand that something is measured against: "than the ¤ or the §".
    "yard": r"""
        (?:(?:the|an?|any|your|most|many|other|equivalent|comparable|similar|standard|pricier|brands?|those
        |older|newer|cheaper|something|from|by|of
        |like)\W+){0,4}
        (?:¤(?:'s)?(?:\W{1,3}(?!such\b|is\b|are\b)<word>){0,3}?\W{1,4}(?:and|or|und|oder|et|ou|y
        |o)\W+(?:the )?)?\W{0,4}
        """,
    "mixed": r"(?:(?:<word>|¤(?:'s)?)\W+){0,8}?",
}


def _compiled(template: str) -> re.Pattern[str]:
    pattern = template
    while part := re.search(r"<([a-z]+)>", pattern):
        pattern = pattern.replace(part[0], _PARTS[part[1]].strip())
    # The two signs are words here: if \W took them, a row of brands could be read in very many ways.
    pattern = re.sub(r"\n[ ]*", "", pattern).replace(r"\W", rf"[^\w{HERE}{OTHER}]").replace(" ", r"\s+")
    return re.compile(pattern, re.IGNORECASE)


def rule(name: str, cues: str, pattern: str, *, is_label: bool = False, unless: str | None = None) -> Rule:
    """Compile one rule.

    Args:
        name: Id; what stands before its first full stop says the kind.
        cues: Words of which a sentence must have one, in small letters.
        pattern: What to search for.
        is_label: Whether to look at the whole sentence.
        unless: What must not stand before the match.
    """
    kinds: dict[str, Kind] = {
        "absent": "absent",
        "warned": "warned_against",
        "recommended": "recommended",
        "compared": "compared",
        "seller": "seller",
        "asked": "asked",
        "quoted": "quoted",
    }
    return Rule(
        kind=kinds[name.partition(".")[0]],
        id=name,
        cues=frozenset(cues.split()),
        pattern=_compiled(pattern),
        is_label=is_label,
        unless_before=_compiled(unless) if unless else None,
    )
