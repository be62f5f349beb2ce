"""Commands that read: ``trace`` a number to its sentences, ``search`` pages and answers."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from brand_monitor.cli.state import installation_of, settings_of

if TYPE_CHECKING:
    from brand_monitor.notebook import Trace

MOST_SHOWN = 10


def trace(
    context: typer.Context,
    number: Annotated[
        str,
        typer.Argument(
            metavar="NUMBER",
            help="MONITOR/ENGINE/SUBJECT[/METRIC][@DAY], such as demo/smollm2/nike/visibility@2026-11-24. "
            "Default: visibility, the latest day",
        ),
    ],
    *,
    branded: Annotated[
        bool, typer.Option("--branded", help="The figure of the branded prompts, not the headline one")
    ] = False,
    show_all: Annotated[bool, typer.Option("--all", help="Show every sentence and answer")] = False,
) -> None:
    """Lead a number back to its sentences. With its definition, answers, payloads and runs."""
    monitor, engine_id, subject, metric, day = _parts_of(number)
    segment = "branded" if branded else "non_branded"
    found = installation_of(context).trace(
        monitor=monitor, engine_id=engine_id, brand_id=subject, day=day, metric=metric, segment=segment
    )
    _print_figure(found)
    _print_evidence(found, None if show_all else MOST_SHOWN)


def _parts_of(number: str) -> tuple[str, str, str, str, str | None]:
    """Return (monitor, engine id, subject, metric, day or None) of a number's address."""
    from datetime import date

    path, _, day = number.partition("@")
    parts = path.split("/")
    if len(parts) not in {3, 4} or not all(parts):
        raise typer.BadParameter(
            f"{number!r} is not MONITOR/ENGINE/SUBJECT[/METRIC][@DAY]", param_hint="NUMBER"
        )
    try:
        date.fromisoformat(day or "2000-01-01")
    except ValueError:
        raise typer.BadParameter(f"{day!r} is no day such as 2026-11-24", param_hint="NUMBER") from None
    monitor, engine_id, subject, *rest = parts
    return monitor, engine_id, subject, rest[0] if rest else "visibility", day or None


def _print_figure(found: "Trace") -> None:
    from brand_monitor.reporting.text import count_of, percent_range

    figure, definition = found.figure, found.definition
    interval = percent_range(figure["lower"], figure["upper"]) or "no interval"
    value = figure["reason"] or "no value" if figure["value"] is None else f"{figure['value']:.4g}"
    parts = ("failed", "refused", "not_asked")
    left_out = ", ".join(f"{figure[part]} {part.replace('_', ' ')}" for part in parts)
    lines = [
        f"{definition.name} ({definition.key}) of {figure['subject']}",
        f"  {figure['monitor_id']}, {figure['engine_id']}, {figure['date']}, {figure['segment']} prompts",
        f"  value     {value}, {interval}; {definition.unit}",
        f"  counts    {count_of(figure['numerator'], figure['denominator'])}",
        f"  based on  {figure['n']} answers (n), {figure['k']} prompts (k)",
        f"  left out  {left_out}",
        f"  formula   {definition.formula}",
        f"  interval  {definition.interval}",
        f"  note      {definition.note}",
        *([f"  flags     {', '.join(figure['flags'])}"] if figure["flags"] else []),
        f"  computed  Dagster run {found.computed_by}",
        f"  asked     Dagster run {', '.join(found.asked_by) or 'unknown'}",
    ]
    typer.echo("\n".join(lines))


def _print_evidence(found: "Trace", most: int | None) -> None:
    from brand_monitor.reporting.text import plain

    numbers = {row["answer_id"]: row for row in found.answers.to_dicts()}
    typer.echo(f"\nSentences: {found.mentions.height}")
    for mention in found.mentions.head(most or found.mentions.height).to_dicts():
        answer = numbers[mention["answer_id"]]
        sentence = " ".join(plain(mention["sentence"], 400).split())
        place = f"{mention['prompt_id']} #{answer['repeat']}"
        typer.echo(f"  {place} {mention['kind']} as {plain(mention['surface'], 60)!r}: {sentence}")
    _print_rest(found.mentions.height, most)
    typer.echo(f"\nAnswers: {found.answers.height} (+ names the subject; raw payload by its SHA-256)")
    answers = found.answers.sort("mentions_subject", descending=True, maintain_order=True)
    for answer in answers.head(most or found.answers.height).to_dicts():
        sign = "+" if answer["mentions_subject"] else "-"
        payload = answer["payload_hash"] or f"no payload: {plain(answer['reason'], 100)}"
        typer.echo(f"  {sign} {answer['prompt_id']} #{answer['repeat']} {answer['status']} {payload}")
    _print_rest(found.answers.height, most)


def _print_rest(height: int, most: int | None) -> None:
    if most is not None and height > most:
        typer.echo(f"  ... {height - most} more with --all")


def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="Words to look for")],
    where: Annotated[
        Literal["documents", "answers"], typer.Option("--in", help="Scraped pages, or answers of engines")
    ] = "documents",
    monitor: Annotated[str | None, typer.Option(metavar="ID", help="Only this monitor")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Most hits")] = 10,
) -> None:
    """Find pages or answers by their words. Best first."""
    from brand_monitor.backends.bundles import resources_for
    from brand_monitor.deployment import current_deployment
    from brand_monitor.reporting.text import label, plain

    indexes = resources_for(current_deployment(), settings_of(context))["search"]
    with indexes.open() as index:
        hits = index.search(" ".join(words), collection=where, monitor_id=monitor, limit=limit)
    if not hits:
        typer.echo(f"Nothing in {where} holds any of these words. (`brand-monitor run` fills the index.)")
    for hit in hits:
        typer.echo(f"{label(hit.title or hit.entry_id, 100)}  [{hit.monitor_id}, {hit.date}]")
        typer.echo(f"  {plain(hit.url or hit.engine_id or hit.entry_id)}")
        typer.echo(f"  {' '.join(plain(hit.snippet).split())}\n")
