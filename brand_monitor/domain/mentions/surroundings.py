"""What stands around a mention and changes how it is meant: quotations, tables, rankings, the question.

Belongs here: everything beyond the sentence, read once per text. Not here: the sentence (``kinds``).
"""

import re
from functools import cached_property

from brand_monitor.domain.mentions.clauses import plain
from brand_monitor.domain.mentions.kinds import Verdict, label_kind
from brand_monitor.domain.mentions.quotations import quotations
from brand_monitor.domain.text.links import Cover

# Rows of a table that are looked back over for its head, and characters above a list for its announcement.
MAX_ROWS = 60
RANKING_REACH = 400
LABEL_REACH = 200
# Longer lines are no rows of tables and no headings.
MAX_LINE = 1_000

_TABLE_RULE = re.compile(r"[\s|:-]*-{2,}[\s|:-]*")
_BULLET = re.compile(r"[^\S\n]*(?:[-*+\u2022]|1[.)])[^\S\n]+[\W_]{0,6}(?:[\w ]{1,20}:[\W_]{0,6})?")
_ITEM = re.compile(
    r"[^\S\n]*(?:[-*+\u2022]|\d{1,2}[.)])[^\S\n]+[\W_]{0,6}(?:[\w +&/-]{1,40}[*_]{0,2}:[\W_]{0,6})?(?:The )?"
)
# Announcements of a list that speak of each of its items, unlike "The best shoes:", which announces a topic.
_LISTS_AVOIDED = re.compile(
    r"\b(?:(?:to|i'd|we'd|i would|should|would) (?:avoid|skip|pass on|stay away from|steer clear of)"
    r"|^\W*(?:avoid|skip)(?: (?:these|the following))?\W*$|not recommended|(?:wouldn't|don't) (?:recommend"
    r"|buy))\b"
    r"|^\W*(?:avoid|skip)\b(?: (?:these|the following)\b)?[^.]{0,30}$",
    re.IGNORECASE,
)
_LISTS_ADVISED = re.compile(
    r"^\W*(?:my|our) (?:\w+ ){0,2}?(?:recommendations?|picks|choices|suggestions|favou?rites)\b"
    r"|\b(?:i|we)(?:'d| would)? (?:\w+ly )?(?:recommend|suggest)\b[^.]{0,60}:\W*$|^\W*recommendations?\W*$"
    r"|^\W*(?:best|top) (?:picks?|choices?|options?) (?:by|per|for (?:each|every)) (?:\w+ ?){1,3}\W*$",
    re.IGNORECASE,
)
_LABEL_LINE = re.compile(r"(?:#{1,6}[^\S\n]+|(?=\*\*))([^\n]{3,80})")
_MEDAL = re.compile("[\U0001f3c6\U0001f947][^\\w\n]{0,8}$")
_HASHES = re.compile(r"(#{1,5})[^\S\n]")
_HEADING_BELOW = re.compile(r"\n\s{0,4}(#{2,6})[^\S\n]+([^\n]{3,60})")
_PIPE = re.compile(r"(?<!\\)\|")
_ASKS_WHERE = re.compile(
    r"\b(?:where (?:can|do|to|should|could|would|is|are)\b.{0,60}\b(?:buy|get|find|order|purchase|shop"
    r"|sold)|(?:which|what|best) (?:\w+ ){0,3}?"
    r"(?:stores?|shops?|retailers?|sellers?|marketplaces?|sites?|websites?|supermarkets?)|places? to buy"
    r"|wo (?:kann|bekomme|kaufe|gibt)|o\u00f9 (?:acheter|trouver|puis)|d\u00f3nde (?:comprar|puedo"
    r"|encontrar))",
    re.IGNORECASE,
)
_TOP = re.compile(
    r"\b(?:best overall|overall (?:best|winner|pick|favou?rite)"
    r"|(?<!\ba )(?<!\ban )(?<!\bof the )(?<!\bof my )(?<!\bof our )(?<!\bother )top (?:overall )?(?:pick"
    r"|choice"
    r"|recommendation)|#\s?1|number one|no\. ?1"
    r"|(?:our|my) (?:(?:number one|top|first|favou?rite|overall|go-to) )?(?:pick|choice|recommendation"
    r"|favou?rite|go-to)|winner|wins|won|first place|takes the (?:crown|top spot|title)"
    r"|editors?'?s?'? (?:choice|pick)|the best (?:(?:overall|all-round|all-around|single) )?(?:choice"
    r"|option|pick|one|bet|brand|product)(?! for\b)"
    r"|best (?:choice|option|pick|bet)(?: overall| is\b| would be\b| for most (?:people"
    r"|users|buyers|runners))"
    r"|is the best(?=\W*$|\W* (?:overall|of all|on the market|you can buy))"
    r"|testsieger|gesamtsieger|beste wahl|platz 1|meilleur choix|(?:notre|mon) choix|mejor opci\u00f3n"
    r"|(?:nuestra|mi) elecci\u00f3n)"
    r"|\U0001f947|(?<!\w)#1\b",
    re.IGNORECASE,
)
_RANKED = re.compile(
    r"\b(?:rank(?:ed|ing|ings)?|in order of|from (?:best|first) to|best to worst|top[- ](?:\d{1,2}|three"
    r"|five|ten)"
    r"|leaderboard|rangliste|platzierung|classement|clasificaci\u00f3n)\b",
    re.IGNORECASE,
)
_TOP_RULES = frozenset(
    {
        "recommended.label",
        "recommended.row_label",
        "recommended.heading",
        "recommended.table",
        "recommended.best_is",
    }
    | {
        "recommended.is_best",
        "recommended.is_ours",
        "recommended.named_best",
        "recommended.tagged",
        "recommended.imperative",
    }
    | {f"recommended.{language}{label}" for language in ("de", "fr", "es") for label in ("", "_label")}
)


class Surroundings:
    """One text beyond its sentences, read when first asked for. Linear, tables bounded by ``MAX_ROWS``."""

    def __init__(self, text: str, question: str | None) -> None:
        self.text = text
        self._asks_where = question is not None and _ASKS_WHERE.search(question) is not None

    @cached_property
    def _quoted(self) -> Cover:
        return quotations(self.text)

    def verdict(self, verdict: Verdict, start: int, end: int) -> Verdict:
        """Return the kind of the mention at ``start:end``, given what its sentence says."""
        if verdict.kind in ("absent", "asked"):
            return verdict
        if self._quoted.contains(start, end):
            return Verdict("quoted", f"quoted.{verdict.kind}")
        if verdict.kind == "seller" and self._asks_where:
            return Verdict("named", "named.where_to_buy")
        if verdict.rule != "named.default":
            return verdict
        if self._is_table_head(start):
            return Verdict("compared", "compared.table_head")
        return label_kind(self._column(start), "table") or self._by_lines(start) or verdict

    def is_top_pick(self, verdict: Verdict, start: int, list_rank: int | None) -> bool:
        """Return whether the text puts this mention first: by a word for it, or first in a ranked list.

        Args:
            verdict: How it is spoken of.
            start: Its offset.
            list_rank: Its rank in a list, if any.
        """
        is_by_rule = verdict.kind == "recommended" and verdict.rule.removesuffix(".it") in _TOP_RULES
        if is_by_rule and _TOP.search(plain(verdict.said)):
            return True
        if list_rank != 1 or verdict.kind not in {"named", "recommended"}:
            return False
        line = self._line_start(start)
        return _RANKED.search(self.text, max(0, line - RANKING_REACH), line) is not None

    def _by_lines(self, start: int) -> Verdict | None:
        """Return what the lines around say: a medal, a label over a bullet, a lower heading under its own."""
        line = self._line_start(start)
        before = self.text[line:start]
        if _MEDAL.search(before):
            return Verdict("recommended", "recommended.medal", before)
        if _BULLET.fullmatch(before):
            above = self.text[max(0, line - LABEL_REACH) : line].rstrip().rpartition("\n")[2].strip()
            label = _LABEL_LINE.fullmatch(above)
            found = label_kind(label[1], "heading") if label else None
            return found if found is not None and _TOP.search(plain(found.said)) else self._by_list(line)
        if _ITEM.fullmatch(before):
            return self._by_list(line)
        if heading := _HASHES.match(before):
            below = _HEADING_BELOW.match(self.text, self.text.find("\n", start, start + MAX_LINE))
            if below is not None and len(below[1]) > len(heading[1]):
                return label_kind(below[2], "heading")
        return None

    def _by_list(self, line: int) -> Verdict | None:
        """Return what the line above the list of an item says of all its items: for or against."""
        for _ in range(MAX_ROWS):
            above = self.text.rfind("\n", max(0, line - 1 - MAX_LINE), max(0, line - 1)) + 1
            label = self.text[above : max(0, line - 1)].strip()
            if line == 0 or len(label) > MAX_LINE // 2:
                return None
            if label and not _ITEM.match(label + " "):
                said = plain(label)
                if _LISTS_AVOIDED.search(said):
                    return Verdict("warned_against", "warned.list", said)
                is_advice = _LISTS_ADVISED.search(said) is not None
                return Verdict("recommended", "recommended.list", said) if is_advice else None
            line = above
        return None

    def _is_table_head(self, start: int) -> bool:
        """Return whether the row of an offset is the head of a table, so that brands are its columns."""
        end = self.text.find("\n", start, start + MAX_LINE)
        line = self.text[self._line_start(start) : end] if end > 0 else ""
        below = self.text[end + 1 : (self.text.find("\n", end + 1) + 1 or len(self.text))]
        return line.count("|") > 1 and _TABLE_RULE.fullmatch(below.rstrip("\n")) is not None

    def _line_start(self, start: int) -> int:
        """Return where the line of an offset begins, looking back no further than ``MAX_LINE``."""
        bound = max(0, start - MAX_LINE)
        return self.text.rfind("\n", bound, start) + 1 or bound

    def _column(self, start: int) -> str:
        """Return the title of the table column around ``start``; nothing for a first column or no table."""
        at = self._line_start(start)
        cells = len(_PIPE.findall(self.text, at, start)) - self._has_edge(at)
        if cells < 1:
            return ""
        for _ in range(MAX_ROWS):
            above = self.text.rfind("\n", 0, max(0, at - 1)) + 1
            line = self.text[above : max(0, at - 1)]
            if at == 0 or "|" not in line:
                return ""
            if _TABLE_RULE.fullmatch(line):
                head = self.text.rfind("\n", 0, max(0, above - 1)) + 1
                titles = _PIPE.split(
                    self.text[head : max(0, above - 1)].strip().removeprefix("|").removesuffix("|")
                )
                return titles[cells].strip() if cells < len(titles) else ""
            at = above
        return ""

    def _has_edge(self, line: int) -> bool:
        """Return whether the row that starts at ``line`` begins with a pipe."""
        return self.text[line : line + 20].lstrip(" \t>").startswith("|")
