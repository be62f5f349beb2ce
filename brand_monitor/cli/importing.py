"""The command ``import``: answers that were captured elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from brand_monitor.cli.state import settings_of


def import_file(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", exists=True, dir_okay=False, help="JSON Lines (.jsonl) or CSV file of answers"
        ),
    ],
    *,
    monitor: Annotated[str, typer.Option(metavar="ID", help="Monitor whose prompts were asked")],
) -> None:
    """Read answers that were captured elsewhere. Then count and report the days that they speak of."""
    from brand_monitor.cli.exits import FAILED
    from brand_monitor.cli.progress import import_shown
    from brand_monitor.cli.running import show_summary

    summary = import_shown(settings_of(context), file, monitor)
    typer.echo(summary.text)
    for day in summary.days:
        show_summary(context, day, [monitor])
    if not summary.ok:
        raise typer.Exit(FAILED)
