"""What the daemon itself makes of schedules and deadlines: missed ticks, and tables that are late."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import dagster as dg
import pytest
from dagster._core.test_utils import freeze_time
from dagster._daemon.freshness import FreshnessDaemon
from dagster._scheduler.scheduler import launch_scheduled_runs

from brand_monitor.defs import schedules
from brand_monitor.deployment import Settings
from brand_monitor_tests.dagster.daemon_in_process import DaemonInProcess, daemon_in_process

DAY = date(2026, 11, 24)
FIGURES = dg.AssetKey(["metrics", "brand_metrics"])

pytestmark = [
    pytest.mark.filterwarnings("ignore:.* is deprecated and will be removed:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning"),
]


def at(hour: int, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour), UTC)


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaemonInProcess]:
    settings = Settings(tmp_path_factory.mktemp("production") / "home")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BRAND_MONITOR_HOME", str(settings.home))
        environment.setenv("BRAND_MONITOR_ENV", "production")
        with daemon_in_process(settings) as daemon:
            yield daemon


def test_after_days_without_a_daemon_its_own_day_is_scraped_once_and_the_past_is_not(
    production: DaemonInProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "today", lambda: DAY)
    seen: dict[str, object] = {}
    for moment in (at(4, DAY - timedelta(days=3)), at(6), at(7)):
        with freeze_time(moment):
            list(launch_scheduled_runs(production.workspace, logging.getLogger(), moment, seen))
    requested = {(run.job_name, run.tags.get("dagster/partition")) for run in production.instance.get_runs()}
    assert requested == {("daily", DAY.isoformat()), ("standing_checks", None)}
    assert len(production.instance.get_runs()) == len(requested)


def freshness(production: DaemonInProcess, moment: datetime) -> str:
    """Return what the UI says of the figures after a tick of the daemon."""
    with freeze_time(moment):
        list(FreshnessDaemon().run_iteration(production.workspace))
        [node] = production.asked(
            "query($key: AssetKeyInput!) { assetNodes(assetKeys: [$key]) { freshnessStatusInfo { freshnessStatus } } }",
            key={"path": FIGURES.path},
        )["assetNodes"]
    return str(node["freshnessStatusInfo"]["freshnessStatus"])


def test_figures_that_are_not_written_by_noon_are_late(production: DaemonInProcess) -> None:
    assert freshness(production, at(7)) == "UNKNOWN"
    with freeze_time(at(8)):
        production.instance.report_runless_asset_event(dg.AssetMaterialization(FIGURES))
    tomorrow = DAY + timedelta(days=1)
    said = [freshness(production, moment) for moment in (at(13), at(11, tomorrow), at(13, tomorrow))]
    assert said == ["HEALTHY", "HEALTHY", "DEGRADED"]
