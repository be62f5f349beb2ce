"""What ``plan`` shows of a day that is not asked yet: a row an engine, the sums, and what limits them.

Belongs here: wording. Not here: any figure (``brand_monitor.planner``), or whether a run is refused
(``planning``).
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from brand_monitor.cli.printing import print_table

if TYPE_CHECKING:
    from rich.table import Table

    from brand_monitor.backends.llm.forecast import Forecast
    from brand_monitor.monitor.models import Budget, Monitor
    from brand_monitor.planner import MoneyLeft


def show_forecast(
    monitor: "Monitor",
    day: date,
    families: Sequence[str],
    forecasts: Sequence["Forecast"],
    *,
    left: "MoneyLeft",
    refusal: str | None,
) -> None:
    """Print the plan of one monitor.

    Args:
        monitor: whose it is.
        day: that is planned for.
        families: engine families that were chosen.
        forecasts: of these engines.
        left: of the monitor's budget.
        refusal: why a run would be refused, None if it would not be.
    """
    from rich.text import Text

    imported = [one.id for one in monitor.engines_of("import") if "import" in families]
    notes: list[str | Text] = [*_notes(forecasts, imported), _budget(monitor.budget, left)]
    if refusal:
        notes.append(Text(f"`brand-monitor run` would be refused: {refusal}.", style="bold"))
    print_table(_table(monitor, forecasts, day), [*notes, ""])


def _table(monitor: "Monitor", forecasts: Sequence["Forecast"], day: date) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(f"Plan: {monitor.id}, {day}"), box=box.SIMPLE_HEAD, show_footer=True)
    totals = _totals([one for one in forecasts if one.disabled is None])
    for name, total in zip(("engine", "model", "web"), ("all", "", ""), strict=True):
        table.add_column(name, footer=Text(total))
    numbers = ("calls", "to ask", "tokens in", "tokens out", "expected", "at most", "time")
    for name, total in zip(numbers, totals, strict=True):
        table.add_column(name, footer=Text(total), justify="right", no_wrap=True)
    for one in forecasts:
        style = "dim" if one.disabled else ""
        table.add_row(*(Text(cell) for cell in _cells(one)), style=style)
    return table


def _cells(one: "Forecast") -> list[str]:
    """Return a row; what rests on no earlier answer is marked as an upper bound."""
    from brand_monitor.reporting.text import NO_VALUE, label, money

    model = one.model if one.model.startswith(f"{one.family}/") else f"{one.family} {one.model}"
    who = [one.engine_id, label(model, 40), "yes" if one.web else "no", f"{one.planned:,}"]
    if one.disabled:
        return [*who, "disabled", *[NO_VALUE] * 5]
    bound = _bound([one])
    return [
        *who,
        f"{one.to_ask:,}",
        f"{bound}{one.input_tokens:,}",
        f"{bound}{one.output_tokens:,}",
        NO_VALUE if one.expected_usd is None else money(one.expected_usd),
        money(one.most_usd),
        _time(one.seconds),
    ]


def _totals(asked: Sequence["Forecast"]) -> list[str]:
    """Return the sums of the engines that can be asked; a sum with an unknown part is not known."""
    from brand_monitor.reporting.text import NO_VALUE, money

    expected = _sum([one.expected_usd for one in asked])
    return [
        f"{sum(one.planned for one in asked):,}",
        f"{sum(one.to_ask for one in asked):,}",
        f"{_bound(asked)}{sum(one.input_tokens for one in asked):,}",
        f"{_bound(asked)}{sum(one.output_tokens for one in asked):,}",
        NO_VALUE if expected is None else money(expected),
        money(_sum([one.most_usd for one in asked])),
        _time(_sum([one.seconds for one in asked])),
    ]


def _bound(forecasts: Sequence["Forecast"]) -> str:
    """Return the sign of an upper bound, if any of them rests on no earlier answer."""
    return "\N{LESS-THAN OR EQUAL TO} " if any(one.to_ask and not one.based_on for one in forecasts) else ""


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _time(seconds: float | None) -> str:
    """Return ``0:01:10``, or a dash where nobody knows."""
    from datetime import timedelta

    from brand_monitor.reporting.text import NO_VALUE

    return NO_VALUE if seconds is None else str(timedelta(seconds=round(seconds)))


def _notes(forecasts: Sequence["Forecast"], imported: Sequence[str]) -> list[str]:
    """Return what must be read with the table."""
    from brand_monitor.reporting.text import plain

    notes = [f"{one.engine_id} cannot be asked: {plain(one.disabled)}." for one in forecasts if one.disabled]
    notes += [f"{one.engine_id}: {one.note}" for one in forecasts if one.note]
    notes += [
        f"{name}: its answers are captured elsewhere; `brand-monitor import` brings them."
        for name in imported
    ]
    unseen = [one.engine_id for one in forecasts if not one.based_on and one.to_ask and not one.disabled]
    if unseen:
        notes.append(
            f"{', '.join(unseen)}: no answers of the last days to learn from; "
            "tokens are upper bounds (\N{LESS-THAN OR EQUAL TO})."
        )
    return notes


def _budget(budget: "Budget", left: "MoneyLeft") -> str:
    from brand_monitor.reporting.text import money

    limits = (
        (budget.day_usd, left.day_usd, "today"),
        (budget.month_usd, left.month_usd, "this month"),
    )
    said = [
        f"{money(max(rest, 0.0))} of {money(limit)} left {when}"
        for limit, rest, when in limits
        if limit is not None and rest is not None
    ]
    return f"Budget: {', '.join(said)}." if said else "Budget: no limit is set."
