"""The figures in plain sentences, none of which says more than its figure does.

Belongs here: wording. Every sentence names its counts; an interval is worded as a range or as a bound; a
missing figure is worded with its reason; nothing is said to beat, move or cause anything.
"""

from collections.abc import Sequence

from brand_monitor.reporting.engines import EngineView
from brand_monitor.reporting.figures import Figure
from brand_monitor.reporting.text import NBSP, plural

_HOW = {"local": "By itself, ", "grounded": "With the scraped pages to read, "}


def own_sentence(brand: str, engine: EngineView, figure: Figure, *, only_of_its_family: bool) -> str:
    """Return what the day says of the own brand's visibility in one engine.

    Where an engine is the only one of its family, the family tells it apart and no name is needed.
    """
    how = _HOW.get(engine.family, "")
    who = f"{how}{'the model' if how and only_of_its_family else engine.engine_id}"
    if figure.value is None:
        return f"{brand} in {engine.engine_id}: no figure. {figure.missing}"
    if figure.value == 0:
        return f"{who} never named {brand}: {_counts(figure)}, {_interval(figure)}."
    return f"{who} named {brand} in {_counts(figure)}: {figure.shown}, {_interval(figure)}."


def control_sentence(brand: str, figures: Sequence[Figure]) -> str:
    """Return what the invented control says of the measurement: it must never be named.

    Counts of the engines are added up here; rates of engines never are.
    """
    known = [figure for figure in figures if figure.value is not None]
    named, answers = sum(figure.numerator or 0 for figure in known), sum(figure.n for figure in known)
    if not known:
        return f"The invented control {brand} could not be measured: no figure in any engine."
    if named:
        return (
            f"Warning: the invented control {brand} was named in {named:,.0f} of {answers:,} answers. It "
            "does not exist, so the matching or the prompts are at fault: mistrust every figure of this day."
        )
    return f"The invented control {brand} was named in 0 of {answers:,} answers, as it must be."


def left_out_sentence(engines: Sequence[EngineView]) -> str:
    """Return how many answers entered no denominator, by status."""
    statuses = ("failed", "refused", "empty", "not_asked")
    counts = {status: sum(engine.statuses.get(status, 0) for engine in engines) for status in statuses}
    planned = sum(engine.planned for engine in engines)
    if not planned:
        return "No answer was planned for this day, so there is no figure."
    if not any(counts.values()):
        return f"All {planned:,} planned answers arrived and could be read."
    parts = ", ".join(f"{count:,} {status.replace('_', ' ')}" for status, count in counts.items() if count)
    return f"Of {planned:,} planned answers, {parts}: left out of every rate, never counted as a zero."


def most_named_sentence(rivals: Sequence[tuple[str, Figure]]) -> str | None:
    """Return which competitor was named most in one engine, as a count and not as a ranking."""
    named = [(brand, figure) for brand, figure in rivals if figure.value]
    if not named:
        return None
    brand, figure = max(named, key=lambda pair: pair[1].value or 0)
    return f"Competitor named most often here: {brand}, {_counts(figure)}."


def _counts(figure: Figure) -> str:
    return plural(figure.n, "answer") if figure.numerator is None else f"{figure.counts} answers"


def _interval(figure: Figure) -> str:
    """Return the interval to end a sentence, or why there is none."""
    if not figure.interval:
        return f"without an interval ({figure.missing.rstrip('.')})"
    return (
        f"{figure.interval} (95{NBSP}%)"
        if figure.value in (0, 1)
        else f"95{NBSP}% interval {figure.interval}"
    )
