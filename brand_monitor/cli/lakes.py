"""The commands ``lake copy`` and ``lake sweep``: moving a lake, and removing what nobody reads.

Belongs here: asking and showing. Not here: the copy (``backends.objects.copying``) or the sweep
(``io_managers.sweeping``).
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from brand_monitor.cli.state import settings_of

if TYPE_CHECKING:
    from brand_monitor.backends.objects.copying import Copied

MOST_LISTED = 20

app = typer.Typer(no_args_is_help=True, help="Copy the lake to another store, or remove replaced files.")


@app.command("copy")
def copy(
    context: typer.Context,
    *,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="ADDRESS", help="Folder or s3://bucket/prefix. Default: home/lake"),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="ADDRESS", help="Folder or s3://bucket/prefix. Default: the bucket of S3_BUCKET"
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over objects of other content")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Compare the content of everything that is there already")
    ] = False,
) -> None:
    """Copy every object of a lake and compare it; repeat to resume. Code 1 if contents differ."""
    from rich.console import Console

    from brand_monitor.backends.objects.copying import copy_objects
    from brand_monitor.backends.objects.opening import objects_at, open_objects
    from brand_monitor.cli.exits import FAILED

    settings = settings_of(context)
    if target is None and settings.s3_bucket is None:
        raise typer.BadParameter("give an address, or set S3_BUCKET", param_hint="--to")
    origin = objects_at(source or str(settings.lake_dir), settings)
    goal = open_objects(settings) if target is None else objects_at(target, settings)
    with Console(stderr=True).status("objects") as status:
        done = copy_objects(
            origin, goal, replace=replace, full=full, report=lambda so_far: status.update(_line(so_far))
        )
    typer.echo(_line(done))
    for key in done.different[:MOST_LISTED]:
        typer.echo(f"  other content in the target: {key}")
    if (more := len(done.different) - MOST_LISTED) > 0:
        typer.echo(f"  and {more:,} more")
    if done.different:
        typer.echo("Nothing of these was changed. With --replace the target gets what the source has.")
        raise typer.Exit(FAILED)


@app.command("sweep")
def sweep_files(
    context: typer.Context,
    *,
    hours: Annotated[
        int, typer.Option(min=1, metavar="N", help="Keep what was replaced in the last N hours")
    ] = 24,
) -> None:
    """Remove files that a later publication replaced, and files that were never published."""
    from brand_monitor.backends.objects.opening import open_objects
    from brand_monitor.io_managers.sweeping import sweep

    swept = sweep(open_objects(settings_of(context)), grace=timedelta(hours=hours))
    typer.echo(f"{swept.removed:,} files removed, {swept.kept:,} kept")


def _line(done: "Copied") -> str:
    return (
        f"{done.total:,} objects: {done.copied:,} copied ({done.bytes_copied / 1e6:,.1f} MB), "
        f"{done.present:,} there already, {len(done.different):,} different"
    )
