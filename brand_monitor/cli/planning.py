"""The command ``plan``: what a run will take, and whether it would be refused. Asks nobody."""

from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - the option is called date
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from brand_monitor.cli.state import settings_of

if TYPE_CHECKING:
    from rich.table import Table

    from brand_monitor.backends.llm.forecast import Forecast
    from brand_monitor.backends.llm.simulation import Stores
    from brand_monitor.deployment import Settings
    from brand_monitor.io_managers.lake import Lake
    from brand_monitor.monitor.models import Budget, Monitor
    from brand_monitor.planner import MoneyLeft

#: Width of the table where there is no terminal to ask.
_WIDE = 130


def plan(
    context: typer.Context,
    *,
    monitor: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this monitor; repeatable")
    ] = None,
    engine: Annotated[
        list[str] | None, typer.Option(metavar="FAMILY", help="Only this engine family; repeatable")
    ] = None,
    date: Annotated[
        datetime | None,
        typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="Day to plan for, UTC. Default: today"),
    ] = None,
    half_width: Annotated[
        float | None,
        typer.Option(
            metavar="POINTS",
            help="Instead: prompts and repeats for an interval of so many percentage points to either side",
        ),
    ] = None,
    effect: Annotated[
        float | None,
        typer.Option(
            metavar="POINTS",
            help="Instead: prompts and repeats that see a rise of so many points between days, 4 in 5 times",
        ),
    ] = None,
    prompt_cost: Annotated[
        float,
        typer.Option(
            min=0, metavar="USD", help="With these two: what one more prompt costs a day beside its answers"
        ),
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="With these two: print JSON")] = False,
) -> None:
    """Say what a run will take before it runs. Calls, tokens, price, time; code 5 if refused.

    With --half-width or --effect: how many prompts and repeats each engine needs for that, and the price,
    from the rates, the likeness of repeats and the prices of the monitor's last 28 days, or from defaults.
    """
    from brand_monitor.backends.llm.planning import engines_in_use
    from brand_monitor.cli.exits import REFUSED
    from brand_monitor.cli.sampling import Wish, aim_of, show_sample_plans
    from brand_monitor.cli.stores import open_stores
    from brand_monitor.failures import UnknownNameError
    from brand_monitor.monitor.loader import load_monitors
    from brand_monitor.monitor.selection import select_monitors
    from brand_monitor.partitions import today

    settings = settings_of(context)
    aim = aim_of(half_width, effect)
    if as_json and aim is None:
        raise typer.BadParameter("--json goes with --half-width or --effect")
    chosen = list(select_monitors(load_monitors(settings.monitors_dir), monitor or ()).values())
    in_use = engines_in_use(chosen)
    if unknown := sorted(set(engine or ()) - set(in_use)):
        raise UnknownNameError(
            f"no chosen monitor uses engine family {', '.join(unknown)}; in use: {', '.join(in_use)}"
        )
    day = date.date() if date else today()
    with open_stores(settings) as (stores, lake):
        if aim is not None:
            wish = Wish(aim, day, engine or in_use, prompt_cost)
            show_sample_plans(chosen, stores, lake, wish, as_json=as_json)
            return
        refusals = [_show(one, stores, lake, day, engine or in_use) for one in chosen]
    if any(refusals):
        raise typer.Exit(REFUSED)


def refuse_above_budget(
    settings: "Settings", day: Date, monitors: Sequence[str] = (), families: Sequence[str] = ()
) -> None:
    """Refuse a whole run, before anything is asked, where the budget of one of its monitors does not bear it.

    Args:
        settings: where files live.
        day: the day that is about to be asked for.
        monitors: ids of the run; all by default.
        families: engine families of the run; all by default.

    Raises:
        BudgetError: a line per monitor: what is expected, what is left, what to do.
        UnknownNameError: a monitor that no file carries.
        MonitorFileError: a monitor file is wrong.
    """
    from brand_monitor.cli.stores import open_stores
    from brand_monitor.failures import BudgetError
    from brand_monitor.monitor.loader import load_monitors
    from brand_monitor.monitor.selection import select_monitors
    from brand_monitor.planner import refuse_over_budget

    reasons = []
    with open_stores(settings) as (stores, lake):
        for monitor in select_monitors(load_monitors(settings.monitors_dir), monitors).values():
            try:
                refuse_over_budget(monitor, stores, lake, day, families or None)
            except BudgetError as error:
                reasons.append(str(error))
    if reasons:
        raise BudgetError("\n".join(reasons))


def _show(monitor: "Monitor", stores: "Stores", lake: "Lake", day: Date, families: Sequence[str]) -> bool:
    """Print the plan of one monitor; tell whether a run would be refused."""
    from rich.console import Console
    from rich.text import Text

    from brand_monitor.backends.llm.forecast import over_budget
    from brand_monitor.planner import forecast_day, money_left

    forecasts = forecast_day(monitor, stores, lake, day, families)
    left = money_left(monitor, stores)
    refusal = _passed(forecasts, day) or over_budget(forecasts, left.day_usd, left.month_usd)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDE
    console.print(_table(monitor, forecasts, day))
    imported = [one.id for one in monitor.engines_of("import") if "import" in families]
    for note in [*_notes(forecasts, imported), _budget(monitor.budget, left)]:
        console.print(Text(note), soft_wrap=True)
    if refusal:
        console.print(Text(f"`brand-monitor run` would be refused: {refusal}."), style="bold", soft_wrap=True)
    console.print()
    return refusal is not None


def _passed(forecasts: Sequence["Forecast"], day: Date) -> str | None:
    """Return why a day that has passed is not asked for, None if it is today or nothing is open."""
    from brand_monitor.partitions import today

    calls = sum(one.to_ask for one in forecasts)
    if day >= today() or not calls:
        return None
    return (
        f"{day} has passed, and today's models cannot answer its {calls:,} open calls for it. "
        "--allow-reask asks them all the same and flags every row"
    )


def _table(monitor: "Monitor", forecasts: Sequence["Forecast"], day: Date) -> "Table":
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
