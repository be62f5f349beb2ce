"""Exit codes, and how a failure is shown: one block on stderr, no traceback.

Belongs here: failure type -> exit code -> block. Not here: raising anything.
"""

from brand_monitor.failures import (
    BrandMonitorError,
    BudgetError,
    ImportFileError,
    MissingPartitionError,
    MonitorFileError,
    PastPartitionError,
    PriceFileError,
    SetupError,
    TransientFailure,
    UnknownNameError,
)

OK, FAILED, USAGE, BAD_FILE, NOT_SET_UP, REFUSED, INCOMPLETE, FAULT, INTERRUPTED = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    70,
    130,
)

EXIT_CODES = {
    OK: "all is well",
    FAILED: "a run failed, wholly or in part; what succeeded is kept and is not asked again",
    USAGE: "wrong usage: an option, or a name that nothing carries",
    BAD_FILE: "a monitor file, a price file or a file of captured answers is wrong",
    NOT_SET_UP: "something that set-up provides is missing; brand-monitor doctor says what to do",
    REFUSED: "not to be had: a day that holds nothing, today's model for a past day, or a plan above budget",
    INCOMPLETE: "not every planned call was asked: a missing key, a spent budget, an engine that is down",
    FAULT: "a fault of this program; --debug shows where",
    INTERRUPTED: "interrupted; the next run goes on where this one stopped",
}

_CODES: tuple[tuple[type[Exception], int], ...] = (
    (MonitorFileError, BAD_FILE),
    (ImportFileError, BAD_FILE),
    (PriceFileError, BAD_FILE),
    (SetupError, NOT_SET_UP),
    (UnknownNameError, USAGE),
    (MissingPartitionError, REFUSED),
    (PastPartitionError, REFUSED),
    (BudgetError, REFUSED),
    (BrandMonitorError, FAILED),
    (OSError, FAILED),  # no space, no permission: the message names the file
)


def exit_code_of(error: Exception) -> int:
    """Return the exit code of a failure; an error that no one foresaw is a fault of the program."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), FAULT)


def exit_code_of_type(name: str) -> int:
    """Return the exit code of a failure in a run, of which only the name of its class is known."""
    return next((code for kind, code in _CODES if kind.__name__ == name), FAILED)


def show_failure(error: Exception) -> int:
    """Write the failure to stderr as one block and return its exit code."""
    code = exit_code_of(error)
    if isinstance(error, MonitorFileError):
        title = f"{len(error.args)} problem{'s' if len(error.args) > 1 else ''} in monitor files"
        show_block(title, str(error).splitlines())
    elif code == FAULT:
        title = f"a fault of this program: {type(error).__name__}: {error}"
        show_block(title, ["run the command again with --debug before it to see where"])
    else:
        hint = ["this may pass by itself: try again"] if isinstance(error, TransientFailure) else []
        first, *rest = str(error).splitlines() or [type(error).__name__]
        show_block(first, [*rest, *hint])
    return code


def show_interruption() -> int:
    """Say what becomes of an interrupted run and return the exit code."""
    show_block("interrupted", ["what was answered is stored; the same command goes on from there"])
    return INTERRUPTED


def show_block(title: str, lines: list[str]) -> None:
    """Write ``Error: title`` and indented lines to stderr, control characters made visible."""
    import typer

    from brand_monitor.reporting.text import plain

    typer.secho("Error: ", err=True, fg="red", bold=True, nl=False)
    typer.echo(plain(title, 2_000), err=True)
    for line in lines:
        typer.echo(f"  {plain(line, 2_000)}", err=True)
