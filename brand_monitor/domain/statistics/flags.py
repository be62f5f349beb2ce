"""Flags: what a reader has to bear in mind about an interval, as short stable ids.

Belongs here: the ids, the one mapping from id to human text, and the rules that raise them from counts
of prompts. The ids are stored in tables and must never change their meaning; the texts may be improved.
Keep out: formulas.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MIN_PROMPTS_FOR_INTERVAL: Final = 3
MIN_PROMPTS_FOR_PERCENTAGE: Final = 5
MIN_PROMPTS_FOR_STEADY_INTERVAL: Final = 10
MIN_CHANGED_PROMPTS: Final = 7  # with 6, p < .05 (2 / 2**6) takes all of them moving the same way
MIN_PROMPTS_FOR_BOOTSTRAP: Final = 30
#: From the simulation in docs/statistics.md: shrinking that adds more than this to a variance goes with
#: coverage above 97 %; one answer per prompt and fewer than 3 prompts that speak, with one below 93 %.
MAX_INFLATION: Final = 1.1
MIN_SPEAKING_SINGLE_ANSWERS: Final = 3

NO_INTERVAL: Final = "no_interval_under_3_prompts"
COUNTS_ONLY: Final = "counts_only_under_5_prompts"
ROUGH: Final = "rough_under_10_prompts"
NEVER_SEEN: Final = "never_seen"
ALWAYS_SEEN: Final = "always_seen"
NO_RIVAL_SEEN: Final = "no_rival_seen"
ONE_ANSWER_PER_PROMPT: Final = "one_answer_per_prompt"
UNTESTABLE: Final = "untestable_under_7_changed_prompts"
APPROXIMATE_BOOTSTRAP: Final = "approximate_under_30_prompts"
UNDEFINED_DRAWS: Final = "undefined_in_some_resamples"
TOO_WIDE: Final = "coverage_above_97_percent"
TOO_NARROW: Final = "coverage_below_93_percent"
SERVED_MODEL_UNKNOWN: Final = "served_model_unknown"
MODEL_CHANGE_FORCED: Final = "model_change_forced"
FEW_TRANSITIONS: Final = "under_20_transitions"

_SEEN: Final = (NEVER_SEEN, "seen_in_1_prompt", "seen_in_2_prompts")
_MISSED: Final = (ALWAYS_SEEN, "missed_in_1_prompt", "missed_in_2_prompts")
_RIVALS: Final = (NO_RIVAL_SEEN, "rival_seen_in_1_prompt", "rival_seen_in_2_prompts")

FLAG_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        NO_INTERVAL: "Fewer than 3 prompts: no interval can be given.",
        COUNTS_ONLY: "3 or 4 prompts: show counts, not a percentage.",
        ROUGH: "Fewer than 10 prompts: the interval is rough.",
        NEVER_SEEN: "Never seen: only the upper bound says something.",
        "seen_in_1_prompt": "Seen in a single prompt.",
        "seen_in_2_prompts": "Seen in two prompts only.",
        ALWAYS_SEEN: "Seen in every answer: only the lower bound says something.",
        "missed_in_1_prompt": "Missed in a single prompt.",
        "missed_in_2_prompts": "Missed in two prompts only.",
        NO_RIVAL_SEEN: "No other brand was seen: only the lower bound says something.",
        "rival_seen_in_1_prompt": "Another brand was seen in a single prompt.",
        "rival_seen_in_2_prompts": "Another brand was seen in two prompts only.",
        ONE_ANSWER_PER_PROMPT: "One answer per prompt: how alike the answers to one prompt are is unknown, "
        "and not needed for the interval.",
        UNTESTABLE: "Fewer than 7 prompts changed: no test can tell a change from noise.",
        TOO_WIDE: "Wider than need be: in simulation such intervals mostly hold the truth in over 97 %.",
        TOO_NARROW: "Rare and asked once: in simulation such intervals may hold the truth in less than 93 %.",
        APPROXIMATE_BOOTSTRAP: "Bootstrap over fewer than 30 prompts: approximate, as a rule too narrow.",
        UNDEFINED_DRAWS: "The figure is undefined in some bootstrap resamples; those were left out.",
        SERVED_MODEL_UNKNOWN: "One side names no model that served it: a change of the model cannot be seen.",
        MODEL_CHANGE_FORCED: "Compared across a change of the served model, because somebody asked for it.",
        FEW_TRANSITIONS: "Fewer than 20 transitions from day to day: stability is not shown yet.",
    }
)


def rate_flags(
    prompts: int, seen: int, missed: int, *, single_answers: bool, inflation: float = 1.0
) -> tuple[str, ...]:
    """Return the flags of a rate.

    Args:
        prompts: Prompts with at least one answer.
        seen: Prompts with at least one mention.
        missed: Prompts with at least one answer that does not mention the brand.
        single_answers: Whether every prompt was answered exactly once.
        inflation: Factor by which shrinking (`wilson.shrunken_size`) raised the variance.
    """
    flags = [*size_flags(prompts), *_SEEN[seen : seen + 1], *_MISSED[missed : missed + 1]]
    if prompts >= MIN_PROMPTS_FOR_INTERVAL:
        flags += _coverage_flags(min(seen, missed), inflation, single_answers=single_answers)
    return (*flags, ONE_ANSWER_PER_PROMPT) if single_answers else tuple(flags)


def share_flags(prompts: int, seen: int, with_rivals: int, *, inflation: float = 1.0) -> tuple[str, ...]:
    """Return the flags of a share of voice; `with_rivals` counts prompts that mention another brand."""
    flags = (*size_flags(prompts), *_SEEN[seen : seen + 1], *_RIVALS[with_rivals : with_rivals + 1])
    if prompts < MIN_PROMPTS_FOR_INTERVAL:
        return flags
    return (*flags, *_coverage_flags(min(seen, with_rivals), inflation, single_answers=False))


def change_flags(prompts: int, changed: int) -> tuple[str, ...]:
    """Return the flags of a paired change; `changed` counts the prompts whose figure differs."""
    return (*size_flags(prompts), *((UNTESTABLE,) if changed < MIN_CHANGED_PROMPTS else ()))


def bootstrap_flags(prompts: int, undefined_draws: int) -> tuple[str, ...]:
    """Return the flags of a bootstrap interval over prompts."""
    if prompts < MIN_PROMPTS_FOR_INTERVAL:
        return (NO_INTERVAL,)
    approximate = (APPROXIMATE_BOOTSTRAP,) if prompts < MIN_PROMPTS_FOR_BOOTSTRAP else ()
    return (*approximate, *((UNDEFINED_DRAWS,) if undefined_draws else ()))


def _coverage_flags(speaking: int, inflation: float, *, single_answers: bool) -> tuple[str, ...]:
    """Return what simulation says of the coverage of a figure that `speaking` prompts decide."""
    if speaking == 0:
        return ()  # the bound of a brand that is never, or always, seen is exact
    if single_answers and speaking < MIN_SPEAKING_SINGLE_ANSWERS:
        return (TOO_NARROW,)
    return (TOO_WIDE,) if inflation > MAX_INFLATION else ()


def size_flags(prompts: int) -> tuple[str, ...]:
    """Return the flags that the number of prompts alone raises."""
    if prompts < MIN_PROMPTS_FOR_INTERVAL:
        return (NO_INTERVAL,)
    if prompts < MIN_PROMPTS_FOR_PERCENTAGE:
        return (COUNTS_ONLY,)
    return (ROUGH,) if prompts < MIN_PROMPTS_FOR_STEADY_INTERVAL else ()
