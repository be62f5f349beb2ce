"""All rules of kinds, in the order in which they are tried.

Belongs here: the order. Not here: the rules (``english_rules``, ``english_choices``, ``foreign_rules``)
and how they are written (``rule_parts``).

The order is part of the meaning: what is not there cannot be praised, praise in the form of a denial
("I can't recommend it enough") goes before warnings, and a brand that is only a yardstick or a shop is
not recommended by the same words.
"""

from brand_monitor.domain.mentions import english_choices as choices
from brand_monitor.domain.mentions import english_rules as english
from brand_monitor.domain.mentions import foreign_rules as foreign
from brand_monitor.domain.mentions.rule_parts import HERE, OTHER, Kind, Rule

__all__ = ["HERE", "OTHER", "RULES", "Kind", "Rule"]

RULES: tuple[Rule, ...] = (
    *english.ASKED,
    *english.ABSENT,
    *foreign.ABSENT,
    *english.PRAISED,
    *english.WARNED,
    *foreign.WARNED,
    *choices.COMPARED,
    *foreign.COMPARED,
    *choices.SELLER,
    *foreign.SELLER,
    *choices.RECOMMENDED,
    *foreign.RECOMMENDED,
)
