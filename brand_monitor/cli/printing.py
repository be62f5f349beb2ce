"""A table on a terminal, and what has to be read with it: the same for every command that shows one.

Belongs here: widths and wrapping. Not here: any table or wording.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

#: Width of a table where there is no terminal to ask.
_WIDE = 150


def print_table(table: "Table", notes: Iterable["str | Text"] = ()) -> None:
    """Print a table, and below it the notes, a line each that only a reader's terminal wraps."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDE
    console.print(table)
    for note in notes:
        console.print(Text(note) if isinstance(note, str) else note, soft_wrap=True)
