"""Commands that run a day: ``run`` and ``demo``."""

import sys
from datetime import date as Date  # noqa: N812 - the option is called date
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brand_monitor.cli.options import OnlyMonitors
from brand_monitor.cli.state import installation_of, settings_of

if TYPE_CHECKING:
    from brand_monitor.deployment import Settings
    from brand_monitor.stages import RunSummary


def run(
    context: typer.Context,
    *,
    date: Annotated[
        datetime | None,
        typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="Day to run, UTC. Default: today"),
    ] = None,
    monitor: OnlyMonitors = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(metavar="FAMILY", help="Only this engine family, such as openai or local; repeatable"),
    ] = None,
    allow_reask: Annotated[
        bool, typer.Option("--allow-reask", help="Ask today's models for a past day; every row is flagged")
    ] = False,
    rederive: Annotated[
        bool, typer.Option("--rederive", help="Derive all tables again from stored answers; asks nothing")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(
            metavar="DAY", formats=["%Y-%m-%d"], help="With --rederive: first of many days, a month a run"
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="With --since: last day. Default: today"),
    ] = None,
    publish: Annotated[
        bool,
        typer.Option("--publish/--no-publish", help="With --since: also build marts, graph, search, reports"),
    ] = True,
) -> None:
    """Scrape, ask, count and report one day. What is stored already is never asked again."""
    if since or until:
        _rederive_days(context, (date, since, until), monitor, engine, rederive=rederive, publish=publish)
        return
    from brand_monitor.cli.planning import refuse_above_budget
    from brand_monitor.cli.progress import run_shown

    settings = settings_of(context)
    day = date.date() if date else _today()
    if not rederive:
        refuse_above_budget(settings, day, monitor or (), engine or ())
    summary = run_shown(
        settings, day, monitors=monitor or (), engines=engine or (), allow_reask=allow_reask, ask=not rederive
    )
    show_summary(context, summary, monitor)
    if code := code_of(summary):
        raise typer.Exit(code)


def _rederive_days(
    context: typer.Context,
    days: tuple[datetime | None, datetime | None, datetime | None],
    monitors: list[str] | None,
    engines: list[str] | None,
    *,
    rederive: bool,
    publish: bool,
) -> None:
    """Derive the days from ``since`` to ``until`` again; ``days`` is (date, since, until) as given."""
    from brand_monitor.cli.progress import rederive_shown
    from brand_monitor.failures import PastPartitionError

    date, since, until = days
    if date or since is None:
        raise typer.BadParameter("--since names the first of many days, --until the last; --date is one day")
    if not rederive:
        raise PastPartitionError(
            "today's models cannot answer for days that have passed; --rederive derives them again from "
            "stored answers"
        )
    last = until.date() if until else _today()
    summary = rederive_shown(
        settings_of(context),
        since.date(),
        last,
        monitors=monitors or (),
        engines=engines or (),
        publish=publish,
    )
    show_failures(summary)
    done = sum(result.ok for result in summary.results)
    typer.echo(
        f"{since.date()} to {last}: {done} of {len(summary.results)} runs succeeded in "
        f"{summary.seconds:.0f} s; nobody was asked."
    )
    if code := code_of(summary):
        raise typer.Exit(code)


def demo(context: typer.Context) -> None:
    """Run today on the demo monitor. An invented brand, sample pages, an embedded model, no key."""
    from brand_monitor.cli.progress import run_shown
    from brand_monitor.monitor.starter import DEMO, write_demo

    settings = settings_of(context)
    write_demo(settings.monitors_dir)
    summary = run_shown(settings, _today(), monitors=[DEMO])
    show_summary(context, summary, [DEMO])
    if code := code_of(summary):
        raise typer.Exit(code)
    typer.echo(f"\nThe same runs in the Dagster UI:\n  {_ui_command(settings)}")


def show_summary(context: typer.Context, summary: "RunSummary", monitors: list[str] | None) -> None:
    """Print what became of the day: failures first, then reports and headline figures."""
    from brand_monitor.cli.exits import show_block
    from brand_monitor.cli.reports import show_reports

    show_failures(summary)
    installation = installation_of(context)
    for monitor in monitors or installation.monitors:
        show_reports(installation, monitor, summary.day)
    if summary.incomplete:
        show_block(
            "not every planned call was asked; the figures stand on those that were", summary.incomplete
        )
    other = summary.seconds - summary.model_seconds
    cost = f", calls of the day ${summary.cost_usd:,.4f}" if summary.cost_usd else ""
    typer.echo(
        f"\n{summary.day}: {summary.calls_sent:,} calls{cost}. "
        f"Models' own time {summary.model_seconds:.0f} s, everything else {other:.0f} s."
    )


def show_failures(summary: "RunSummary") -> None:
    """Print a block per run that failed."""
    from brand_monitor.cli.exits import show_block

    for result in summary.results:
        if not result.ok:
            title = f"{result.stage.label} failed (Dagster run {result.run_id})"
            show_block(title, [line for error in result.errors for line in error.splitlines()])


def code_of(summary: "RunSummary") -> int:
    """Return the exit code of a day: that of its failures, if all of them are of one kind."""
    from brand_monitor.cli.exits import FAILED, INCOMPLETE, OK, exit_code_of_type

    if not summary.ok:
        types = [name for result in summary.results for name in result.error_types]
        codes = {exit_code_of_type(name) for name in types}
        return codes.pop() if len(codes) == 1 else FAILED
    return INCOMPLETE if summary.incomplete else OK


def _today() -> Date:
    from brand_monitor.partitions import today

    return today()


def _ui_command(settings: "Settings") -> str:
    """Return a command that works from any folder: the dagster of this environment, on this instance."""
    dagster = Path(sys.executable).with_name("dagster")
    homes = f"BRAND_MONITOR_HOME={settings.home} DAGSTER_HOME={settings.dagster_home}"
    return f"{homes} {dagster} dev -m brand_monitor.definitions"
