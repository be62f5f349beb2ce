"""Who is told of what: failed runs once a cause, models that changed, budgets, days with gaps."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
import yaml

from brand_monitor.backends.notify.desk import AlertDesk
from brand_monitor.backends.notify.interface import Alert, Notifier
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.tables.changes import Sending, Settling
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.backends.tables.spending import Account
from brand_monitor.build import assets_of, build_defs
from brand_monitor.defs.alerts import failure_alert, model_change_alert, model_change_sensor
from brand_monitor.defs.inventory import ANSWERS, DAYS, FIGURES, REPORT, gaps
from brand_monitor.defs.money import budget_alerts
from brand_monitor.deployment import Settings
from brand_monitor.failures import StorageError
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import DAILY, DAILY_BY_ENGINE, today

pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated and will be removed:DeprecationWarning")


class Recorder(Notifier):
    name = "recorder"

    def __init__(self) -> None:
        self.told: list[Alert] = []

    def send(self, alert: Alert) -> None:
        self.told.append(alert)


def monitor_with(**budget: float) -> Monitor:
    return Monitor.model_validate(
        {
            "id": "tiny",
            "market": "Shoes",
            "brands": [
                {"id": "own", "name": "Larkstride", "role": "own"},
                {"id": "ctrl", "name": "Ombrevale", "role": "control"},
            ],
            "prompts": [{"id": "p", "text": "Which shoes?"}],
            "engines": [{"id": "a", "family": "local"}],
            "budget": budget,
        }
    )


@pytest.fixture
def journal(settings: Settings) -> Journal:
    return Journal(open_engine(settings.journal_url))


def spend(journal: Journal, usd: float) -> None:
    account = Account("tiny", today())
    journal.open_account(account)
    journal.commit([Sending("x", reserve_usd=usd)], account)
    journal.commit([Settling("x", "hash", cost_usd=usd, reserved_usd=usd)], account)


def test_nobody_hears_of_a_budget_that_is_hardly_used(journal: Journal) -> None:
    spend(journal, 0.4)
    assert list(budget_alerts(monitor_with(day_usd=1.0), journal, today())) == []


def test_a_budget_is_told_of_at_its_highest_threshold(journal: Journal) -> None:
    spend(journal, 0.85)
    [alert] = budget_alerts(monitor_with(day_usd=1.0, month_usd=10.0), journal, today())
    assert (alert.cause, alert.period, alert.severity) == (
        "budget:tiny:day:80",
        today().isoformat(),
        "warning",
    )
    assert "0.85 of 1.00 USD" in alert.text


def test_a_used_budget_of_the_month_is_old_news_until_the_next_month(journal: Journal) -> None:
    spend(journal, 5.0)
    [alert] = budget_alerts(monitor_with(month_usd=5.0), journal, today())
    assert (alert.cause, alert.severity) == ("budget:tiny:month:100", "error")
    assert alert.period == today().isoformat()[:7]


def test_a_changed_model_is_told_of_and_an_unchanged_one_is_not() -> None:
    assert model_change_alert("2026-11-24|openai", {}) is None
    alert = model_change_alert("2026-11-24|openai", {"served_model": 2})
    assert alert is not None
    assert (alert.cause, alert.period) == ("model:openai", "2026-11-24")
    assert "served_model (2)" in alert.text


def changed_models(instance: dg.DagsterInstance, day: date, *engines: str) -> None:
    for engine in engines:
        instance.report_runless_asset_event(
            dg.AssetMaterialization(
                ["core", "model_changes"],
                partition=f"{day.isoformat()}|{engine}",
                metadata={"kinds": {"served_model": 1}},
            )
        )


def test_every_engine_whose_model_changed_between_two_ticks_is_told_of_once(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    recorder = Recorder()
    desk = AlertDesk(FolderStore(tmp_path), [recorder])
    sensor, cursor = model_change_sensor(running=False), None
    changed_models(instance, today(), "openai")
    for engines in [(), ("openai", "gemini", "perplexity"), ()]:
        changed_models(instance, today(), *engines)
        changed_models(instance, today() - timedelta(days=90), *engines)
        context = dg.build_sensor_context(instance=instance, cursor=cursor, resources={"alerts": desk})
        cursor = sensor.evaluate_tick(context).cursor
    assert [alert.cause for alert in recorder.told] == ["model:openai", "model:gemini", "model:perplexity"]


@dg.op(config_schema={"number": int})
def fails(context: dg.OpExecutionContext) -> None:
    raise StorageError(f"the disk of run {context.op_config['number']} is full")


@dg.job
def failing() -> None:
    fails()


def failure_of(instance: dg.DagsterInstance, number: int, tags: dict[str, str]) -> Alert | None:
    result = failing.execute_in_process(
        instance=instance,
        run_config={"ops": {"fails": {"config": {"number": number}}}},
        tags=tags,
        raise_on_error=False,
    )
    context = dg.build_run_status_sensor_context(
        "failed_runs",
        dagster_event=result.get_run_failure_event(),
        dagster_instance=instance,
        dagster_run=result.dagster_run,
    ).for_run_failure()
    return failure_alert(context)


def test_failures_of_one_cause_are_one_alert_that_says_step_error_and_run(
    instance: dg.DagsterInstance,
) -> None:
    first = failure_of(instance, 17, {"dagster/partition": "2026-11-24|openai"})
    second = failure_of(instance, 18, {"dagster/partition": "2026-11-24|gemini"})
    assert first is not None
    assert second is not None
    assert first.cause == second.cause
    assert "2026-11-24|openai" in first.title
    assert first.text.startswith("Step fails: ")
    assert "the disk of run 17 is full" in first.text
    assert first.text.endswith(".")


def test_a_retry_is_not_told_of_again(instance: dg.DagsterInstance) -> None:
    assert failure_of(instance, 17, {"dagster/retry_number": "1"}) is None


def days_back(count: int) -> Iterator[str]:
    for back in range(1, count + 1):
        yield (today() - timedelta(days=back)).isoformat()


def written(instance: dg.DagsterInstance, key: dg.AssetKey, partition: str) -> None:
    instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=partition))


def test_a_fresh_installation_has_no_gaps(defs: dg.Definitions, instance: dg.DagsterInstance) -> None:
    assert list(gaps(instance, assets_of(defs), ["local"], today())) == []


def test_an_engine_that_was_left_out_and_a_day_that_waits_are_named(
    defs: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    yesterday, before = days_back(2)
    for day in (before, yesterday):
        written(instance, ANSWERS, f"{day}|local")
    written(instance, ANSWERS, f"{before}|grounded")
    written(instance, REPORT, yesterday)
    written(instance, FIGURES, f"{before}|local")
    written(instance, REPORT, before)
    written(instance, FIGURES, f"{yesterday}|local")
    found = [str(gap) for gap in gaps(instance, assets_of(defs), ["local", "grounded"], today())]
    assert found == [
        f"raw/answers {yesterday}|grounded: missing",
        f"reports/daily_reports {yesterday}: not published",
    ]


def test_an_engine_is_missed_from_its_first_day_on_however_long_ago_that_was(
    defs: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    yesterday, before, *_ = days_back(DAYS)
    long_ago = (today() - timedelta(days=DAYS + 30)).isoformat()
    for key in (f"{before}|local", f"{yesterday}|local", f"{yesterday}|openai", f"{long_ago}|gemini"):
        written(instance, ANSWERS, key)
    families = ["local", "openai", "gemini", "perplexity"]
    found = list(gaps(instance, assets_of(defs), families, today()))
    assert {gap.what for gap in found} == {"missing"}
    # Gemini stopped answering, OpenAI was added yesterday and Perplexity today.
    assert {gap.partition for gap in found} == {f"{day}|gemini" for day in days_back(DAYS)}


def test_a_partition_that_failed_and_was_given_up_is_named(instance: dg.DagsterInstance) -> None:
    [yesterday] = days_back(1)

    @dg.asset(partitions_def=DAILY)
    def broken() -> None:
        raise StorageError("no")

    @dg.asset(partitions_def=DAILY_BY_ENGINE)
    def fine() -> None: ...

    dg.materialize([broken], partition_key=yesterday, instance=instance, raise_on_error=False)
    dg.materialize([fine], partition_key=f"{yesterday}|local", instance=instance)
    assert [str(gap) for gap in gaps(instance, [broken, fine], [], today())] == [
        f"broken {yesterday}: failed"
    ]


def test_the_evening_check_fails_and_tells_once(settings: Settings, instance: dg.DagsterInstance) -> None:
    settings.monitors_dir.mkdir(parents=True)
    monitor = monitor_with().model_dump(mode="json", exclude_defaults=True)
    (settings.monitors_dir / "tiny.yaml").write_text(yaml.safe_dump(monitor))
    recorder = Recorder()
    desk = AlertDesk(FolderStore(Path(settings.lake_dir)), [recorder])
    defs = build_defs("ci", settings=settings, resource_overrides={"alerts": desk})
    yesterday, before = days_back(2)
    written(instance, ANSWERS, f"{before}|local")
    for _ in range(2):
        result = defs.resolve_job_def("standing_checks").execute_in_process(instance=instance)
        [evaluation] = result.get_asset_check_evaluations()
        assert not evaluation.passed
    [alert] = recorder.told
    assert f"raw/answers {yesterday}|local: missing" in alert.text
