"""The command ``changes``: what moved since the window before, and who is ahead of whom.

Belongs here: choosing rows and wording verdicts. Not here: any figure or verdict (``domain.comparisons``).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from brand_monitor.cli.options import OnlyMonitors
from brand_monitor.cli.printing import print_table
from brand_monitor.cli.state import installation_of

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

#: Rows that one printed table holds are corrected together, whatever their engine.
_SHOWN = ["monitor_id", "segment", "metric"]
_CERTAIN = {"moved", "ahead", "behind"}
_NAMES = {"visibility": "Visibility", "share_of_voice": "Share of voice"}


def changes(
    context: typer.Context,
    *,
    monitor: OnlyMonitors = None,
    date: Annotated[
        datetime | None,
        typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="Last day. Default: the latest with answers"),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=7, help="Length of the windows compared")] = 7,
    metric: Annotated[
        Literal["visibility", "share_of_voice"], typer.Option(help="What is compared")
    ] = "visibility",
    branded: Annotated[
        bool, typer.Option("--branded", help="Prompts that name a brand, instead of the others")
    ] = False,
    rivals: Annotated[
        bool, typer.Option("--rivals", help="Own brands against competitors in the same answers")
    ] = False,
    across_models: Annotated[
        bool, typer.Option("--across-models", help="Compare although another model answered, and say so")
    ] = False,
) -> None:
    """Say what moved, what is noise and what cannot be told. A window against the one before it."""
    from brand_monitor.comparing import comparison_inputs
    from brand_monitor.failures import MissingPartitionError
    from brand_monitor.monitor.selection import select_monitors

    installation = installation_of(context)
    chosen = list(select_monitors(installation.monitors, monitor or ()))
    known = installation.days("raw/answers")
    if not known:
        raise MissingPartitionError(
            f"{installation.settings.home} holds no answers yet; start with `brand-monitor run`"
        )
    day = date.date() if date else known[-1]
    inputs = comparison_inputs(installation.lake, day, monitors=chosen)
    segment = "branded" if branded else "non_branded"
    if rivals:
        from brand_monitor.domain.comparisons.contrasts import brand_contrasts

        frame = brand_contrasts(*inputs, day=day, windows=[days], family=_SHOWN)
    else:
        from brand_monitor.domain.comparisons.periods import period_changes

        frame = period_changes(
            *inputs, day=day, windows=[days], across_models=across_models, family=_SHOWN
        ).filter(metric=metric)
    frame = frame.filter(segment=segment)
    for name in chosen:
        _show(frame.filter(monitor_id=name), inputs.brands.filter(monitor_id=name), name)


def _show(rows: "pl.DataFrame", brands: "pl.DataFrame", monitor: str) -> None:
    """Print the verdict table of one monitor and what has to be read with it."""
    if rows.is_empty():
        typer.echo(f"{monitor}: no usable answers in these windows, so there is nothing to compare.")
        return
    names = dict(brands.select("brand_id", "brand").iter_rows())
    print_table(_table(rows, names, monitor), _notes(rows))


def _table(rows: "pl.DataFrame", names: Mapping[str, str], monitor: str) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from brand_monitor.reporting.text import label

    first = rows.row(0, named=True)
    against = "rivals in the same answers" if "rival_id" in first else "the window before"
    window = "1 day" if first["window_days"] == 1 else f"{first['window_days']} days"
    title = f"{_NAMES[first['metric']]}: {monitor}, {window} to {first['date']}, against {against}"
    table = Table(title=Text(title), box=box.SIMPLE_HEAD)
    sides = ("rival", "brand") if "rival_id" in first else ("before", "after")
    for name in ("engine", "brand"):
        table.add_column(name)
    for name in (*sides, "difference, points", "prompts", "answers", "p", "q"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict")
    for row in rows.iter_rows(named=True):
        style = "bold" if row["verdict"] in _CERTAIN else ""
        brand = label(names.get(row["brand_id"], row["brand_id"]))
        if "rival_id" in row:
            brand = f"{brand} against {label(names.get(row['rival_id'], row['rival_id']))}"
        cells = [row["engine_id"], brand, *_figures(row), verdict_words(row)]
        table.add_row(*(Text(cell) for cell in cells), style=style)
    return table


def _figures(row: Mapping[str, Any]) -> Sequence[str]:
    """Return the figures of a row as cells."""
    from brand_monitor.reporting.text import NO_VALUE, percent

    is_pair = "rival_id" in row
    first, second = (row["rival_rate"], row["rate"]) if is_pair else (row["before"], row["after"])
    answers = f"{row['n']:,}" if is_pair else f"{row['n_before']:,} and {row['n_after']:,}"
    p, q = (NO_VALUE if row[name] is None else f"{row[name]:.3f}" for name in ("p", "q"))
    prompts = f"{row['changed_prompts']} of {row['k']} differ"
    return [percent(first), percent(second), _points(row), prompts, answers, p, q]


def _points(row: Mapping[str, Any]) -> str:
    """Return a difference with its interval in percentage points."""
    from brand_monitor.reporting.text import NO_VALUE

    if row["difference"] is None:
        return NO_VALUE
    interval = "" if row["lower"] is None else f" ({100 * row['lower']:+.0f} to {100 * row['upper']:+.0f})"
    return f"{100 * row['difference']:+.0f}{interval}"


def verdict_words(row: Mapping[str, Any]) -> str:
    """Return the verdict of a comparison in words, with the reason where there is none."""
    from brand_monitor.domain.comparisons.verdicts import REASON_TEXTS

    verdict, reason = row["verdict"], row["reason"]
    if verdict == "model_changed":
        models = (", ".join(row[name]) for name in ("models_before", "models_after"))
        return f"not compared, the model changed: {' -> '.join(models)}"
    if verdict == "insufficient_data":
        return f"cannot tell. {REASON_TEXTS[reason]}" if reason else "cannot tell"
    if verdict == "moved":
        verdict = "moved up" if row["difference"] > 0 else "moved down"
    forced = " (another model answered)" if row.get("is_forced") else ""
    return str(verdict).replace("_", " ") + forced


def _notes(rows: "pl.DataFrame") -> list[str]:
    """Return what must be read with the table."""
    from brand_monitor.reporting.text import plural

    first = rows.row(0, named=True)
    method = (
        f"{first['definition']}, {first['method']}: figures from answers, prompts paired, 95 % interval of "
        "the difference; p by sign flips within prompts, q by Benjamini-Hochberg over "
        f"{plural(first['tests'], 'row')} that a test can speak of."
    )
    notes = [method]
    if "rival_id" in first:
        return notes
    if left_out := int(rows["unpaired_prompts"].max() or 0):  # type: ignore[arg-type]
        notes.append(f"Up to {left_out} prompts of an engine were not asked alike in both windows: left out.")
    if rows["is_forced"].any():
        notes.append("Another model answered the later window: what moved may be the model, not the market.")
    return notes
