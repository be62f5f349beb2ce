"""Maintenance: what grows for ever is cut, what is kept is checked.

Belongs here: the monthly job and its limits. Not here: the timetable, or backups (docs/operating.md).
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
from sqlalchemy import column, delete, table

from brand_monitor.backends.llm.simulation import Stores
from brand_monitor.backends.notify.desk import AlertDesk
from brand_monitor.backends.notify.interface import Alert
from brand_monitor.backends.objects.interface import ObjectNotFoundError, ObjectStore
from brand_monitor.failures import CorruptPayloadError
from brand_monitor.io_managers.compacting import Due, compact
from brand_monitor.io_managers.sweeping import sweep
from brand_monitor.partitions import today

PRUNED_TAG = "brand_monitor/pruned"
#: How long after its end a run is looked at for pruning; older ones were pruned by an earlier month.
_LOOK_BACK_DAYS = 400
_EVENTS = table("event_logs", column("run_id"), column("asset_key"))
_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


class PruneConfig(dg.Config):
    """How long the log of a run is kept."""

    keep_days: int = 90


class SampleConfig(dg.Config):
    """How many stored payloads are compared with their hashes."""

    payloads: int = 200
    days: int = 90


@dg.op
def prune_runs(context: dg.OpExecutionContext, config: PruneConfig) -> None:
    """Delete what old runs logged; what they materialized stays known.

    A run that materialized nothing goes as a whole. Of any other the run and the events of its assets stay,
    since partitions, lineage and ``trace`` rest on them. Each run is pruned once.
    """
    before = datetime.now(UTC) - timedelta(days=config.keep_days)
    deleted = thinned = 0
    for run in _runs_before(context.instance, before):
        if context.instance.get_records_for_run(
            run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION, limit=1
        ).records:
            _thin(context.instance, run.run_id)
            context.instance.add_run_tags(run.run_id, {PRUNED_TAG: "true"})
            thinned += 1
        else:
            context.instance.delete_run(run.run_id)
            deleted += 1
    context.add_output_metadata({"runs_deleted": deleted, "logs_deleted": thinned})


def _runs_before(instance: dg.DagsterInstance, before: datetime) -> list[dg.DagsterRun]:
    """Return the finished runs of the year before ``before`` that were not pruned yet."""
    wanted = dg.RunsFilter(
        statuses=_FINISHED, created_before=before, created_after=before - timedelta(days=_LOOK_BACK_DAYS)
    )
    return [run for run in instance.get_runs(wanted) if PRUNED_TAG not in run.tags]


def _thin(instance: dg.DagsterInstance, run_id: str) -> None:
    """Delete the events of a run that speak of no asset, wherever the instance keeps them."""
    statement = delete(_EVENTS).where(_EVENTS.c.run_id == run_id, _EVENTS.c.asset_key.is_(None))
    storage: Any = instance.event_log_storage  # both SQL storages have these connections
    for connect in (lambda: storage.run_connection(run_id), storage.index_connection):
        with connect() as connection:
            connection.execute(statement)


@dg.op
def verify_sample(
    context: dg.OpExecutionContext,
    config: SampleConfig,
    stores: dg.ResourceParam[Stores],
    alerts: dg.ResourceParam[AlertDesk],
) -> None:
    """Compare some of the stored payloads with their hashes, and tell of any that is missing or damaged."""
    first = today() - timedelta(days=config.days)
    hashes = sorted({stored.payload_hash for stored in stores.journal.payloads(first)})
    sample = random.sample(hashes, min(config.payloads, len(hashes)))
    bad = []
    for digest in sample:
        try:
            stores.payloads.get(digest)
        except (ObjectNotFoundError, CorruptPayloadError) as error:
            bad.append(str(error))
    context.add_output_metadata({"payloads_checked": len(sample), "bad": len(bad)})
    if bad:
        alerts.raise_alert(
            Alert(
                cause="payloads",
                period=today().isoformat(),
                severity="error",
                title=f"{len(bad)} of {len(sample)} stored answers are missing or damaged",
                text="\n".join(bad[:20]) + "\nRun `brand-monitor verify` for all of them; restore the lake.",
            )
        )


@dg.op
def expire_payloads(context: dg.OpExecutionContext, stores: dg.ResourceParam[Stores]) -> None:
    """Delete the raw answers that are older than ``PAYLOAD_KEEP_DAYS`` and that no younger call rests on.

    The tables derived from them stay. Looks at the year before the limit: the cost follows what was asked.
    """
    kept = stores.settings.payload_keep_days
    if kept is None:
        context.log.info("PAYLOAD_KEEP_DAYS is not set: raw answers are kept for ever")
        return
    last = today() - timedelta(days=kept + 1)
    old = stores.journal.payloads(last - timedelta(days=_LOOK_BACK_DAYS), last)
    young = {stored.payload_hash for stored in stores.journal.payloads(last + timedelta(days=1))}
    expired = {stored.payload_hash for stored in old} - young
    for digest in expired:
        stores.payloads.delete(digest)
    context.add_output_metadata({"payloads_deleted": len(expired)})


@dg.op
def sweep_lake(context: dg.OpExecutionContext, objects: dg.ResourceParam[ObjectStore]) -> None:
    """Remove the files of the lake that a later publication replaced, a day after it."""
    swept = sweep(objects)
    context.add_output_metadata({"files_removed": swept.removed, "files_kept": swept.kept})


@dg.op
def compact_lake(context: dg.OpExecutionContext, objects: dg.ResourceParam[ObjectStore]) -> None:
    """Pack the small files of months that are over, for readers of long windows."""

    def tell(one: Due, files: int) -> None:
        context.log.info(f"{one.pack.table} {one.pack.month} {one.pack.monitor}: {files} files packed")

    done = compact(objects, report=tell)
    for reason in done.failed:
        context.log.warning(f"not packed, readers do without: {reason}")
    context.add_output_metadata(
        {"packs_made": done.packs, "files_packed": done.files, "packs_failed": len(done.failed)}
    )


@dg.job(description="Prunes old logs, packs and sweeps files, verifies a sample of the stored answers.")
def maintenance() -> None:
    """Everything that a month leaves behind."""
    prune_runs()
    verify_sample()
    expire_payloads()
    compact_lake()
    sweep_lake()
