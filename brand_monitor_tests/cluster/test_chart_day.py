"""A day in the cluster: a tick of the schedule, a pod per engine, bounded by pools; read back from outside."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from typer.testing import CliRunner

from brand_monitor.cli.app import app
from brand_monitor.defs.timetable import DAILY_RUN
from brand_monitor.deployment import current_settings
from brand_monitor.instance import open_instance
from brand_monitor.notebook import Installation as Lake
from brand_monitor.partitions import day_engine_key, today
from brand_monitor_tests.cluster import questions
from brand_monitor_tests.cluster.installation import Installation, until
from brand_monitor_tests.cluster.market import Stubs, market, planned
from brand_monitor_tests.cluster.pausing import paused

# The first test of the session waits for the chart to be installed.
pytestmark = pytest.mark.timeout(900)

FAMILIES = ("openai", "anthropic", "gemini")
SHOES = market("shoes", *FAMILIES)
_SWITCH_ON = """mutation ($it: ScheduleSelector!) { startSchedule(scheduleSelector: $it) { __typename } }"""
_SENSOR_ON = """mutation ($it: SensorSelector!) { startSensor(sensorSelector: $it) { __typename } }"""
_PLACE = {"repositoryLocationName": "brand_monitor", "repositoryName": "__repository__"}


@pytest.fixture(scope="module")
def home(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of a person outside the cluster who has the addresses and keys of the servers."""
    patch = pytest.MonkeyPatch()
    for name, value in installation.variables().items():
        patch.setenv(name, value)
    yield tmp_path_factory.mktemp("home")
    patch.undo()


@pytest.fixture(scope="module")
def day(installation: Installation, stubs: Stubs, home: Path) -> dict[str, Any]:
    """The runs of a day, by job or engine: what one tick of the schedule and one sensor made of it."""
    installation.watch(SHOES)
    for stub in stubs.values():
        stub.latency_seconds = 0.5  # so that steps that may overlap do
    sensor = _PLACE | {"sensorName": "ask_after_daily"}
    assert installation.told(_SENSOR_ON, it=sensor)["__typename"] == "Sensor"
    # It heeds what happens after its first tick.
    until(
        lambda: installation.told(questions.TICKS, it=sensor)["sensorState"]["ticks"],
        "the sensor looks about",
    )
    with paused(installation):  # it remembers when it last looked at a schedule
        switched = installation.told(_SWITCH_ON, it=_PLACE | {"scheduleName": DAILY_RUN.name})
        assert switched["__typename"] == "ScheduleStateResult"
        _as_if_switched_on_yesterday(installation, home)
    ticked = [{"key": "dagster/schedule_name", "value": DAILY_RUN.name}]
    until(lambda: installation.runs(tags=ticked), "the tick launches a run")
    [daily] = installation.runs(tags=ticked)
    runs = {"daily": installation.succeed(daily["runId"])}
    sensed = [{"key": "dagster/sensor_name", "value": "ask_after_daily"}]
    until(
        lambda: len(installation.runs(tags=sensed)) == len(FAMILIES), "the sensor launches a run per engine"
    )
    for run in installation.runs(tags=sensed):
        runs[run["tags"]["dagster/partition/engine"]] = installation.succeed(run["runId"])
    runs["publish"] = installation.succeed(installation.launch("publish", today().isoformat()))
    return runs


def _as_if_switched_on_yesterday(installation: Installation, home: Path) -> None:
    """Let the schedule miss a tick, as with a daemon that was away, since 5 o'clock may be hours off.

    In the time zone of the tests it is 5 o'clock at the very beginning of the UTC day.
    """
    with installation.cluster.inside(), open_instance(current_settings(home)) as instance:
        [state] = [state for state in instance.all_instigator_state() if state.name == DAILY_RUN.name]
        assert isinstance(state.instigator_data, dg._core.scheduler.instigation.ScheduleInstigatorData)
        earlier = state.instigator_data._replace(
            start_timestamp=state.instigator_data.start_timestamp - 86_400
        )
        instance.update_instigator_state(state.with_data(earlier))


def test_a_tick_of_the_schedule_launches_a_pod_for_the_day(
    installation: Installation, day: dict[str, Any]
) -> None:
    tags = day["daily"]["tags"]
    assert (tags["dagster/schedule_name"], tags["dagster/partition"]) == (DAILY_RUN.name, today().isoformat())
    pod = installation.pod_of(day["daily"]["runId"])
    assert pod["status"]["phase"] == "Succeeded"
    assert pod["spec"]["serviceAccountName"] == "bm-brand-monitor-run"


def test_every_engine_is_a_pod_of_its_own_and_asks_each_question_once(
    installation: Installation, day: dict[str, Any], stubs: Stubs
) -> None:
    pods = {installation.pod_of(day[family]["runId"])["metadata"]["name"] for family in FAMILIES}
    assert len(pods) == len(FAMILIES)
    for family in FAMILIES:
        mine = {question: times for question, times in stubs[family].counts.items() if "(shoes)" in question}
        assert set(mine.values()) == {2}, mine
        assert sum(mine.values()) == planned(SHOES)


def test_pods_run_at_once_and_no_more_steps_ask_than_the_pool_allows(day: dict[str, Any]) -> None:
    runs = [day[family] for family in FAMILIES]
    assert any(_overlap(one, other) for one, other in combinations(runs, 2))
    asking = [step for run in runs for step in run["stepStats"] if step["stepKey"] == "raw__answers"]
    assert len(asking) == len(FAMILIES)
    assert _most_at_once(asking) <= 2


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["startTime"] < other["endTime"] and other["startTime"] < one["endTime"])


def _most_at_once(steps: list[dict[str, Any]]) -> int:
    return max(
        sum(step["startTime"] <= one["startTime"] < step["endTime"] for step in steps) for one in steps
    )


@dataclass(frozen=True)
class ReadBack:
    """What the notebook API and the command line say of the day."""

    engine_ids: list[str]
    statuses: set[str]
    answers: int
    with_figures: set[str]
    report: bytes
    asked_by: list[str]
    in_graph: dict[str, int]
    graph_verified: str
    searched: str


_ANSWERS_IN_GRAPH = """MATCH (a:Answer)-[r:ANSWERED_BY]->(e:Engine) WHERE r.date = $day AND r.monitor_id = 'shoes'
RETURN e.node_id AS engine, count(DISTINCT a.node_id) AS answers"""


def read_back(home: Path) -> ReadBack:
    lake = Lake(current_settings(home))
    answers = lake.load("raw/answers", monitor="shoes")
    report = lake.load("reports/daily_reports", monitor="shoes")
    return ReadBack(
        engine_ids=sorted(answers["engine_id"].unique()),
        statuses=set(answers["status"]),
        answers=answers.height,
        with_figures=set(lake.metrics(monitor="shoes", metric="visibility")["engine_id"]),
        report=lake.lake.store.get(report["report_key"][0]),
        asked_by=lake.trace(monitor="shoes", engine_id="openai", brand_id="nike").asked_by,
        in_graph={
            row["engine"].rpartition("/")[2]: row["answers"]
            for row in lake.ask_graph(_ANSWERS_IN_GRAPH, {"day": today()})
        },
        graph_verified=_printed(home, "graph", "verify"),
        searched=_printed(
            home, "search", "Northwind", "--in", "answers", "--monitor", "shoes", "--limit", "100"
        ),
    )


def _printed(home: Path, *command: str) -> str:
    done = CliRunner().invoke(app, ["--home", str(home), *command])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def found(installation: Installation, day: dict[str, Any], home: Path) -> ReadBack:
    """What a person reads of the day, in a process of its own.

    Threads that polars keeps are in the network in which they were made.
    """
    assert day
    with installation.cluster.inside(), ProcessPoolExecutor(1, get_context("spawn")) as reader:
        return reader.submit(read_back, home).result()


def test_the_day_is_read_back_from_outside_the_cluster(found: ReadBack, day: dict[str, Any]) -> None:
    assert found.engine_ids == sorted(FAMILIES)
    assert found.statuses == {"ok"}
    assert found.answers == planned(SHOES) * len(FAMILIES)
    assert found.with_figures == set(FAMILIES)
    assert b"Larkstride" in found.report
    assert found.asked_by == [day["openai"]["runId"]]


def test_the_published_day_is_in_the_graph_and_in_the_search_index_of_the_servers(found: ReadBack) -> None:
    assert found.in_graph == dict.fromkeys(FAMILIES, planned(SHOES))
    assert "1 days compared, 0 differ" in found.graph_verified
    assert found.searched.count("[shoes, ") == planned(SHOES) * len(FAMILIES)


def test_a_day_that_was_asked_is_asked_of_nobody_again(
    installation: Installation, day: dict[str, Any], stubs: Stubs
) -> None:
    before = stubs["openai"].total
    again = installation.launch("ask", str(day_engine_key(today(), "openai")), assets=["raw/answers"])
    installation.succeed(again)
    assert stubs["openai"].total == before
