"""What stands around a mention and changes how it is meant: quotations, tables, rankings, the question.

Belongs here: everything beyond the sentence, read once per text. Not here: the sentence (``kinds``).
"""

import re
from functools import cached_property

from brand_monitor.domain.links import Cover
from brand_monitor.domain.mentions.clauses import plain
from brand_monitor.domain.mentions.kinds import Verdict, label_kind
from brand_monitor.domain.mentions.quotations import quotations

# Rows of a table that are looked back over for its head, and characters above a list for its announcement.
MAX_ROWS = 60
RANKING_REACH = 400

_TABLE_RULE = re.compile(r"[\s|:-]*-{2,}[\s|:-]*")
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
    r"\b(?:best overall|overall (?:best|winner|pick|favou?rite)|top (?:overall )?(?:pick|choice"
    r"|recommendation)|#\s?1|number one|no\. ?1"
    r"|(?:our|my) (?:(?:number one|top|first|favou?rite|overall|go-to) )?(?:pick|choice|recommendation"
    r"|favou?rite|go-to)|winner|wins|won|first place|takes the (?:crown|top spot|title)"
    r"|editors?'?s?'? (?:choice|pick)|the best (?:(?:overall|all-round|all-around|single) )?(?:choice"
    r"|option|pick|one|bet|brand|product)(?! for\b)"
    r"|best (?:choice|option|pick|bet)(?: overall| for most (?:people|users|buyers|runners))"
    r"|is the best(?=\W*$|\W* (?:overall|of all|on the market|you can buy))"
    r"|testsieger|gesamtsieger|beste wahl|platz 1|meilleur choix|(?:notre|mon) choix|mejor opci\u00f3n"
    r"|(?:nuestra|mi) elecci\u00f3n)"
    r"|\U0001f947|(?<!\w)#1\b",
    re.IGNORECASE,
)
_RANKED = re.compile(
    r"\b(?:rank(?:ed|ing|ings)?|in order of|from (?:best|first) to|best to worst|top[- ](?:\d{1,2}|three"
    r"|five|ten|rated)"
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
        if verdict.rule == "named.default" and (column := self._column(start)):
            return label_kind(column, "table") or verdict
        return verdict

    def is_top_pick(
        self, verdict: Verdict, sentence: str, heading: str, start: int, list_rank: int | None
    ) -> bool:
        """Return whether the text puts this mention first: by a word for it, or first in a ranked list.

        Args:
            verdict: How it is spoken of.
            sentence: Its sentence.
            heading: The heading right above, or nothing.
            start: Its offset.
            list_rank: Its rank in a list, if any.
        """
        if verdict.kind == "recommended" and verdict.rule.removesuffix(".it") in _TOP_RULES:
            label = {"recommended.heading": heading, "recommended.table": self._column(start)}.get(
                verdict.rule, sentence
            )
            if _TOP.search(plain(label)):
                return True
        if list_rank != 1 or verdict.kind not in ("named", "recommended"):
            return False
        line = self.text.rfind("\n", 0, start) + 1
        return _RANKED.search(self.text, max(0, line - RANKING_REACH), line) is not None

    def _column(self, start: int) -> str:
        """Return the title of the table column around ``start``; nothing for a first column or no table."""
        at = self.text.rfind("\n", 0, start) + 1
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
