"""What asking one engine will take: calls, tokens, money and time, from its plan and its latest answers.

Belongs here: the arithmetic, and whether a budget bears it. Not here: reading plan and history from their
stores (``brand_monitor.planner``), prices (``prices``), the limit that holds while calls are sent
(``tables.spending``). Nothing here asks anybody.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from brand_monitor.backends.llm.factory import HOSTED_CONCURRENCY
from brand_monitor.backends.llm.pricing import Pricer
from brand_monitor.backends.tables.entries import JournalEntry
from brand_monitor.domain.costs.pricing import COST_REASONS
from brand_monitor.monitor.engines import EngineSpec

#: Statuses of calls that somebody answered, and that were paid.
_ANSWERED = ["ok", "empty", "refused"]
#: A sum of many prices carries rounding: a billionth of a dollar is no excess.
_ROUNDING_USD = 1e-9
_MINUTE = 60.0


@dataclass(frozen=True)
class Forecast:
    """What one engine of a monitor will take on a day.

    Attributes:
        engine_id: id of the engine in the monitor file.
        family: engine family.
        model: model to ask for, as the monitor file has it.
        web: whether it may search the web.
        planned: calls of the whole day.
        to_ask: those of them that are not settled yet.
        input_tokens: tokens that these read; an upper bound where ``based_on`` is 0.
        output_tokens: tokens that they write; an upper bound where ``based_on`` is 0.
        expected_usd: what they cost if they cost what the latest answers did; None without such answers.
        most_usd: upper bound of their cost; None where no price is known.
        dearest_usd: upper bound of the dearest single call; None where no price is known.
        seconds: how long asking takes; None without earlier answers that say how long they took.
        based_on: earlier answers that the expectation rests on.
        note: why a price is not known, None if it is.
        disabled: why nobody can ask the engine here and what to do, None if somebody can.
    """

    engine_id: str
    family: str
    model: str
    web: bool
    planned: int
    to_ask: int
    input_tokens: int
    output_tokens: int
    expected_usd: float | None
    most_usd: float | None
    dearest_usd: float | None
    seconds: float | None
    based_on: int
    note: str | None = None
    disabled: str | None = None

    @property
    def likely_usd(self) -> float | None:
        """What a budget has to bear: the expectation, else the upper bound, None where neither is known."""
        return self.most_usd if self.expected_usd is None else self.expected_usd


def forecast(
    engine: EngineSpec,
    pricer: Pricer,
    *,
    settled: int,
    to_ask: Iterable[JournalEntry],
    history: pl.DataFrame,
    disabled: str | None = None,
) -> Forecast:
    """Return what asking takes. Calls with texts of one length are priced once: O(calls), little memory.

    Args:
        engine: who is asked.
        pricer: of that engine, on the day of asking.
        settled: calls of the day that nobody has to ask any more.
        to_ask: all others; taken one by one.
        history: latest rows of ``raw/answers`` of that monitor and engine; those that were asked in another
            way (model, web search, effort) or came from the cache tell nothing and are left out.
        disabled: why the engine cannot be asked, if so.
    """
    lengths = Counter(len(entry.spec.prompt_text) + len(entry.spec.system or "") for entry in to_ask)
    calls = lengths.total()
    bounds = {length: pricer.reserve_for(length) for length in lengths}
    known = all(bound.usd is not None for bound in bounds.values())
    most = [(bounds[length].usd or 0.0) * count for length, count in lengths.items()]
    most_usd = sum(most) if known else None
    alike = _alike(engine, history)
    return Forecast(
        engine_id=engine.id,
        family=engine.family,
        model=engine.model,
        web=engine.web,
        planned=settled + calls,
        to_ask=calls,
        input_tokens=_input_tokens(alike, pricer, lengths),
        output_tokens=round(_mean_or(alike, "output_tokens", engine.asked_max_tokens) * calls),
        expected_usd=_expected_usd(alike, calls, most_usd),
        most_usd=most_usd,
        dearest_usd=max((bound.usd or 0.0 for bound in bounds.values()), default=0.0) if known else None,
        seconds=_seconds(engine, alike, pricer, lengths),
        based_on=alike.height,
        note=None if known else _why_unknown(pricer),
        disabled=disabled,
    )


def _expected_usd(alike: pl.DataFrame, calls: int, most_usd: float | None) -> float | None:
    """Return what the calls will cost by earlier answers, None where there are none to learn from."""
    if most_usd == 0:  # nothing to ask, or an own machine: it costs nothing for sure
        return 0.0
    mean_cost = _mean(alike, "cost_usd")
    return None if mean_cost is None else mean_cost * calls


def over_budget(
    forecasts: Sequence[Forecast], day_left: float | None, month_left: float | None
) -> str | None:
    """Return why a monitor's budget does not bear what is to be asked and what to do, None if it does.

    Engines that cannot be asked cost nothing and are left out.

    Args:
        forecasts: of all engines that are about to be asked.
        day_left: USD left of the day's budget, None without a limit.
        month_left: USD left of the month's budget, None without a limit.
    """
    asked = [one for one in forecasts if one.to_ask and one.disabled is None]
    limits = {"day": day_left, "month": month_left}
    lefts = {name: left for name, left in limits.items() if left is not None}
    if not asked or not lefts:
        return None
    if unpriced := [one for one in asked if one.most_usd is None]:
        names = ", ".join(f"{one.engine_id} ({one.family} {one.model})" for one in unpriced)
        return (
            f"no price is known for {names}, so nobody could keep the budget. Add the model to prices.yaml "
            "in the home folder, or take the budget out"
        )
    name, left = min(lefts.items(), key=lambda limit: limit[1])
    needed = sum(one.likely_usd or 0.0 for one in asked)
    dearest = max(one.dearest_usd or 0.0 for one in asked)
    advice = f"Raise budget.{name}_usd, ask for fewer repeats, name a cheaper model, or lower max_tokens"
    has_left = f"{_usd(max(left, 0.0))} of the {name}'s budget is left"
    if needed > left + _ROUNDING_USD and needed > 0:
        calls = sum(one.to_ask for one in asked)
        return f"{calls:,} calls are {_expectation(asked)}, and {has_left}. {advice}"
    if dearest > left + _ROUNDING_USD and dearest > 0:
        return f"one call may cost up to {_usd(dearest)}, and {has_left}: not one could be sent. {advice}"
    return None


def _expectation(asked: Sequence[Forecast]) -> str:
    """Return ``expected to cost $1.20 (at most $4.00)``, with the reason where nothing is expected yet."""
    needed = sum(one.likely_usd or 0.0 for one in asked)
    most = sum(one.most_usd or 0.0 for one in asked)
    if any(one.expected_usd is None for one in asked):
        return f"priced at up to {_usd(needed)} (not every engine has answers yet that tell the real price)"
    return f"expected to cost {_usd(needed)} (at most {_usd(most)})"


def _alike(engine: EngineSpec, history: pl.DataFrame) -> pl.DataFrame:
    """Return the answers that were asked as the engine asks now."""
    return history.filter(
        pl.col("engine_id") == engine.id,
        pl.col("model") == engine.answerer[1],
        pl.col("is_web") == engine.web,
        pl.col("effort").eq_missing(pl.lit(engine.effort, dtype=pl.String)),
        pl.col("status").is_in(_ANSWERED),
        pl.col("is_cached").not_(),
    )


def _mean(answers: pl.DataFrame, column: str) -> float | None:
    """Return the mean of what is known of a column, None if nothing is."""
    known = answers[column].drop_nulls()
    return None if known.is_empty() else float(known.sum()) / len(known)


def _mean_or(answers: pl.DataFrame, column: str, otherwise: float) -> float:
    mean = _mean(answers, column)
    return otherwise if mean is None else mean


def _input_tokens(alike: pl.DataFrame, pricer: Pricer, lengths: Counter[int]) -> int:
    mean = _mean(alike, "input_tokens")
    if mean is not None:
        return round(mean * lengths.total())
    return sum(pricer.expected_input(length) * count for length, count in lengths.items())


def _seconds(engine: EngineSpec, alike: pl.DataFrame, pricer: Pricer, lengths: Counter[int]) -> float | None:
    """Return the seconds: as the answers of before took, but no faster than the engine's limits allow."""
    calls = lengths.total()
    latency = _mean(alike, "latency_ms")
    if not calls or latency is None:
        return None if calls else 0.0
    side_by_side = min((engine.concurrency or HOSTED_CONCURRENCY) if engine.hosted else 1, calls)
    seconds = [latency / 1_000 * calls / side_by_side]
    if engine.requests_per_minute:
        seconds.append(calls / engine.requests_per_minute * _MINUTE)
    if engine.tokens_per_minute:
        tokens = sum(
            (pricer.expected_input(length) + engine.asked_max_tokens) * count
            for length, count in lengths.items()
        )
        seconds.append(tokens / engine.tokens_per_minute * _MINUTE)
    return max(seconds)


def _why_unknown(pricer: Pricer) -> str:
    return COST_REASONS.get(pricer.reserve_for(0).reason or "", "No price is known.")


def _usd(value: float) -> str:
    """Return dollars with enough digits to see a small price."""
    return f"${value:,.2f}" if value == 0 or value >= 1 else f"${value:,.4f}"
