"""Sentiment towards brands, per answer and aspect.

Belongs here: the names that the rest of the product uses. Not here: graders that need a model
(``backends.graders``).
"""

from brand_monitor.domain.sentiment.frames import answer_sentiments
from brand_monitor.domain.sentiment.grading import Grade, Grader, Passage, Target, one_mention
from brand_monitor.domain.sentiment.lexicon import LexiconGrader
from brand_monitor.domain.sentiment.metrics import brand_sentiments
from brand_monitor.domain.sentiment.passages import target_at

__all__ = [
    "Grade",
    "Grader",
    "LexiconGrader",
    "Passage",
    "Target",
    "answer_sentiments",
    "brand_sentiments",
    "one_mention",
    "target_at",
]
