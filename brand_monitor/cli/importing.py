"""The command ``import``: answers that were captured elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from brand_monitor.cli.state import settings_of


def import_file(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="JSON Lines (.jsonl) or CSV file"),
    ],
    monitor: Annotated[str, typer.Option(metavar="ID", help="Monitor whose prompts the answers belong to")],
) -> None:
    """Read answers that were captured elsewhere. Then count and report the days that they speak of."""
    from brand_monitor.cli.progress import import_shown
    from brand_monitor.cli.running import show_summary

    summary, text = import_shown(settings_of(context), file, monitor)
    typer.echo(text)
    show_summary(context, summary, [monitor])
