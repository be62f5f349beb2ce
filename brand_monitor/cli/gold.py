"""The commands ``gold sample``, ``gold label`` and ``gold score``: how right the machine is, by hand labels.

Belongs here: options, the labelling dialogue and tables. Not here: drawing (``domain.gold.pairs``), estimates
(``domain.gold.accuracy``) and the file (``golden``).
"""

from collections import Counter
from dataclasses import astuple
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from brand_monitor.cli.printing import print_table
from brand_monitor.cli.state import installation_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from rich.table import Table

    from brand_monitor.domain.gold.accuracy import Accuracy

#: Days of answers that the corrected rates speak of.
_WINDOW = 7
Id = Annotated[str, typer.Option("--monitor", metavar="ID", help="Monitor whose pairs are meant")]

app = typer.Typer(
    help="Measure the machine by hand labels, and correct rates by what they say.", no_args_is_help=True
)


@app.command("sample")
def sample(
    context: typer.Context,
    monitor: Id,
    *,
    n: Annotated[int, typer.Option("--n", min=1, max=10_000, help="Pairs to label")] = 60,
    seed: Annotated[int, typer.Option(help="Fixes the draw")] = 1,
    date: Annotated[
        datetime | None,
        typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="Last day. Default: the latest with answers"),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="Days to draw from")] = 28,
    replace: Annotated[bool, typer.Option("--replace", help="Throw an earlier gold set away")] = False,
) -> None:
    """Draw pairs of an answer and a brand for hand labels. By engine, kind and confidence."""
    from brand_monitor.domain.gold.pairs import draw, pool_of_pairs
    from brand_monitor.failures import MissingPartitionError
    from brand_monitor.golden import gold_file, gold_inputs, read_gold, write_gold

    installation = installation_of(context)
    _known(context, monitor)
    file = gold_file(installation.settings.home, monitor)
    if file.exists() and not replace:
        done = sum(pair.is_done for pair in read_gold(file))
        raise typer.BadParameter(
            f"{file} holds a gold set with {done} labels; --replace throws it away", param_hint="--replace"
        )
    known = installation.days("core/answer_mentions")
    end = date.date() if date else known[-1] if known else None
    pool = pool_of_pairs(*gold_inputs(installation.lake, monitor, end, days)) if end else None
    if pool is None or pool.is_empty():
        raise MissingPartitionError(f"monitor {monitor} has no usable answers in these days to draw from")
    try:
        pairs = draw(pool, n, seed=seed)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--n") from None
    write_gold(file, pairs)
    typer.echo(f"{len(pairs)} of {pool.height:,} pairs drawn, seed {seed}: {file}")
    for stratum, count in sorted(Counter(pair.stratum for pair in pairs).items()):
        size = next(pair.stratum_size for pair in pairs if pair.stratum == stratum)
        typer.echo(f"  {stratum:<50} {count:>4} of {size:,}")
    typer.echo(f"Next: brand-monitor gold label --monitor {monitor}")


@app.command("label")
def label(context: typer.Context, monitor: Id) -> None:
    """Label the drawn pairs, one after the other. Saved after each; the same command goes on from there."""
    from brand_monitor.cli.labelling import Labeller
    from brand_monitor.golden import gold_file, read_gold, rows_of

    installation = installation_of(context)
    _known(context, monitor)
    file = gold_file(installation.settings.home, monitor)
    pairs = read_gold(file)
    answers = rows_of(installation.lake, "raw/answers", pairs).to_dicts()
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in rows_of(installation.lake, "core/answer_mentions", pairs).sort("start").to_dicts():
        spans.setdefault((row["answer_id"], row["brand_id"]), []).append((row["start"], row["end"]))
    brands = installation.load("seed/brands", monitor=monitor).to_dicts()
    Labeller(
        file,
        pairs,
        answers={row["answer_id"]: row for row in answers},
        spans=spans,
        brands={row["brand_id"]: row for row in brands},
    ).run()


@app.command("score")
def score(context: typer.Context, monitor: Id) -> None:
    """Say how right the machine is, per kind, and what the latest rates would be without its errors."""
    from brand_monitor.domain.definitions import definition_of
    from brand_monitor.domain.gold.accuracy import METHOD
    from brand_monitor.domain.gold.corrections import METHOD as CORRECTION
    from brand_monitor.domain.gold.corrections import corrected_rates
    from brand_monitor.failures import MissingPartitionError
    from brand_monitor.golden import gold_file, gold_inputs, gold_scores, read_gold

    installation = installation_of(context)
    _known(context, monitor)
    file = gold_file(installation.settings.home, monitor)
    pairs = read_gold(file)
    if not any(pair.labels is not None for pair in pairs):
        raise MissingPartitionError(
            f"{file} has no labels yet: `brand-monitor gold label --monitor {monitor}`"
        )
    scores = gold_scores(installation.lake, pairs)
    print_table(_score_table(scores, monitor))
    unclear = sum(pair.is_unclear for pair in pairs)
    left = sum(not pair.is_done for pair in pairs)
    typer.echo(
        f"{METHOD}: {scores[0].labelled} labelled pairs ({unclear} unclear and {left} open ones left out), "
        f"weighted by their strata; recall is the sensitivity. 95 % intervals; design effect of "
        f"{scores[0].design_effect:.2f} for errors within prompts."
    )
    day = installation.days("raw/answers")[-1]
    window = gold_inputs(installation.lake, monitor, day, _WINDOW)
    rates = corrected_rates(*window, gold=scores, day=day, days=_WINDOW).filter(segment="non_branded")
    print_table(_corrected_table(rates, monitor))
    correction = definition_of(CORRECTION)
    typer.echo(
        f"{correction.key}: {correction.formula}. {correction.note} Clipped: it fell outside 0 to 100 %."
    )


def _score_table(scores: "Sequence[Accuracy]", monitor: str) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(f"How right the machine is: {monitor}"), box=box.SIMPLE_HEAD)
    table.add_column("kind")
    for name in ("machine", "person", "both", "precision", "recall", "specificity"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in scores:
        counts = (f"{count:,}" for count in (one.said, one.true, one.agreed))
        shares = (_interval(*astuple(share)) for share in (one.precision, one.recall, one.specificity))
        table.add_row(*(Text(cell) for cell in (one.kind.replace("_", " "), *counts, *shares)))
    return table


def _corrected_table(rates: "pl.DataFrame", monitor: str) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    title = f"Raw and corrected: {monitor}, {_WINDOW} days, non-branded prompts"
    table = Table(title=Text(title), box=box.SIMPLE_HEAD)
    for name in ("engine", "metric", "brand", "raw", "corrected", "note"):
        table.add_column(name, no_wrap=True)
    for row in rates.iter_rows(named=True):
        note = row["reason"] or ("clipped" if row["is_clipped"] else "")
        cells = [
            *(row[name].replace("_", " ") for name in ("engine_id", "metric", "brand_id")),
            _interval(row["raw"], row["lower"], row["upper"]),
            _interval(row["corrected"], row["corrected_lower"], row["corrected_upper"]),
            note.replace("_", " "),
        ]
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _interval(value: float | None, lower: float | None, upper: float | None) -> str:
    from brand_monitor.reporting.text import percent, percent_range

    interval = percent_range(lower, upper)
    return f"{percent(value)} ({interval})" if interval else percent(value)


def _known(context: typer.Context, monitor: str) -> None:
    """Refuse a monitor that no file describes."""
    from brand_monitor.monitor.selection import select_monitors

    select_monitors(installation_of(context).monitors, [monitor])
