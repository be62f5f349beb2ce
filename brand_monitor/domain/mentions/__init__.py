"""Mentions of tracked brands in texts: which, where, how, and by what rule.

The way of a text: ``folding`` (bytes that compare equal when a reader would call them equal) -> ``search``
(one Aho-Corasick pass over many texts, boundaries; names from ``terms``) -> ``written`` (letter by letter),
``homonyms`` (everyday words weighed) and ``settling`` (exclusions, longest match) -> ``matcher`` (sentence,
``kinds``, ranks) -> ``frames`` (rows of the tables).
"""

from brand_monitor.domain.mentions.frames import answer_mentions, page_mentions
from brand_monitor.domain.mentions.matcher import Mention, MentionMatcher
from brand_monitor.domain.mentions.terms import BrandNames

__all__ = ["BrandNames", "Mention", "MentionMatcher", "answer_mentions", "page_mentions"]
