"""docs/cli.md: the help of every command, and the exit codes."""

from collections.abc import Iterator, Mapping
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from brand_monitor.cli.app import app
from brand_monitor.cli.exits import EXIT_CODES
from tools.pages.markdown import generated_from, table

INTRODUCTION = """\
# The command line

Results go to standard output, progress and errors to standard error. An error is one block: what happened,
where, and what to do; `--debug` before the command shows the traceback instead. Every command works on one
installation, a folder that holds monitors, lake and reports: the one of `--home`, else of
`BRAND_MONITOR_HOME`, else `./var`.
"""

WIDTH = 100


def render() -> str:
    """Return the text of docs/cli.md."""
    commands = get_command(app).commands  # type: ignore[attr-defined] - a group, by construction
    codes = table(["code", "meaning"], ([str(code), meaning] for code, meaning in EXIT_CODES.items()))
    return "\n".join(
        [
            generated_from("brand_monitor/cli/"),
            INTRODUCTION,
            f"## Exit codes\n\n{codes}",
            f"```text\n{_help()}\n```\n",
            *(f"## {' '.join(path)}\n\n```text\n{_help(*path)}\n```\n" for path in _paths(commands)),
        ]
    )


def _paths(commands: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command, a group before its own commands."""
    for name, command in commands.items():
        yield (name,)
        yield from ((name, *path) for path in _paths(getattr(command, "commands", {})))


def _help(*command: str) -> str:
    """Return the help of a command at a fixed width; the exit codes below it have their own table."""
    result = CliRunner().invoke(app, [*command, "--help"], prog_name="brand-monitor", terminal_width=WIDTH)
    return result.output.split("\n  Exit codes:")[0].rstrip()
