"""The commands ``graph ask``, ``graph verify`` and ``graph rebuild``, on whichever store is configured."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brand_monitor.cli.state import settings_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from brand_monitor.backends.graph.interface import GraphStore
    from brand_monitor.backends.graph.rebuilding import DayCheck

app = typer.Typer(
    help="Ask the influence graph, compare it with the lake, make it anew.", no_args_is_help=True
)


@app.command()
def ask(
    context: typer.Context,
    cypher: Annotated[
        str, typer.Argument(metavar="CYPHER", help="A question; docs/graph-queries.md has some")
    ],
    *,
    values: Annotated[
        list[str] | None,
        typer.Option("--value", "-v", metavar="NAME=VALUE", help="Value of $NAME; days as 2026-11-24"),
    ] = None,
) -> None:
    """Ask the graph in Cypher and print the rows as JSON, one a line. It cannot write."""
    import json

    with _graph(context) as store:
        for row in store.query(cypher, dict(map(_value_of, values or []))):
            typer.echo(json.dumps(row, default=str, ensure_ascii=False))


@app.command()
def verify(context: typer.Context) -> None:
    """Compare every day of graph and lake by counts and checksums. Code 1 if any differs."""
    from brand_monitor.backends.graph.rebuilding import verify as compare
    from brand_monitor.cli.exits import FAILED
    from brand_monitor.cli.stores import open_stores
    from brand_monitor.defs.graph import GraphLake

    with open_stores(settings_of(context)) as (_, lake), _graph(context) as store:
        checks = compare(store, GraphLake(lake))
    _show(checks)
    if not all(check.is_equal for check in checks):
        raise typer.Exit(FAILED)


@app.command()
def rebuild(context: typer.Context) -> None:
    """Make the graph anew from the lake, compare, and swap. Readers see whole days all the while."""
    from brand_monitor.backends.graph.rebuilding import rebuild as make_anew
    from brand_monitor.cli.stores import open_stores
    from brand_monitor.defs.graph import GraphLake

    with open_stores(settings_of(context)) as (_, lake), _graph(context) as store:
        _show(make_anew(store, GraphLake(lake)))


def _graph(context: typer.Context) -> "AbstractContextManager[GraphStore]":
    from brand_monitor.backends.bundles import resources_for
    from brand_monitor.deployment import current_deployment

    opened: AbstractContextManager[GraphStore] = resources_for(current_deployment(), settings_of(context))[
        "graph"
    ].open()
    return opened


def _value_of(given: str) -> tuple[str, Any]:
    """Return name and value of NAME=VALUE: a day, a number, or else text."""
    name, equals, value = given.partition("=")
    if not equals or not name:
        raise typer.BadParameter(f"{given!r} is not NAME=VALUE", param_hint="--value")
    for read in (date.fromisoformat, int, float):
        try:
            return name, read(value)
        except ValueError:
            continue
    return name, value


def _show(checks: "list[DayCheck]") -> None:
    wrong = [check for check in checks if not check.is_equal]
    for check in wrong:
        typer.echo(f"differs: {check.key}: {check.expected} nodes and edges in the lake, {check.held} held")
    typer.echo(f"{len(checks)} days compared, {len(wrong)} differ")
