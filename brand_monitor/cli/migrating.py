"""The commands ``db``: the tables of journal and published marts, brought from version to version."""

from typing import TYPE_CHECKING, Annotated

import typer

from brand_monitor.cli.state import settings_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from brand_monitor.deployment import Settings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Bring the tables of the database to this version, or look at them.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def current(context: typer.Context) -> None:
    """Show which revision the tables have and which one this version needs. Changes nothing."""
    from brand_monitor.backends.tables.faults import named_failures, place_of
    from brand_monitor.backends.tables.migrating import HEAD, revision_of

    engine = _engine_of(settings_of(context))
    with named_failures(engine, "looking at the tables"), engine.connect() as connection:
        revision = revision_of(connection)
    typer.echo(f"{place_of(engine)}: revision {revision or 'none'}; this version needs {HEAD}")


@app.command()
def upgrade(context: typer.Context) -> None:
    """Bring the tables to this version, and make the tables and views of the marts. Safe to repeat.

    Run it before the new version starts; the version before goes on working on the new tables.
    """
    from brand_monitor.backends.tables import migrating
    from brand_monitor.backends.tables.faults import place_of
    from brand_monitor.backends.warehouse.resource import open_warehouse

    settings = settings_of(context)
    engine = _engine_of(settings)
    before = migrating.upgrade(engine)
    open_warehouse(settings, migrates=True)
    typer.echo(f"{place_of(engine)}: revision {before or 'none'} -> {migrating.HEAD}")


@app.command()
def downgrade(
    context: typer.Context,
    revision: Annotated[str, typer.Argument(help="An earlier revision, such as 0003")],
) -> None:
    """Bring the tables back to an earlier revision, for going back to the version that made it.

    Stop every process first, and make a backup. What the earlier version could not hold refuses the way back.
    """
    from brand_monitor.backends.tables import migrating
    from brand_monitor.backends.tables.faults import place_of

    if revision not in migrating.REVISIONS:
        raise typer.BadParameter(f"known: {', '.join(migrating.REVISIONS)}", param_hint="REVISION")
    engine = _engine_of(settings_of(context))
    before = migrating.downgrade(engine, revision)
    typer.echo(f"{place_of(engine)}: revision {before or 'none'} -> {revision}")


def _engine_of(settings: "Settings") -> "Engine":
    """Return an engine that looks at no table yet."""
    from brand_monitor.backends.tables.engine import connect

    return connect(settings.journal_url)
