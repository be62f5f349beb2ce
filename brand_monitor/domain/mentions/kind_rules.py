"""The table of rules that decide how a clause speaks of a brand, in the order in which they are tried.

Belongs here: patterns, each with the id that rows carry as their reason. Not here: clauses and headings,
which ``kinds`` cuts out.

How a pattern reads: ``§`` is the brand, ``¤`` any other tracked brand, a space is white space, ``<name>`` one
of the ``_PARTS``, line ends are for the eye. Every repetition is bounded. A rule is tried only where one of
its cue words occurs: that is three times as fast, and says at a glance what a rule is about.
"""

import re
from typing import Literal, NamedTuple

Kind = Literal["named", "recommended", "warned_against", "absent", "asked"]
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
    "not": r"(?:n't|\bnot|\bcannot|\bnever|\bunable to|\bfail(?:ed|s)? to)",
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
        |is|are)\b)<word>\W+){0,6}){0,8}
        """,
    "the": r"""
        (?:(?:the|an?|any|all|most|buying|using|getting|purchasing|trying|both|either|brands?|models?
        |products?|such|as|like|something|from|by|of|checking|out|looking|at|into|going|with|for|starting
        |older|newer|cheap|new|classic)\b\W+){0,6}<others>(?:(?:the|an?) )?\W{0,4}
        """,
    # From the brand to its verb: product words, other brands of the same subject.
    "subject": r"(?:'s)?(?:\W+(?!(?:is|are|was|were|over|than)\b)(?:<word>|¤)){0,6}?\W+",
    "good": r"""
        (?:top|best|first|number one|number-one|favou?rite|clear|overall|excellent|great|solid|fantastic
        |perfect|ideal|good|strong|outstanding|wonderful|safe|smart|superb)
        """,
    "pick": r"""
        (?:picks?|choices?|options?|recommendations?|winners?|bets?|buys?|brands?|contenders?|performers?
        |values?|all-rounders?)
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
}
_NOT_CUES = "t not cannot never unable fail fails failed"
_BEST_CUES = "best top favorite favourite winning winner first"


def _compiled(template: str) -> re.Pattern[str]:
    pattern = template
    while part := re.search(r"<([a-z]+)>", pattern):
        pattern = pattern.replace(part[0], _PARTS[part[1]].strip())
    # The two signs are words here: if \W took them, a row of brands could be read in very many ways.
    pattern = re.sub(r"\n[ ]*", "", pattern).replace(r"\W", rf"[^\w{HERE}{OTHER}]").replace(" ", r"\s+")
    return re.compile(pattern, re.IGNORECASE)


def _rule(rule: str, cues: str, pattern: str, *, is_label: bool = False, unless: str | None = None) -> Rule:
    kinds: dict[str, Kind] = {"absent": "absent", "warned": "warned_against", "recommended": "recommended"}
    return Rule(
        kind=kinds[rule.partition(".")[0]],
        id=rule,
        cues=frozenset(cues.split()),
        pattern=_compiled(pattern),
        is_label=is_label,
        unless_before=_compiled(unless) if unless else None,
    )


RULES = (
    _rule("absent.not_found", _NOT_CUES, r"<not> <adverb><wrote> <fill><others>§"),
    _rule(
        "absent.no_information",
        f"{_NOT_CUES} no lack lacks lacking without",
        r"""
        (?:<not> <adverb>(?:have|provide|offer|contain|include|give|access|aware of)
        |\bno|\black(?:s|ing)?|\bwithout) (?:\w+ ){0,3}?<info> (?:\w+ ){0,2}?
        (?:of|about|on|for|regarding|concerning|to|called|named|mention(?:s|ing)?|related to)\s+
        <fill><others>§
        """,
    ),
    _rule(
        "absent.none_mentions",
        "none neither nothing nobody no",
        r"""
        \b(?:none|neither|nothing|nobody|no one|no \w+)\b[^§.]{0,60}?
        \b(?:mentions?|mentioned|lists?|includes?|names?|refers? to|covers?|discuss(?:es)?|features?|about)\s+
        <fill><others>§
        """,
    ),
    _rule(
        "absent.unfamiliar",
        f"{_NOT_CUES} unfamiliar unaware",
        r"""
        (?:<not> <adverb>(?:familiar with|aware of|heard of)|\bunfamiliar with|\bunaware of)\s+
        <fill><others>§
        """,
    ),
    _rule("absent.does_not_appear", _NOT_CUES, r"§<subject>(?:\w+\s*)?<not> <adverb><shown>"),
    _rule(
        "absent.missing_from",
        "absent missing omitted",
        r"§<subject>(?:is|are|was|were) (?:\w+ )?(?:absent|missing|omitted) (?:from|in)\b",
    ),
    _rule(
        "warned.avoid",
        "avoid avoiding stay staying steer steering beware skip skipping watch wary careful cautious",
        r"""
        \b(?:avoid(?:ing)?|stay(?:ing)? (?:far )?away from|steer(?:ing)? clear of|beware of|skip(?:ping)?
        |watch out for|be (?:wary|careful|cautious) (?:of|with|about)) <the>§
        """,
        unless=r"(?:<not>|\bno (?:need|reason) to) (?:\w+ ){0,2}$",
    ),
    _rule(
        "warned.not_recommended",
        _NOT_CUES,
        r"""
        <not> <adverb>
        (?:recommend|suggest|advise|buy|choose|pick|go (?:with|for)|purchase|endorse|trust)(?:ing)? <the>§
        """,
    ),
    _rule(
        "warned.not_worth",
        _NOT_CUES,
        r"""
        §<subject>(?:\w+\s*)?<not> <adverb>(?:recommended|worth|advisable
        |(?:an?|the|my|our) (?:\w+ )??(?:<good>|right|wise) (?:\w+ )??(?:<pick>|idea|fit))
        """,
    ),
    _rule(
        "warned.label",
        "avoid skip not buy",
        r"""
        ^\W*(?:(?:brands?|models?|products?|ones?) to )?
        (?:avoid|skip|not recommended|do not buy|don't buy)\b[^§:]{0,30}:[^§.]{0,80}§
        """,
        is_label=True,
    ),
    _rule("recommended.cannot_go_wrong", "wrong", r"\bgo wrong with <the>§"),
    _rule(
        "recommended.verb",
        "recommend recommends recommended recommending suggest suggests suggesting endorse endorses endorsed"
        " opt lean leaning choose pick buy get go",
        r"""
        \b(?:recommend(?:s|ed|ing)?|suggest(?:s|ing)?|endorse[sd]?|opt for|lean(?:ing)? toward(?:s)?
        |(?:i|we)(?:'d| would) (?:probably |personally )?(?:choose|pick|buy|get|go (?:with|for))) <the>§
        """,
        unless=r"(?:n't|\bnot|\bnever) (?!hesitate)(?:\w+ ){0,2}$|[§¤] (?:\w+ ){0,2}$",
    ),
    _rule(
        "recommended.imperative",
        "choose pick go try get buy consider look check start opt",
        r"""
        ^\W*(?:then |just |instead\W+)?(?:choose|pick|go (?:with|for)|try|get|buy|consider|look at|check out
        |start with|opt for) <the>§
        """,
    ),
    _rule(
        "recommended.is_best",
        "is are remain remains stands ranks rank be makes make",
        r"""
        §<subject>(?:is|are|remains?|stands out as|ranks? as|would be|makes?) (?:(?!not\b)<word> ){0,3}?
        (?:the best
        |(?:my|our|the|an?|one of the) (?:(?!not\b)<word> ){0,2}?<good> (?:<word> ){0,2}?<pick>)\b
        """,
    ),
    _rule(
        "recommended.best_is",
        _BEST_CUES,
        r"""
        \b(?:best|top|favou?rite|winning|first) (?:<word> ){0,3}?(?:<pick>|overall)?\s*(?:\w+ ){0,4}?
        (?:is|are|would be|remains|goes to|has to be) <the>§
        """,
    ),
    _rule(
        "recommended.label",
        f"{_BEST_CUES} pick choice recommendation",
        r"""
        ^\W*(?:<word>\W+){0,3}?(?:best|top pick|winner|(?:our|my) (?:\w+ )??pick|editors?'?s?'? choice
        |recommendation)\b[^§:\n]{0,60}:\W{0,6}<the>§
        """,
        is_label=True,
    ),
    _rule(
        "recommended.is_recommended",
        "recommended",
        r"§<subject>(?:is|are|comes?|was|were) (?:(?!not\b)\w+ ){0,2}?recommended\b",
    ),
    _rule(
        "recommended.named_best",
        _BEST_CUES,
        r"""
        \b(?:name[ds]?|crown(?:ed|s)|call(?:ed|s)|rate[ds]|rank(?:ed|s)|pick(?:ed|s)|chose|select(?:ed|s)
        |voted) <the>§[^§¤]{0,60}?\b(?:best|top|winner|favou?rite)\b
        """,
    ),
)
