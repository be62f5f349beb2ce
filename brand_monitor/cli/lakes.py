"""The commands of ``lake``: moving it, removing what nobody reads, packing small files for long windows.

Belongs here: asking and showing. Not here: the copy (``backends.objects.copying``), the sweep
(``io_managers.sweeping``) or the packs (``io_managers.compacting``).
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from brand_monitor.cli.state import settings_of

if TYPE_CHECKING:
    from brand_monitor.backends.objects.copying import Copied
    from brand_monitor.io_managers.compacting import Due

MOST_LISTED = 20

app = typer.Typer(
    no_args_is_help=True, help="Copy the lake to another store, remove replaced files, pack small ones."
)


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


@app.command("compact")
def compact_files(
    context: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only name what would be packed")] = False,
) -> None:
    """Pack the small files of months that are over, so that long windows are read faster.

    The files stay: packs are copies, which need storage and may be removed at any time. Code 1 if one failed.
    """
    from brand_monitor.backends.objects.opening import open_objects
    from brand_monitor.cli.exits import FAILED
    from brand_monitor.io_managers.compacting import compact, due

    store = open_objects(settings_of(context))
    if dry_run:
        waiting = list(due(store))
        for one in waiting:
            typer.echo(_packed(one, one.loose))
        typer.echo(f"{len(waiting):,} packs to make, {sum(one.loose for one in waiting):,} files in none")
        return
    done = compact(store, report=lambda one, files: typer.echo(_packed(one, files)))
    typer.echo(f"{done.packs:,} packs made of {done.files:,} files, {done.rows:,} rows")
    for reason in done.failed:
        typer.echo(f"  failed: {reason}", err=True)
    if done.failed:
        raise typer.Exit(FAILED)


def _packed(one: "Due", files: int) -> str:
    where = f"  {one.pack.table} {one.pack.month} {one.pack.monitor}"
    return f"{where}: {files:,} files" if files else f"{where}: left, its files are large or too young"


def _line(done: "Copied") -> str:
    return (
        f"{done.total:,} objects: {done.copied:,} copied ({done.bytes_copied / 1e6:,.1f} MB), "
        f"{done.present:,} there already, {len(done.different):,} different"
    )
