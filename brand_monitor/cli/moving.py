"""The command ``move``: an installation that lived in files goes to the servers that the settings name.

Belongs here: asking and showing. Not here: what is moved, and in which order (``mover``).
"""

from typing import Annotated

import typer

from brand_monitor.cli.state import settings_of

MOST_LISTED = 20


def move(
    context: typer.Context,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over objects of the bucket that have other content")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Compare the content of every object that is there already")
    ] = False,
) -> None:
    """Copy this home to the servers that the settings name, compare, and rebuild the projections.

    Set the variables of the servers (.env.example), look with "brand-monitor doctor", end every run. With
    S3_BUCKET the lake is copied, every object read back and compared by SHA-256. With DATABASE_URL the
    journal of calls and money is copied, every row compared, and the marts are published. With NEO4J_URI and
    OPENSEARCH_URL graph and search are made from the lake and compared with it. Limits (Redis) and the
    history of runs (Dagster) are not moved: they start anew.

    Repeat it to resume: what is there is not copied again. A target that holds what this home does not is
    named, and nothing is copied. The home keeps all its files; they are the way back.
    """
    from rich.console import Console

    from brand_monitor.deployment import current_deployment
    from brand_monitor.mover import ContentsDiffer, Options
    from brand_monitor.mover import move as move_stores

    options = Options(current_deployment(), replace=replace, full=full)
    try:
        with Console(stderr=True).status("looking at the servers") as status:
            for line in move_stores(settings_of(context), options, report=status.update):
                typer.echo(line)
    except ContentsDiffer as error:
        for key in error.keys[:MOST_LISTED]:
            typer.echo(f"  other content in the bucket: {key}")
        raise
