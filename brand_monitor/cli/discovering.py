"""The command ``discover``: names that answers give and no monitor tracks.

Belongs here: options and printing. Not here: finding the names (``domain.discovery``); a person decides.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from brand_monitor.cli.options import OnlyMonitors
from brand_monitor.cli.state import installation_of

if TYPE_CHECKING:
    from brand_monitor.domain.discovery.suggestions import Suggestion
    from brand_monitor.notebook import Installation

TABLE = "core/brand_candidates"


def discover(
    context: typer.Context,
    *,
    monitor: OnlyMonitors = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days back from the latest")] = 28,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Most suggestions of a monitor")] = 20,
) -> None:
    """Suggest brands that answers name and nobody tracks. With counts, an example and YAML to paste."""
    from brand_monitor.failures import MissingPartitionError
    from brand_monitor.monitor.selection import select_monitors

    installation = installation_of(context)
    chosen = select_monitors(installation.monitors, monitor or ())
    if not installation.days(TABLE):
        raise MissingPartitionError(
            f"{installation.settings.home} holds no brand candidates of any day; start with "
            "`brand-monitor run`"
        )
    for name in chosen:
        _suggest(installation, name, days, limit)


def _suggest(installation: "Installation", monitor: str, days: int, limit: int) -> None:
    from datetime import timedelta

    from brand_monitor.domain.discovery.suggestions import as_yaml, suggestions

    last = installation.days(TABLE)[-1]
    first = last - timedelta(days=days - 1)
    candidates = installation.load(TABLE, first, last, monitor=monitor)
    brands = installation.load("seed/brands", monitor=monitor)
    found = suggestions(candidates, brands, limit)
    period = f"{first} to {last}" if days > 1 else f"{last}"
    if not found:
        typer.echo(f"{monitor}, {period}: no name that is not tracked.")
        return
    typer.echo(f"{monitor}, {period}: names that answers give and nobody tracks\n")
    for number, one in enumerate(found, start=1):
        _print_suggestion(number, one)
    typer.echo(f"\nTo track one, put it below `brands:` of {monitor}.yaml, then `brand-monitor check`:\n")
    typer.echo(as_yaml(found, brands["brand_id"].to_list()))


def _print_suggestion(number: int, one: "Suggestion") -> None:
    from brand_monitor.reporting.text import label, plain

    counts = (
        f"{one.answers} answers, {one.listed_answers} list it, {one.prompts} prompts, "
        f"{', '.join(one.engines)}"
    )
    titles = f", {one.titles} page titles" if one.titles else ""
    typer.echo(f"{number:>3}  {label(one.name, 60)}  [{counts}{titles}]")
    typer.echo(f"       {' '.join(plain(one.sentence, 200).split())}")
