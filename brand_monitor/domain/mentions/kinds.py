"""How a text speaks of a brand: named, recommended, compared, warned against, absent, asked, sold, quoted.

Belongs here: trying the rules on a clause, headings, columns, echoes of the question, which kinds count. Not
here: the rules (``kind_rules``), clauses (``clauses``), finding names (``search``), sentences (``text``).

A rule sees one clause, with one sign for the brand and one for every other tracked brand. Where no rule
speaks, the sentence is read word by word for advice and verdicts (``judgements``); where that finds nothing,
a brand is ``named``, with rule ``named.default``.

Counted as visibility are the kinds in which a reader of the answer learns of the brand as something of this
market: ``named``, ``recommended``, ``compared``, ``warned_against`` and ``quoted``. Not counted, and kept as
rows apart: ``absent`` (the answer says that it does not know the brand), ``asked`` (the question's words)
and ``seller`` (a shop where something else is sold: it says where to go, not what to have. Where the question
asks where to buy, shops are the answer and no mention is ``seller``).
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from brand_monitor.domain.mentions.clauses import MarkedSentence, marked, plain
from brand_monitor.domain.mentions.judgements import judgement
from brand_monitor.domain.mentions.kind_rules import HERE, LAST, OTHER, RULES, Kind, Rule

__all__ = [
    "COUNTED",
    "KINDS_VERSION",
    "MarkedSentence",
    "Verdict",
    "is_echo",
    "kind_of",
    "label_kind",
    "marked",
]

# Raised whenever a rule, a cue or what counts changes: rows name it, so that histories can be told apart.
KINDS_VERSION = "kinds@4"
COUNTED: frozenset[Kind] = frozenset({"named", "recommended", "compared", "warned_against", "quoted"})
ECHO_SHARE = 0.6
# Characters behind a match that may complete what it says ("the best | overall").
LOOK_AHEAD = 14

_QUOTES_QUESTION = re.compile(
    r"\b(?:you(?:'|\u2019)?(?:re| are)? (?:asked|asking|mentioned|wanted to know|want to know)"
    r"|your (?:question|query)|the question (?:is|was|asks))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?:][\"'\u201d\u2019*_)]*\s*$|^[\"\u201c>*#]")
_BEST_HEADING = re.compile(
    r"\W*(?:\d{1,3}[.)]\W*)?(?:\w++(?:['-]\w++)*+\W++){0,2}?"
    r"(?:best|top (?:pick|choice|recommendation)|winner|our (?:\w+ )?(?:pick|choice)|my (?:\w+ )?(?:pick"
    r"|choice)"
    r"|editors?'?s?'? choice|testsieger|bester?|bestes|meilleure?|mejor|recommended(?: \w+)?|recommendation"
    r"|go-to)\b",
    re.IGNORECASE,
)
_AVOID_HEADING = re.compile(
    r"\W*(?:\w++(?:['-]\w++)*+\W++){0,3}?(?:avoid|skip|not recommended|worst|vermeiden|\u00e9viter|evitar)\b",
    re.IGNORECASE,
)
# "Best shoes", "Best brands for runners": a heading of many says nothing of the first of them.
_OF_MANY = re.compile(
    r"\b(?!overall\b|plus\b|\w*(?:ss|us|is)\b)[a-z]{2,}s(?=\W*(?:$|\b(?:for|in|under|of|to|by|with|from|on"
    r"|at|20\d\d)\b))",
    re.IGNORECASE,
)
_ONLY_PURPOSE = re.compile(
    r"\W*(?:best|recommended|top|ideal)(?: (?:for|use|if|used|with))*\W*$", re.IGNORECASE
)
_TAIL = re.compile(r"\b(?:for|in|under|of)\b.*$", re.IGNORECASE | re.DOTALL)
_QUESTION = re.compile(r"\?[\"'\s)*_\]]*$")
_SUGGESTS = re.compile(
    r"\b(?:why not|how about|what about|have you (?:tried|considered|thought)|might i suggest)\b",
    re.IGNORECASE,
)
# "I wouldn't say that § is the best": what follows is not said.
_UNSAID = re.compile(
    r"(?:n't|\bnot|\bnever) (?:really |necessarily |quite |exactly )?(?:say|think|believe|claim|call"
    r"|consider|sure|convinced|clear|certain)\b"
    r"|\b(?:(?<!in )(?<!no )(?<!without )(?<!without a )doubt|doubtful|whether"
    r"|hardly|far from|anything but|no longer|used to|(?:was|were) going to"
    r"|would have|almost|nearly|wanted to)\b",
    re.IGNORECASE,
)
# "If it weren't dear, I'd recommend §": what would be said is not said.
_COUNTERFACTUAL = re.compile(
    r"\b(?:if|were it)\b[^.;?!]{0,80}\b(?:weren't|wasn't|were not|was not|hadn't|didn't"
    r"|not for)\b[^.;?!]{0,80}$",
    re.IGNORECASE,
)
_ANAPHOR = re.compile(
    r"\b(?:it|them|(?:this|that) (?:one|brand|model|company|product)|that(?='s (?:what|the one)"
    r"| is (?:what|the"
    r" one)|\W*$))\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    r"\b(?:they|both|either|these|all (?:three|four|of them))\b(?: (?:of (?:them|these|those|the two)|one|two"
    r"|three))?(?: \w+s\b)?",
    re.IGNORECASE,
)
# A clause that turns its back on what the one before it named.
_DISMISSES = re.compile(
    r"\W*(?:(?:so|and|but|then) )?(?:(?:i|we)(?:'d| would) |you should |just |please )?"
    r"(?:look(?:ing)? elsewhere|pass|steer clear|stay away|keep looking|(?:i|we) wouldn't \w+ (?:it|one"
    r"|there)"
    r"|don't (?:bother|apply|buy (?:it|one)|fall for it))\W*$",
    re.IGNORECASE,
)
_CUT = re.compile(r"\s(?:and|but|or|then)\s[^\u00a4]*$|[,;:]\s[^\u00a4]*$")
_NOTHING_ELSE = re.compile(r"\W*(?:\w+ly )?(?:the |an? )?\u00a7(?: \w+){0,2}[\s.!]*")
_CARRIED = ("warned_against", "recommended", "absent")


_WORD = re.compile(r"[^\W\d_]+")


_RULES_OF_CUE: dict[str, list[int]] = {}
for _at, _rule in enumerate(RULES):
    for _cue in _rule.cues:
        _RULES_OF_CUE.setdefault(_cue, []).append(_at)


class Verdict(NamedTuple):
    """A kind, the id of the rule that decided it, and the words that it went by."""

    kind: Kind
    rule: str
    said: str = ""


NAMED = Verdict("named", "named.default")


def kind_of(
    sentence: MarkedSentence, number: int, heading: str, follows: str = "", *, is_answer: bool = False
) -> Verdict:
    """Return how a sentence speaks of one of its brands.

    Args:
        sentence: The sentence.
        number: Which of its brands, 0-based.
        heading: The heading right above, or nothing.
        follows: The next sentence, if it begins with a plural such as "both", or nothing.
        is_answer: Whether the sentence before it asks.
    """
    at = sentence.brands[number]
    whole = sentence.text[:at] + HERE + sentence.text[at + 1 :]
    span = sentence.clause(at)
    verdict = _by_rules(whole[span.start : span.end], whole, sentence.words)
    if verdict.kind in _CARRIED and _QUESTION.search(whole) and not _SUGGESTS.search(whole):
        return Verdict("named", "named.question")
    if verdict.kind == "recommended" and _COUNTERFACTUAL.search(whole, 0, at):
        return Verdict("named", "named.counterfactual")
    if verdict is not NAMED:
        return verdict
    if is_answer and _NOTHING_ELSE.fullmatch(whole):
        return Verdict("recommended", "recommended.answer", whole)
    return (
        _judged(sentence, number, whole)
        or _by_anaphor(sentence, number, follows)
        or (label_kind(heading, "heading") if number == 0 else None)
        or _by_last(whole, sentence.words)
        or NAMED
    )


def _judged(sentence: MarkedSentence, number: int, whole: str) -> Verdict | None:
    """Return what the sentence advises of the brand, put together from its words."""
    found = None if _QUESTION.search(whole) else judgement(sentence, number)
    if found is None:
        return None
    if found.polarity < 0:
        return Verdict("warned_against", f"warned.{found.rule}", whole)
    at = sentence.brands[number]
    if _COUNTERFACTUAL.search(whole, 0, at) or _UNSAID.search(whole, max(0, at - 60)):
        return None
    return Verdict("recommended", f"recommended.{found.rule}", whole)


def _by_last(whole: str, words: frozenset[str]) -> Verdict | None:
    said = (rule for rule in LAST if rule.cues & words and rule.pattern.search(whole))
    return next((Verdict(rule.kind, rule.id) for rule in said), None)


def _by_rules(clause: str, whole: str, words: frozenset[str]) -> Verdict:
    for rule in _rules_with(words):
        match = rule.pattern.search(whole if rule.is_label else clause)
        if match is not None and not _is_undone(rule, match):
            return Verdict(rule.kind, rule.id, match.string[match.start() : match.end() + LOOK_AHEAD])
    return NAMED


@lru_cache(maxsize=4_096)
def _rules_with(words: frozenset[str]) -> tuple[Rule, ...]:
    """Return the rules of which one cue is among the words, in their order: once for a sentence."""
    return tuple(RULES[at] for at in sorted({at for word in words for at in _RULES_OF_CUE.get(word, ())}))


def _is_undone(rule: Rule, match: re.Match[str]) -> bool:
    """Return whether what stands before a match takes its meaning away."""
    before = match.string[max(0, match.start() - 40) : match.start()]
    if rule.unless_before is not None and rule.unless_before.search(before):
        return True
    return (
        rule.kind == "recommended"
        and _UNSAID.search(match.string, max(0, match.start() - 60), match.end()) is not None
    )


def _by_anaphor(sentence: MarkedSentence, number: int, follows: str) -> Verdict | None:
    """Return what the next clause says of "it" or "both", where only these brands can be meant."""
    at = sentence.brands[number]
    here = sentence.clause(at)
    if _QUESTION.search(sentence.text) and not follows:
        return None
    span = sentence.after(here.end)
    clause = sentence.text[span.start : span.end] if span is not None else follows
    if sum(here.start <= one < here.end for one in sentence.brands) > 1:
        return _carried(_PLURAL, clause)
    if OTHER in clause:
        cut = _CUT.search(clause, 0, clause.index(OTHER))
        if cut is None:
            return None
        clause = clause[: cut.start()]
    if _DISMISSES.match(clause):
        return Verdict("warned_against", "warned.dismissed.it", clause)
    return _carried(_ANAPHOR, clause)


def _carried(pronoun: re.Pattern[str], clause: str) -> Verdict | None:
    said, count = pronoun.subn(HERE, clause, count=1)
    if not count:
        return None
    verdict = _by_rules(said, said, frozenset(_WORD.findall(said.lower())))
    return verdict._replace(rule=f"{verdict.rule}.it") if verdict.kind in _CARRIED else None


def label_kind(label: str, where: str) -> Verdict | None:
    """Return what a heading or the title of a column says of the one brand below it.

    "Top picks" speaks of many, so of none; "Best for" announces a purpose, not a winner.

    Args:
        label: Its text.
        where: ``heading`` or ``table``, the end of the rule's id.
    """
    text = plain(label)
    if _AVOID_HEADING.match(text):
        return Verdict("warned_against", f"warned.{where}", text)
    is_best = _BEST_HEADING.match(text) and not _ONLY_PURPOSE.match(text)
    if not is_best or _OF_MANY.search(_TAIL.sub("", text)):
        return None
    return Verdict("recommended", f"recommended.{where}", text)


def is_echo(sentence: str, question: str, words: Callable[[str], Sequence[str]]) -> str | None:
    """Return the rule by which a sentence only repeats the question, or None if it says something."""
    if _QUOTES_QUESTION.search(sentence):
        return "asked.quoted"
    said, asked = set(words(sentence)), set(words(question))
    if not said or not asked or len(said & asked) < ECHO_SHARE * len(said | asked):
        return None
    return "asked.echo" if _ASKS.search(sentence) else None
