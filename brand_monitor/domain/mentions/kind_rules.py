"""All rules of kinds, in the order in which they are tried.

Belongs here: the order. Not here: the rules (``english_*``, ``foreign_rules``) and how they
are written (``rule_parts``).

The order is part of the meaning: what is not there cannot be praised, praise in the form of a denial
("I can't recommend it enough") goes before warnings, and a brand that is only a yardstick or a shop is
not recommended by the same words. Labels come last. Where no rule speaks, a sentence is read word by word
(``judgements``), and ``LAST`` is tried where that finds nothing.
"""

from brand_monitor.domain.mentions import english_absence as absence
from brand_monitor.domain.mentions import english_choices as choices
from brand_monitor.domain.mentions import english_labels as labels
from brand_monitor.domain.mentions import english_rules as english
from brand_monitor.domain.mentions import english_shops as shops
from brand_monitor.domain.mentions import foreign_rules as foreign
from brand_monitor.domain.mentions.rule_parts import HERE, OTHER, Kind, Rule

__all__ = ["HERE", "LAST", "OTHER", "RULES", "Kind", "Rule"]

RULES: tuple[Rule, ...] = (
    *absence.ASKED,
    *absence.ABSENT,
    *foreign.ABSENT,
    *absence.QUOTED,
    *english.PRAISED,
    *english.WARNED,
    *foreign.WARNED,
    *choices.COMPARED,
    *foreign.COMPARED,
    *shops.SELLER,
    *foreign.SELLER,
    *choices.RECOMMENDED,
    *foreign.RECOMMENDED,
    *labels.WARNED,
    *labels.RECOMMENDED,
)

# Tried where nothing is said for or against a brand.
LAST: tuple[Rule, ...] = labels.COMPARED
