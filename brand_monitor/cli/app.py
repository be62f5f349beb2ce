"""The commands and the global options, put together.

Belongs here: names, order and help of the whole. Not here: what a command does.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from brand_monitor import __version__
from brand_monitor.cli import (
    asking,
    changes,
    diagnosing,
    discovering,
    experimenting,
    exporting,
    gold,
    graphing,
    importing,
    lakes,
    migrating,
    monitors,
    moving,
    planning,
    reading,
    reports,
    running,
    verifying,
)
from brand_monitor.cli.exits import EXIT_CODES, show_failure, show_interruption
from brand_monitor.cli.state import State

# \b keeps the lines apart in the help.
EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code:<4} {meaning}" for code, meaning in EXIT_CODES.items())


class _Group(TyperGroup):
    """Turns failures into a block on stderr and an exit code, in one place for all commands."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; ``--debug`` lets the traceback through."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(show_interruption()) from None
        except Exception as error:
            is_ours = type(error).__module__.startswith("typer")  # usage errors, exits: typer shows them
            if is_ours or isinstance(error, BrokenPipeError) or ctx.params.get("debug"):
                raise
            raise typer.Exit(show_failure(error)) from error


app = typer.Typer(
    cls=_Group,
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Plain help: the boxes of rich cost .2 s of CPU (its markdown and syntax parts), two thirds of the whole.
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer's signature
    if wanted:
        typer.echo(f"brand-monitor {__version__}")
        raise typer.Exit


@app.callback()
def _globals(
    context: typer.Context,
    *,
    home: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Folder of monitors, lake and reports. Default: BRAND_MONITOR_HOME, else ./var",
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[  # noqa: ARG001 - read by its callback
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version.")
    ] = False,
) -> None:
    """How language models speak of a brand, how sure we are, and which sources make them say it."""
    from brand_monitor.deployment import current_settings

    settings = current_settings(home)
    context.obj = State(settings=settings, debug=debug)


app.command("init")(monitors.init)
app.command("check")(monitors.check)
app.command("schema")(monitors.schema)
app.command("plan")(planning.plan)
app.command("run")(running.run)
app.command("ask")(asking.ask)
app.command("experiment")(experimenting.experiment)
app.command("import")(importing.import_file)
app.command("demo")(running.demo)
app.command("report")(reports.report)
app.command("changes")(changes.changes)
app.add_typer(gold.app, name="gold")
app.command("trace")(reading.trace)
app.command("search")(reading.search)
app.add_typer(graphing.app, name="graph")
app.command("discover")(discovering.discover)
app.add_typer(lakes.app, name="lake")
app.command("verify")(verifying.verify)
app.command("move")(moving.move)
app.add_typer(migrating.app, name="db")
app.command("exporter")(exporting.exporter)
app.command("doctor")(diagnosing.doctor)
