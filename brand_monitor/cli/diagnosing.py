"""The command ``doctor``."""

import typer

from brand_monitor.cli.exits import NOT_SET_UP
from brand_monitor.cli.state import settings_of

_SIGNS = {"ok": ("ok", "green"), "note": ("note", "yellow"), "missing": ("missing", "red")}


def doctor(context: typer.Context) -> None:
    """Say what is missing, and what to do. Changes nothing."""
    from brand_monitor.cli.checkup import examine
    from brand_monitor.reporting.text import plain

    healthy = True
    for finding in examine(settings_of(context)):
        sign, colour = _SIGNS[finding.status]
        typer.secho(f"{sign:8}", fg=colour, nl=False)
        typer.echo(f"{finding.name:12} {plain(finding.detail)}")
        if finding.advice:
            typer.echo(f"{'':21}{finding.advice}")
        healthy = healthy and finding.status != "missing"
    if not healthy:
        raise typer.Exit(NOT_SET_UP)
