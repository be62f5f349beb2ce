"""What ``plan --half-width`` and ``plan --effect`` show: prompts x repeats per engine, and what they cost.

Belongs here: wording. Not here: any size (``brand_monitor.sampling``).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from brand_monitor.cli.printing import print_table

if TYPE_CHECKING:
    from rich.table import Table

    from brand_monitor.backends.llm.simulation import Stores
    from brand_monitor.domain.statistics import PlanOption
    from brand_monitor.io_managers.lake import Lake
    from brand_monitor.monitor.models import Monitor
    from brand_monitor.sampling import Aim, EnginePlan

_REPEATS_SHOWN = (1, 2, 3, 5, 10)
_FROM = {
    "history": "own history",
    "prices": "price list, an upper bound",
    "default": "default, no history",
}


def aim_of(half_width: float | None, effect: float | None) -> "Aim | None":
    """Return what is wanted, in fractions, None where nothing is.

    Args:
        half_width: Percentage points to either side.
        effect: Percentage points that must not be missed.

    Raises:
        BadParameter: both are given, or one lies outside its range.
    """
    from brand_monitor.sampling import Aim

    if half_width is not None and effect is not None:
        raise typer.BadParameter("give --half-width or --effect, not both")
    if half_width is not None and not 0 < half_width < 50:  # noqa: PLR2004 - half of 100 points
        raise typer.BadParameter(f"--half-width is {half_width}: give percentage points from 0 to 50")
    if effect is not None and not 0 < effect < 50:  # noqa: PLR2004 - reachable from every rate up to .5
        raise typer.BadParameter(f"--effect is {effect}: give percentage points from 0 to 50")
    if half_width is None and effect is None:
        return None
    return Aim(None if half_width is None else half_width / 100, None if effect is None else effect / 100)


@dataclass(frozen=True)
class Wish:
    """An aim, and for which day and engine families; what one more prompt costs a day, in USD."""

    aim: "Aim"
    day: date
    families: Sequence[str]
    prompt_cost: float


def show_sample_plans(
    monitors: Sequence["Monitor"], stores: "Stores", lake: "Lake", wish: Wish, *, as_json: bool
) -> None:
    """Print what a wanted certainty takes; prices of engines without history come from the forecast."""
    from brand_monitor.planner import forecast_day
    from brand_monitor.sampling import sample_plans

    plans = {}
    for one in monitors:
        prices = {
            each.engine_id: each.most_usd / each.to_ask
            for each in forecast_day(one, stores, lake, wish.day, wish.families)
            if each.most_usd is not None and each.to_ask
        }
        found = sample_plans(
            one, lake, wish.day, wish.aim, list_prices=prices, price_per_prompt=wish.prompt_cost
        )
        chosen = {spec.id for spec in one.engines if spec.family in wish.families}
        plans[one.id] = [plan for plan in found if plan.engine_id in chosen]
        if not as_json:
            _show(one, plans[one.id], wish.aim)
    if as_json:
        typer.echo(_as_json(plans, wish.aim))


def _show(monitor: "Monitor", plans: "Sequence[EnginePlan]", aim: "Aim") -> None:
    """Print the options of each engine, what they rest on, and which one to take."""
    for plan in plans:
        print_table(_table(monitor.id, plan, aim), [*_notes(plan, aim), ""])


def _as_json(plans: "Mapping[str, Sequence[EnginePlan]]", aim: "Aim") -> str:
    """Return the same as JSON: fractions, USD, null where a price is not known."""
    wanted = {"half_width": aim.half_width, "effect": aim.effect}
    told = {name: [_record(plan) for plan in of_monitor] for name, of_monitor in plans.items()}
    return json.dumps({"aim": wanted, "monitors": told}, indent=2)


def _record(plan: "EnginePlan") -> dict[str, Any]:
    from dataclasses import asdict

    cheapest = plan.options.cheapest
    return {
        "engine_id": plan.engine_id,
        "basis": asdict(plan.basis),
        "today": {"prompts": plan.prompts, "repeats": plan.repeats, "expected": plan.expected},
        "best_repeats": plan.best_repeats,
        "cheapest": None if cheapest is None else _option(plan, cheapest),
        "options": [_option(plan, option) for option in plan.options.options],
    }


def _option(plan: "EnginePlan", option: "PlanOption") -> dict[str, Any]:
    from brand_monitor.sampling import DAYS_A_MONTH

    per_day = None if plan.basis.price_usd is None else option.price / option.periods
    return {
        "prompts": option.prompts,
        "repeats": option.repeats,
        "answers_a_day": option.prompts * option.repeats,
        "usd_a_day": per_day,
        "usd_a_month": None if per_day is None else per_day * DAYS_A_MONTH,
    }


def _table(monitor: str, plan: "EnginePlan", aim: "Aim") -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from brand_monitor.reporting.text import money

    table = Table(title=Text(f"{_wanted(aim)}: {monitor}, {plan.engine_id}"), box=box.SIMPLE_HEAD)
    for name in ("repeats", "prompts", "answers a day", "a day", "a month", ""):
        table.add_column(name, justify="right", no_wrap=True)
    cheapest = plan.options.cheapest
    for option in plan.options.options:
        if option.repeats not in _REPEATS_SHOWN and option != cheapest:
            continue
        row = _option(plan, option)
        cells = [
            *(f"{row[name]:,}" for name in ("repeats", "prompts", "answers_a_day")),
            money(row["usd_a_day"]),
            money(row["usd_a_month"]),
            "cheapest" if option == cheapest else "",
        ]
        table.add_row(*(Text(cell) for cell in cells), style="bold" if option == cheapest else "")
    return table


def _wanted(aim: "Aim") -> str:
    if aim.half_width is not None:
        return f"For an interval of +- {100 * aim.half_width:g} points"
    assert aim.effect is not None, "an aim has a half-width or an effect"
    return f"To see a rise of {100 * aim.effect:g} points from one day to another, 4 times in 5"


def _notes(plan: "EnginePlan", aim: "Aim") -> list[str]:
    """Return what the sizes rest on, what today's plan gives, and how to spend."""
    from brand_monitor.reporting.text import money, percent, plural

    basis = plan.basis
    seen = f" ({plural(basis.answers, 'answer')} on {plural(basis.days, 'day')})" if basis.answers else ""
    what = "half-width" if aim.half_width is not None else "smallest rise seen"
    gives = "none at all" if plan.expected is None else f"{100 * plan.expected:.1f} points"
    rests = (
        f"Rests on: rate {percent(basis.rate)} ({_FROM[basis.rate_from]}), likeness of repeats ICC "
        f"{basis.icc:.2f} ({_FROM[basis.icc_from]}), {money(basis.price_usd)} an answer "
        f"({_FROM[basis.price_from]}){seen}."
    )
    prompts = plural(plan.prompts, "non-branded prompt")
    why = ": further prompts say more than repeats" if plan.best_repeats == 1 else ""
    return [
        rests,
        f"As it stands: {prompts} x {plan.repeats} give a {what} of {gives}.",
        f"For a rate, the best number of repeats for the money is {plan.best_repeats}{why}.",
    ]
