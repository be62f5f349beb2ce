"""The command ``plan``: what a run will take, and whether it would be refused. Asks nobody.

Belongs here: what is refused. Not here: the table and its wording (``forecasts``), or what a wanted certainty
takes (``sampling``).
"""

from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - the option is called date
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from brand_monitor.cli.options import OnlyMonitors
from brand_monitor.cli.state import settings_of

if TYPE_CHECKING:
    from brand_monitor.backends.llm.forecast import Forecast
    from brand_monitor.backends.llm.simulation import Stores
    from brand_monitor.deployment import Settings
    from brand_monitor.io_managers.lake import Lake
    from brand_monitor.monitor.models import Monitor


def plan(
    context: typer.Context,
    *,
    monitor: OnlyMonitors = None,
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
    from brand_monitor.backends.llm.forecast import over_budget
    from brand_monitor.cli.forecasts import show_forecast
    from brand_monitor.planner import forecast_day, money_left

    forecasts = forecast_day(monitor, stores, lake, day, families)
    left = money_left(monitor, stores)
    refusal = _passed(forecasts, day) or over_budget(forecasts, left.day_usd, left.month_usd)
    show_forecast(monitor, day, families, forecasts, left=left, refusal=refusal)
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
