"""Options that several commands take, worded once."""

from typing import Annotated

import typer

OnlyMonitors = Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this monitor; repeatable")]
