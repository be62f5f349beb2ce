"""Standing checks: no day of the last weeks failed, is missing, or waits to be published.

Belongs here: what the instance knows of partitions, judged. Not here: the rows (``checks``).

A retry that gave up goes quiet, and quiet looks like fixed: so somebody looks every evening.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import dagster as dg

from brand_monitor.backends.llm.planning import engines_in_use
from brand_monitor.backends.notify.desk import AlertDesk
from brand_monitor.backends.notify.interface import Alert
from brand_monitor.defs.jobs import STANDING_CHECK
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import (
    ASKING_FAMILIES,
    DAILY,
    DAILY_BY_ENGINE,
    ENGINE_FAMILIES,
    day_engine_key,
    split_key,
    today,
)

DAYS = 14
REPORT = STANDING_CHECK.asset_key
ANSWERS = dg.AssetKey(["raw", "answers"])
FIGURES = dg.AssetKey(["metrics", "brand_metrics"])
_MOST_SHOWN = 50
_NO = dg.AutomationCondition.missing()
#: The evening starts the check. A check without a condition rides along with every publication of its asset,
#: and this one looks at 14 days of all assets: .7 s of CPU.
_NEVER_BY_ITSELF = (_NO & ~_NO).with_label("evening_checks")


@dataclass(frozen=True)
class Gap:
    """One partition that is not as it should be."""

    asset: dg.AssetKey
    partition: str
    what: str  # failed | missing | not published

    def __str__(self) -> str:
        return f"{self.asset.to_user_string()} {self.partition}: {self.what}"


def gaps(
    instance: dg.DagsterInstance, assets: Sequence[dg.AssetsDefinition], families: Sequence[str], day: date
) -> Iterator[Gap]:
    """Yield what is wrong with the last ``DAYS`` days before ``day``.

    An engine is missed from the first day on that it ever answered: one that was added later was not there.

    Args:
        instance: what it says of partitions.
        assets: the partitioned assets to look at.
        families: engine families that are asked every day.
        day: the day that still runs; it is not looked at.
    """
    days = [day - timedelta(days=back) for back in range(DAYS, 0, -1)]
    for asset in assets:
        for key in asset.keys:
            yield from (Gap(key, partition, "failed") for partition in _failed(instance, key, asset, days))
    yield from _unasked(instance, days, families)
    yield from _unpublished(instance, days, families)


def _failed(
    instance: dg.DagsterInstance, key: dg.AssetKey, asset: dg.AssetsDefinition, days: Sequence[date]
) -> list[str]:
    partitions = asset.specs_by_key[key].partitions_def
    if partitions is None:
        return []
    # Made of the days, not picked from all keys: those are thousands, and more every day.
    by_engine = isinstance(partitions, dg.MultiPartitionsDefinition)
    keys = [
        str(day_engine_key(one, engine)) if by_engine else one.isoformat()
        for one in days
        for engine in (ENGINE_FAMILIES if by_engine else ("",))
    ]
    status = instance.get_status_by_partition(key, keys, partitions) or {}
    return [name for name, state in status.items() if state is not None and state.value == "FAILED"]


def _unasked(instance: dg.DagsterInstance, days: Sequence[date], families: Sequence[str]) -> Iterator[Gap]:
    """Yield the days on which an engine that had answered before did not."""
    answered = instance.get_latest_storage_id_by_partition(ANSWERS, dg.DagsterEventType.ASSET_MATERIALIZATION)
    first: dict[str, date] = {}
    for partition in answered:
        day, family = split_key(partition)
        first[family or ""] = min(day, first.get(family or "", day))
    for one in days:
        for family in families:
            key = str(day_engine_key(one, family))
            if one >= first.get(family, date.max) and key not in answered:
                yield Gap(ANSWERS, key, "missing")


def _present(instance: dg.DagsterInstance, key: dg.AssetKey, partitions: Sequence[str]) -> dict[str, int]:
    """Return the storage id of the newest materialization of each partition that has one."""
    ids = instance.get_latest_storage_id_by_partition(key, dg.DagsterEventType.ASSET_MATERIALIZATION)
    return {partition: ids[partition] for partition in partitions if partition in ids}


def _unpublished(
    instance: dg.DagsterInstance, days: Sequence[date], families: Sequence[str]
) -> Iterator[Gap]:
    """Yield the days whose figures are newer than their report."""
    keys = [str(day_engine_key(one, name)) for one in days for name in families]
    figures: dict[str, int] = {}
    for key, storage_id in _present(instance, FIGURES, keys).items():
        figures[key.partition("|")[0]] = max(storage_id, figures.get(key.partition("|")[0], 0))
    reports = _present(instance, REPORT, [one.isoformat() for one in days])
    for one, storage_id in sorted(figures.items()):
        if storage_id > reports.get(one, 0):
            yield Gap(REPORT, one, "not published")


def build_inventory(assets: Sequence[dg.AssetsDefinition]) -> dg.AssetChecksDefinition:
    """Return the check that looks at all partitioned assets.

    Args:
        assets: every asset of the deployment.
    """
    partitioned = [asset for asset in assets if asset.partitions_def in {DAILY, DAILY_BY_ENGINE}]

    @dg.asset_check(
        asset=REPORT,
        name=STANDING_CHECK.name,
        automation_condition=_NEVER_BY_ITSELF,
        description=f"No partition of the last {DAYS} days failed, is missing, or waits to be published.",
    )
    def no_day_failed_or_missing(
        context: dg.AssetCheckExecutionContext,
        monitors: dg.ResourceParam[Mapping[str, Monitor]],
        alerts: dg.ResourceParam[AlertDesk],
    ) -> dg.AssetCheckResult:
        families = [name for name in engines_in_use(monitors.values()) if name in ASKING_FAMILIES]
        found = [str(gap) for gap in gaps(context.instance, partitioned, families, today())]
        if found:
            alerts.raise_alert(_alert(found))
        shown = "\n".join(f"- {line}" for line in found[:_MOST_SHOWN])
        return dg.AssetCheckResult(
            passed=not found,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={"gaps": len(found), "which": dg.MetadataValue.md(shown)},
        )

    return no_day_failed_or_missing


def _alert(found: Sequence[str]) -> Alert:
    return Alert(
        cause="inventory",
        period=today().isoformat(),
        severity="error",
        title=f"{len(found)} partitions of the last {DAYS} days failed, are missing, or are not published",
        text="\n".join(found[:_MOST_SHOWN])
        + "\nMaterialize them in the UI; asking for a past day is refused.",
    )


standing_checks = dg.define_asset_job(
    "standing_checks",
    selection=dg.AssetSelection.checks(STANDING_CHECK),
    description="Looks for days that failed, are missing, or wait to be published, and tells of them.",
)
