"""What must not be concluded from a report, said in it.

Belongs here: the warnings, each tied to what the day holds. Not here: the figures themselves.
"""

from collections.abc import Sequence

from brand_monitor.reporting.engines import EngineView
from brand_monitor.reporting.text import plural

_EMBEDDED = (
    "Nothing about ChatGPT, Gemini, Claude or any other assistant that people use: {names} run on a small "
    "embedded model. Its answers show that the path from question to number works. They are no evidence."
)
_MODEL_CHANGED = (
    "No difference between days, or within one engine, across a change of the served model (model_changed): "
    "another model is another measurement."
)
_REASKED = "Nothing about the day itself from {answers} asked after it had passed."
_ONE_DAY = "No trend: this is one day. A difference from an earlier day needs a test paired by prompt."
_PROMPTS = (
    "Nothing beyond these questions: the figures speak of {prompts} as worded here, and the intervals of "
    "others like them. They are not what all buyers ask."
)
_ALWAYS = (
    (
        "No brand is ahead of another because its dot lies further right. Brands are compared paired by "
        "answer; two intervals side by side, overlapping or not, are no comparison."
    ),
    "Never named is not the same as never nameable: read the upper bound, not the zero.",
    (
        "No page makes a model name a brand. The tables of sources count what occurs together; only removing "
        "a page and asking again can show an effect."
    ),
    "No place in an answer: the order of names hardly repeats between runs and is only a description.",
    "No sum over engines: each is a measurement of its own, and branded prompts are never pooled in.",
)


def limits(
    engines: Sequence[EngineView], *, prompts: int, days: int, served_models: int, reasked: int
) -> list[str]:
    """Return the conclusions that this report does not bear, those of this very day first.

    Args:
        engines: The engines of the day.
        prompts: Non-branded prompts behind the headline figures.
        days: Days with figures, this one included.
        served_models: Most served models behind one engine of the day.
        reasked: Answers asked after their day had passed.
    """
    embedded = ", ".join(engine.engine_id for engine in engines if engine.is_embedded)
    of_the_day = [
        (bool(embedded), _EMBEDDED.format(names=embedded)),
        (served_models > 1, _MODEL_CHANGED),
        (reasked > 0, _REASKED.format(answers=plural(reasked, "answer"))),
        (days <= 1, _ONE_DAY),
        (True, _PROMPTS.format(prompts=plural(prompts, "non-branded prompt"))),
    ]
    return [*(text for holds, text in of_the_day if holds), *_ALWAYS]
