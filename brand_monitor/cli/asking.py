"""The command ``ask``: one quick look at what engines say, with the monitor's brands marked in the text."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brand_monitor.cli.state import settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console
    from rich.text import Text

    from brand_monitor.backends.llm.simulation import Stores
    from brand_monitor.domain.mentions.matcher import Mention, MentionMatcher
    from brand_monitor.io_managers.lake import Lake
    from brand_monitor.looker import Look
    from brand_monitor.monitor.models import Monitor

_STYLES = {"own": "bold green", "competitor": "bold yellow", "control": "bold red"}
#: Where there are no colours.
_OPEN, _CLOSE = (
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
)
MOST_SOURCES = 10


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What to ask, in quotes")],
    *,
    monitor: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose engines and brands. Default: the only one")
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only this engine, by its id; repeatable. Default: all"),
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, max=20, help="Independent draws per engine")] = 1,
    again: Annotated[
        bool, typer.Option("--again", help="Ask anew, even if the question was asked today")
    ] = False,
) -> None:
    """Ask engines one question and mark the brands in what they say. It may cost money, within the budget.

    What was asked the same day already is shown again and costs nothing. No figure counts these answers.
    """
    from rich.console import Console

    from brand_monitor.cli.exits import FAILED, INCOMPLETE, OK
    from brand_monitor.cli.stores import open_stores
    from brand_monitor.looker import engines_to_ask, why_disabled

    if not (asked := question.strip()):
        raise typer.BadParameter("is empty", param_hint="QUESTION")
    chosen = _monitor(context, monitor)
    console = Console(highlight=False)
    outcomes = []
    with open_stores(settings_of(context)) as (stores, lake):
        engines = engines_to_ask(chosen, engine or (), stores)
        for spec in chosen.engines:
            if spec not in engines and not engine and (why := why_disabled(spec, stores)):
                typer.echo(f"{spec.id} is left out: {why}", err=True)
        for spec in engines:
            found = _look(chosen, spec.id, asked, stores, lake, repeats=repeats, again=again)
            _show(console, chosen, asked, found)
            outcomes.append(found.outcome)
    if code := FAILED if "failed" in outcomes else INCOMPLETE if "not_asked" in outcomes else OK:
        raise typer.Exit(code)


def _monitor(context: typer.Context, name: str | None) -> "Monitor":
    """Return the named monitor, or the only one."""
    from brand_monitor.failures import UnknownNameError
    from brand_monitor.monitor.loader import load_monitors
    from brand_monitor.monitor.selection import select_monitors

    found = select_monitors(load_monitors(settings_of(context).monitors_dir), [name] if name else [])
    if len(found) > 1:
        raise UnknownNameError(f"there are several monitors; name one with --monitor: {', '.join(found)}")
    return next(iter(found.values()))


def _look(
    monitor: "Monitor",
    engine_id: str,
    question: str,
    stores: "Stores",
    lake: "Lake",
    *,
    repeats: int,
    again: bool,
) -> "Look":
    """Ask one engine, and show on a terminal that it is at work."""
    from rich.console import Console
    from rich.text import Text

    from brand_monitor.looker import look
    from brand_monitor.reporting.progress import line_of

    [spec] = [spec for spec in monitor.engines if spec.id == engine_id]
    with Console(stderr=True).status(Text(f"asking {spec.id}")) as status:
        return look(
            monitor,
            spec,
            question,
            stores,
            lake,
            repeats=repeats,
            again=again,
            report=lambda progress: status.update(Text(f"{spec.id}: {line_of(progress)}")),
        )


def _show(console: "Console", monitor: "Monitor", question: str, found: "Look") -> None:
    """Print what one engine said."""
    from rich.text import Text

    from brand_monitor.domain.mentions.matcher import MentionMatcher
    from brand_monitor.reporting.text import plain

    family, model = found.engine.answerer
    web = ", with web search" if found.engine.web else ""
    heading = f"{found.engine.id} ({family} {plain(model, 100)}{web})"
    if found.problem is not None:
        _print(console, Text(heading, style="bold"))
        _print(console, Text(f"not asked: {plain(found.problem)}\n", style="red"))
    matcher = MentionMatcher(_names(monitor))
    for row in found.answers:
        draw = f", draw {row['repeat'] + 1}" if row["repeat"] or len(found.answers) > 1 else ""
        _print(console, Text(heading + draw, style="bold"))
        for line in _said(console, monitor, matcher, question, row):
            _print(console, line)
        source = "from the journal, asked before" if found.is_stored else None
        _print(console, Text(f"{_facts(row, source)}\n", style="dim"))


def _print(console: "Console", text: "Text") -> None:
    console.print(text, soft_wrap=not console.is_terminal)


def _said(
    console: "Console", monitor: "Monitor", matcher: "MentionMatcher", question: str, row: dict[str, Any]
) -> "list[Text]":
    """Return the answer with its brands and sources, or why there is none."""
    from rich.text import Text

    from brand_monitor.reporting.text import plain

    if row["status"] != "ok" or row["text"] is None:
        fault = (
            f" ({row['error_class'].replace('_', ' ')})"
            if row["error_class"] not in {None, row["status"]}
            else ""
        )
        status = row["status"].replace("_", " ")
        return [Text(f"{status}{fault}: {plain(row['reason'] or 'no reason given')}", style="red")]
    mentions = [mention for mention in matcher.find(row["text"], question) if mention.is_counted]
    roles = {brand.id: brand.role for brand in monitor.brands}
    marked = _marked(row["text"], mentions, roles, has_colours=console.is_terminal)
    return [marked, Text(), Text(_brands(monitor, mentions)), *map(Text, _sources(row["sources"]))]


def _marked(
    text: str, mentions: "Sequence[Mention]", roles: "Mapping[str, str]", *, has_colours: bool
) -> "Text":
    """Return the text with its mentions in colour, or in guillemets where there is none."""
    from rich.text import Text

    from brand_monitor.reporting.text import plain

    marked, at = Text(), 0
    for mention in mentions:
        marked.append(plain(text[at : mention.start], len(text)))
        name = plain(text[mention.start : mention.end], len(text))
        style = _STYLES[roles[mention.brand_id]] if has_colours else None
        marked.append(name if has_colours else f"{_OPEN}{name}{_CLOSE}", style=style)
        at = mention.end
    return marked.append(plain(text[at:], len(text)))


def _brands(monitor: "Monitor", mentions: "Sequence[Mention]") -> str:
    """Return the brands that count, in the order in which the text first names them."""
    from brand_monitor.reporting.text import label

    brands = {brand.id: brand for brand in monitor.brands}
    counts = Counter(mention.brand_id for mention in mentions)
    roles = {name: "" if brand.role == "competitor" else f" ({brand.role})" for name, brand in brands.items()}
    named = [f"{label(brands[name].name)}{roles[name]} {count}" for name, count in counts.items()]
    return f"Brands named: {', '.join(named) or 'none of the monitor'}"


def _sources(sources: list[dict[str, Any]]) -> list[str]:
    """Return the sources that the text cites, each once, and how many more were read."""
    from brand_monitor.reporting.text import label, plain, plural

    cited = {source["url"]: source["title"] for source in sources if source["relation"] == "cited"}
    others = {source["url"] for source in sources} - set(cited)
    lines = [
        f"  {plain(url, 300)}{f'  {label(title)}' if title else ''}"
        for url, title in list(cited.items())[:MOST_SOURCES]
    ]
    if len(cited) > MOST_SOURCES:
        lines.append(f"  and {len(cited) - MOST_SOURCES} more")
    if others:
        lines.append(f"  {plural(len(others), 'source')} retrieved and not cited")
    return ["Sources cited:" if cited else "Sources: none cited", *lines] if sources else []


def _facts(row: dict[str, Any], source: str | None) -> str:
    """Return who served the answer and what it took; what nobody knows is left out."""
    from brand_monitor.reporting.text import money, plain

    tokens = (
        f"{row['input_tokens']:,} tokens in, {row['output_tokens']:,} out"
        if row["input_tokens"] is not None and row["output_tokens"] is not None
        else None
    )
    unknown = f"cost unknown ({(row['cost_note'] or 'no reason').replace('_', ' ')})"
    is_answered = row["payload_hash"] is not None
    cost = (unknown if row["cost_usd"] is None else money(row["cost_usd"])) if is_answered else None
    seconds = None if row["latency_ms"] is None else f"{row['latency_ms'] / 1_000:.1f} s"
    served = f"served by {plain(row['served_model'], 100)}" if row["served_model"] else None
    return "; ".join(filter(None, (served, tokens, cost, seconds, source)))


def _names(monitor: "Monitor") -> "list[Any]":
    """Return what is looked for, as the table of mentions has it."""
    from brand_monitor.domain.mentions.terms import BrandNames

    return [
        BrandNames(
            brand.id,
            (brand.name, *brand.aliases),
            tuple(brand.products),
            tuple(brand.exclusions),
            tuple(brand.senses),
            tuple(brand.context),
        )
        for brand in monitor.brands
    ]
