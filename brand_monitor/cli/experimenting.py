"""The command ``experiment``: what experiments will take, and running them."""

from collections.abc import Sequence
from datetime import date as Date  # noqa: N812 - the option is called date
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from brand_monitor.cli.printing import print_table
from brand_monitor.cli.state import installation_of, settings_of

if TYPE_CHECKING:
    from rich.table import Table

    from brand_monitor.experiment_plans import ExperimentPlan
    from brand_monitor.monitor.models import Monitor
    from brand_monitor.stages import RunSummary


def experiment(
    context: typer.Context,
    monitor: Annotated[str, typer.Argument(metavar="MONITOR", help="Id of the monitor")],
    *,
    experiment: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this experiment; repeatable")
    ] = None,
    engine: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this engine, by its id; repeatable")
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Say what it will take, and ask nobody; 5 if it would be refused")
    ] = False,
    date: Annotated[
        datetime | None,
        typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="Day to ask for, UTC. Default: today"),
    ] = None,
    allow_reask: Annotated[
        bool, typer.Option("--allow-reask", help="Ask today's models for a past day; every row is flagged")
    ] = False,
) -> None:
    """Ask what answers owe to their sources: leave sources out, shuffle them, count who is still named.

    Answers go to tables of their own. What is stored already is never asked again.
    """
    from brand_monitor.cli.running import code_of
    from brand_monitor.cli.stores import open_stores
    from brand_monitor.experiment_plans import plan_experiments, refuse_over_budget
    from brand_monitor.failures import UnknownNameError
    from brand_monitor.monitor.loader import load_monitors
    from brand_monitor.monitor.selection import select_monitors
    from brand_monitor.partitions import today

    settings = settings_of(context)
    [chosen] = select_monitors(load_monitors(settings.monitors_dir), [monitor]).values()
    if not chosen.experiments:
        raise UnknownNameError(
            f"monitor {monitor} has no experiments; write some into its file (docs/experiments.md)"
        )
    day = date.date() if date else today()
    with open_stores(settings) as (stores, lake):
        plans = plan_experiments(
            chosen, day, stores, lake, experiments=experiment or (), engines=engine or ()
        )
        if plan:
            _show_plans(chosen, day, plans)
        refuse_over_budget(chosen, stores, plans)
    if plan:
        return
    from brand_monitor.cli.progress import experiment_shown

    scrape = day == today() and any(one.is_assumed for one in plans)
    summary = experiment_shown(
        settings, chosen, day, experiment or (), engine or (), allow_reask=allow_reask, scrape=scrape
    )
    _show_summary(context, chosen, summary)
    if code := code_of(summary):
        raise typer.Exit(code)


def _show_plans(monitor: "Monitor", day: Date, plans: Sequence["ExperimentPlan"]) -> None:
    """Print a table of arms, calls, tokens, price and time, and what to know about it."""
    print_table(_table(monitor, day, plans), _notes(plans))


def _table(monitor: "Monitor", day: Date, plans: Sequence["ExperimentPlan"]) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from brand_monitor.domain.designs import KINDS

    table = Table(title=Text(f"Experiments: {monitor.id}, {day}"), box=box.SIMPLE_HEAD)
    for name in ("experiment", "engine"):
        table.add_column(name, no_wrap=True)
    kinds = [kind.replace("_", " ") for kind in KINDS]
    for name in ("prompts", *kinds, "to ask", "tokens in", "tokens out", "at most", "time"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in plans:
        cells = [one.experiment.id, one.engine.id, f"{one.prompts}"]
        cells += [f"{one.to_ask.calls.get(kind, 0):,}" for kind in KINDS]
        cells += [f"{one.to_ask.all_calls:,}", *_taken(one)]
        table.add_row(*(Text(cell) for cell in cells), style="dim" if one.forecast.disabled else "")
    return table


def _taken(one: "ExperimentPlan") -> list[str]:
    """Return tokens, price and time of a plan."""
    from datetime import timedelta

    from brand_monitor.reporting.text import NO_VALUE, money

    seconds = one.forecast.seconds
    return [
        f"\N{LESS-THAN OR EQUAL TO} {one.to_ask.input_tokens:,}",
        f"\N{LESS-THAN OR EQUAL TO} {one.to_ask.output_tokens:,}",
        NO_VALUE if one.to_ask.cost.usd is None else money(one.to_ask.cost.usd),
        NO_VALUE if seconds is None else str(timedelta(seconds=round(seconds))),
    ]


def _notes(plans: Sequence["ExperimentPlan"]) -> list[str]:
    """Return what the table cannot say."""
    notes = []
    if any(one.is_assumed for one in plans):
        notes.append(
            "The day has no pages yet: each prompt is taken to find all its sources. A run scrapes first."
        )
    for one in plans:
        who = f"{one.experiment.id}, {one.engine.id}"
        if one.left_out:
            notes.append(f"{who}: no page speaks of {', '.join(one.left_out)}, so they are not asked.")
        if one.forecast.disabled:
            notes.append(f"{who}: nobody can ask it here: {one.forecast.disabled}.")
        if one.forecast.note:
            notes.append(f"{who}: no price is known. {one.forecast.note}")
        if one.forecast.seconds is None:
            notes.append(f"{who}: it has no answers yet that say how long they take.")
    return list(dict.fromkeys(notes))


def _show_summary(context: typer.Context, monitor: "Monitor", summary: "RunSummary") -> None:
    """Print failures, what was answered by kind of arm, and where it is."""
    import polars as pl

    from brand_monitor.backends.llm.designed_answers import ANSWERS, MENTIONS
    from brand_monitor.cli.exits import show_block

    for result in summary.results:
        if not result.ok:
            title = f"{result.stage.label} failed (Dagster run {result.run_id})"
            show_block(title, [line for error in result.errors for line in error.splitlines()])
    if summary.incomplete:
        show_block("not every planned call was asked", summary.incomplete)
    lake = installation_of(context).lake
    answers = lake.read_window(ANSWERS, summary.day, summary.day, monitors=[monitor.id])
    keys = ["experiment_id", "engine_id"]
    for (experiment_id, engine_id), part in answers.group_by(keys, maintain_order=True):
        kinds = part.group_by("design_kind", maintain_order=True).agg(
            pl.len(), (pl.col("status") == "ok").sum()
        )
        told = ", ".join(f"{kind} {ok} of {asked}" for kind, asked, ok in kinds.iter_rows())
        typer.echo(f"{experiment_id}, {engine_id}: {told} answered")
    typer.echo(
        f"{summary.day}: {summary.calls_sent:,} calls. Tables {ANSWERS} and {MENTIONS}, below "
        f"{lake.store.uri(f'{ANSWERS}/date={summary.day}')}"
    )
