"""The command ``verify``: is every stored payload still what its hash says."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from brand_monitor.cli.state import settings_of

if TYPE_CHECKING:
    from brand_monitor.backends.objects.payloads import PayloadStore
    from brand_monitor.backends.tables.stored import StoredPayload

MOST_LISTED = 20
_EVERY = 200


@dataclass
class Verdict:
    """Counts of payloads by what became of them, and the first of the bad ones with the reason."""

    ok: int = 0
    missing: int = 0
    corrupt: int = 0
    bad: "list[tuple[StoredPayload, str]]" = field(default_factory=list)

    @property
    def total(self) -> int:
        """Payloads that were looked at."""
        return self.ok + self.missing + self.corrupt


def verify(
    context: typer.Context,
    *,
    since: Annotated[
        datetime | None,
        typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="Only calls of this day and later"),
    ] = None,
    date: Annotated[
        datetime | None, typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="Only calls of this day")
    ] = None,
) -> None:
    """Compare every stored payload with its hash. Names what is missing or damaged; code 1 if anything is."""
    from rich.console import Console

    from brand_monitor.cli.exits import FAILED
    from brand_monitor.cli.stores import open_journal
    from brand_monitor.partitions import today

    if since and date:
        raise typer.BadParameter("give --since or --date, not both", param_hint="--date")
    first = start.date() if (start := date or since) else None
    last = date.date() if date else None
    settings = settings_of(context)
    kept = settings.payload_keep_days
    if kept is not None:  # what maintenance has deleted is not missing
        oldest = today() - timedelta(days=kept)
        first = max(first, oldest) if first else oldest
    verdict = Verdict()
    console = Console(stderr=True)
    with open_journal(settings) as (journal, payloads), console.status("payloads") as status:
        for stored in journal.payloads(first, last):
            _judge(stored, payloads, verdict)
            if verdict.total % _EVERY == 0:
                status.update(f"{verdict.total:,} payloads, {verdict.total - verdict.ok:,} bad")
    _show(verdict)
    if verdict.missing or verdict.corrupt:
        raise typer.Exit(FAILED)


def _judge(stored: "StoredPayload", payloads: "PayloadStore", verdict: Verdict) -> None:
    """Read one payload, compare it with its hash and count it."""
    from brand_monitor.backends.objects.interface import ObjectNotFoundError
    from brand_monitor.failures import CorruptPayloadError

    try:
        payloads.get(stored.payload_hash)
    except ObjectNotFoundError as error:
        verdict.missing += 1
        reason = str(error)
    except CorruptPayloadError as error:
        verdict.corrupt += 1
        reason = str(error)
    else:
        verdict.ok += 1
        return
    if len(verdict.bad) < MOST_LISTED:
        verdict.bad.append((stored, reason))


def _show(verdict: Verdict) -> None:
    """Print the counts and the first bad ones."""
    from brand_monitor.reporting.text import plain

    if not verdict.total:
        typer.echo("No call of these days has an answer: there is nothing to verify.")
        return
    typer.echo(
        f"{verdict.total:,} payloads: {verdict.ok:,} ok, {verdict.missing:,} missing, "
        f"{verdict.corrupt:,} corrupt"
    )
    for stored, reason in verdict.bad:
        typer.echo(f"  {stored.date} {stored.monitor_id} call {stored.call_id}: {plain(reason)}")
    if (more := verdict.missing + verdict.corrupt - len(verdict.bad)) > 0:
        typer.echo(f"  and {more:,} more")
    if verdict.bad:
        typer.echo(
            "Restore them from a backup of the lake. Until then these answers count as failed; "
            "no figure takes them for an answer."
        )
