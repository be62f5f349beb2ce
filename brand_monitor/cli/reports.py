"""The command ``report``, and the headline table that ``run`` ends with."""

from datetime import date as Date  # noqa: N812 - the option is called date
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from brand_monitor.cli.options import OnlyMonitors
from brand_monitor.cli.state import installation_of

if TYPE_CHECKING:
    from brand_monitor.notebook import Installation


def report(
    context: typer.Context,
    *,
    monitor: OnlyMonitors = None,
    date: Annotated[
        datetime | None,
        typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="Day of the report. Default: the latest"),
    ] = None,
    open_it: Annotated[bool, typer.Option("--open", help="Open it in the browser")] = False,
) -> None:
    """Show the headline figures and the report of a day."""
    from brand_monitor.monitor.selection import select_monitors

    installation = installation_of(context)
    for name in select_monitors(installation.monitors, monitor or ()):
        path = show_reports(installation, name, date.date() if date else None, must_exist=True)
        if open_it and path:
            typer.launch(_local(installation, path))


def _local(installation: "Installation", path: str) -> str:
    """Return a file that a browser can open: a report in a bucket is fetched into the home first."""
    if not path.startswith("s3://"):
        return path
    store = installation.lake.store
    key = path.removeprefix(store.uri("reports").removesuffix("reports"))
    local = installation.settings.state_dir / "opened" / key
    local.parent.mkdir(parents=True, exist_ok=True)
    local.write_bytes(store.get(key))
    return str(local)


def show_reports(
    installation: "Installation", monitor: str, day: Date | None, *, must_exist: bool = False
) -> str | None:
    """Print headline table and report path of one monitor and day; return the path, if there is a report.

    Args:
        installation: where to look.
        monitor: whose report.
        day: which day; the latest that has a report by default.
        must_exist: whether a missing report is an error rather than nothing to show.

    Raises:
        MissingPartitionError: ``must_exist``, and there is no report.
    """
    from brand_monitor.cli.headline import print_headline
    from brand_monitor.failures import MissingPartitionError

    table = "reports/daily_reports"
    days = installation.days(table) if day is None else [day]
    rows = installation.load(table, days[-1], monitor=monitor).to_dicts() if days else []
    if not rows:
        if must_exist:
            when = f"of {day}" if day else "of any day"
            raise MissingPartitionError(
                f"{installation.settings.home} holds no report {when} for monitor {monitor}; "
                "start with `brand-monitor run`"
            )
        return None
    print_headline(installation, monitor, days[-1])
    path = installation.lake.store.uri(rows[0]["report_key"])
    typer.echo(f"Report: {path}")
    return path
