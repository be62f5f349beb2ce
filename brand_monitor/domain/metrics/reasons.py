"""What the columns ``reason`` and ``flags`` of a figure can say, and what that means to a reader.

Belongs here: the ids and their texts. Ids are stored in tables and never change their meaning; texts may be
improved. Not here: the rules that raise them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from brand_monitor.domain.statistics.flags import FLAG_TEXTS

REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "no_prompts": "Nothing was asked in this segment.",
        "no_answers": "No usable answer: all failed, were empty or were refused.",
        "not_asked": "Nothing was asked: the budget was spent, or the engine was not to be had.",
        "no_competitor_frame": "The monitor tracks no competitor, so there is nothing to share.",
        "not_in_frame": "The control brand is no part of the frame that voice is shared in.",
        "no_frame_mentions": "No brand of the frame is named, so there is nothing to share.",
        "no_mentions": "The brand is not named, so it has no position.",
        "not_judged": "The grader gave no usable judgement of any answer here.",
        "no_citations": "The engine shows no sources, or cites none of them here.",
        "only_linked": "The engine cites nothing; links in its text are no citations.",
        "only_retrieved": "The engine says what it retrieved but not what it cites.",
        "no_retrieval": "The engine does not say what it retrieved.",
        "not_retrieved": "The domain is not retrieved for any answer here.",
        "no_domains": "The monitor lists no domain for the brand, so none of its pages can be told.",
        "not_cited": "No answer here cites a page of the brand.",
        "no_place": "No answer here shows in which sentence it cites.",
        "fewer_than_3_prompts": "Under 3 prompts no interval is given.",
        "descriptive": "A descriptive figure carries no interval.",
        "no_contrast": "Every answer has the source: with and without cannot be compared.",
        "brand_never_named": "The brand is named in no answer: a ratio to nothing.",
        "no_repeats": "No question was answered twice on the day, so there is nothing to compare.",
        "no_day_before": "None of the seven days before holds answers of the engine.",
        "no_shared_prompts": "No question was asked in the same words on both days.",
        "model_changed": "Another model answered: the difference may be the model's and not the market's.",
        "too_few_transitions": "Fewer than 20 days of the last four weeks follow a day with figures.",
        "one_level": "There is only one of it, so nothing varies.",
        "confounded": "It goes together with another source of scatter and cannot be told apart from it.",
        "nothing_varies": "The brand is named by all answers or by none: there is no scatter to split.",
        "no_canaries": "No canary of the day has a usable answer.",
        "short_baseline": "Too few days with figures under the present model to know what is usual.",
        "no_variation": "The rate was 0 or 1 on all baseline days: there is no scatter to measure by.",
        "no_gold_labels": "The gold set has no labels that tell recall and specificity.",
        "machine_too_weak": "Recall and specificity are too low together to correct a rate by them.",
    }
)

FLAGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **FLAG_TEXTS,
        "unequal_repeats": "Prompts have unequal numbers of answers: the value is not the plain quotient "
        "of numerator and denominator.",
        "incomplete": "Not every planned call was asked: the budget was spent, or the engine was not to be "
        "had.",
        "no_interval_on_large_graph": "The graph is too large to be resampled: no interval is given.",
        "uninformative_prompts": "Most answers name no tracked brand (the upper bound is below .5).",
    }
)
