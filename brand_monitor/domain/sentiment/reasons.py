"""Why an answer has no label: the ids in column ``reason`` of ``core/answer_sentiments``, and their texts.

Belongs here: ids, which never change their meaning, and texts. Not here: why a figure is null
(``domain.metrics.reasons``).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

GRADING_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "grader_unsupported_language": "The grader knows English only; the answer is in another language.",
        "grader_not_asked": "The judge was not asked: no money, no key, or the table was derived offline.",
        "grader_failed": "The judge could not be had.",
        "grader_refused": "The judge refused to answer.",
        "grader_empty": "The judge answered nothing.",
        "grader_truncated": "The judgement was cut short.",
        "grader_invalid_json": "The judgement is no JSON object.",
        "grader_wrong_schema": "The judgement does not keep to its schema.",
    }
)
