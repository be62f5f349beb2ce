"""Commands on monitor files: write a first one, check them, export the schema."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brand_monitor.cli.state import settings_of

if TYPE_CHECKING:
    from brand_monitor.monitor.models import Monitor


def init(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Id of the new monitor, such as running-shoes")],
) -> None:
    """Write a commented monitor file to start from. Never writes over a file."""
    from brand_monitor.monitor.starter import write_example

    path = write_example(name, settings_of(context).monitors_dir / f"{name}.yaml")
    typer.echo(f"{path}\n\nEdit it, then: brand-monitor check && brand-monitor run")


def check(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILES", help="Monitor files. Default: all of this installation"),
    ] = None,
) -> None:
    """Name every error in monitor files. Each with its file, line and field."""
    from brand_monitor.failures import MonitorFileError, UnknownNameError
    from brand_monitor.monitor.loader import check_file, load_monitor, load_monitors, monitor_files

    folder = settings_of(context).monitors_dir
    paths = files or monitor_files(folder)
    if not paths:
        raise UnknownNameError(f"no monitor in {folder}; write one with `brand-monitor init NAME`")
    if problems := [problem for path in paths for problem in check_file(path)]:
        raise MonitorFileError(*problems)
    if not files:
        load_monitors(folder)  # also compares the files with each other
    for path in paths:
        typer.echo(f"{path}: ok, {_summary(load_monitor(path))}")


def _summary(monitor: "Monitor") -> str:
    calls = ", ".join(
        f"{engine.id} {'imported' if engine.family == 'import' else engine.repeats * len(monitor.questions)}"
        for engine in monitor.engines
    )
    pages = sum(len(site.pages) for site in monitor.sites)
    return (
        f"{len(monitor.brands)} brands, {len(monitor.prompts)} prompts, {pages} pages; answers a day: {calls}"
    )


def schema(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Where to write it. Default: standard output"),
    ] = None,
) -> None:
    """Export the JSON schema of monitor files. Editors complete and check with it."""
    from brand_monitor.monitor.json_schema import schema_text
    from brand_monitor.monitor.starter import write_schema

    if path is None:
        typer.echo(schema_text(), nl=False)
    else:
        typer.echo(write_schema(path))
