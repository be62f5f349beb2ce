"""What the docs tell an operator to do with a release, done as they say it: pausing, stuck runs, a new password."""

import secrets
from typing import Any

import psycopg
import pytest

from brand_monitor_tests.cluster.installation import Installation, until
from brand_monitor_tests.cluster.market import Stubs, asked, key, market, planned
from brand_monitor_tests.cluster.pausing import paused
from brand_monitor_tests.provider_stubs.server import StubServer
from tools.image.build import IMAGE

# The first test of the session waits for the chart to be installed.
pytestmark = pytest.mark.timeout(900)

ANSWERS = ["raw/answers"]
_TERMINATE = """mutation ($id: String!) {
  terminateRun(runId: $id, terminatePolicy: SAFE_TERMINATE) { __typename } }"""


def begin(installation: Installation, family: str, stub: StubServer, monitor: dict[str, Any]) -> str:
    """Launch a run, and wait until it is in the middle of asking slowly; return its id."""
    stub.latency_seconds = 2.0
    run_id = installation.launch("ask", key(family), assets=ANSWERS)
    until(lambda: asked(stub, monitor) > 1, f"{family} is asked")
    return run_id


def test_a_pause_lets_runs_go_on_and_launches_none_until_it_is_over(
    installation: Installation, stubs: Stubs
) -> None:
    monitor = market("paused", "openai", "anthropic", concurrency=1)
    installation.watch(monitor)
    under_way = begin(installation, "openai", stubs["openai"], monitor)
    with paused(installation):
        queued = installation.launch("ask", key("anthropic"), assets=ANSWERS)
        stubs["openai"].latency_seconds = 0.0
        installation.succeed(under_way)
        assert installation.run(queued)["status"] == "QUEUED"
        assert installation.pod_of(queued) is None
    installation.succeed(queued)
    for family in ("openai", "anthropic"):
        assert asked(stubs[family], monitor) == planned(monitor)


def test_a_silent_run_is_terminated_and_the_next_one_asks_what_is_missing(
    installation: Installation, stubs: Stubs
) -> None:
    monitor, stub = market("silent", "gemini", concurrency=1), stubs["gemini"]
    installation.watch(monitor)
    silent = begin(installation, "gemini", stub, monitor)
    stub.latency_seconds = 3_600.0
    answered = stub.answered.total()
    until(lambda: stub.answered.total() > answered, "the last answer comes")
    assert installation.told(_TERMINATE, id=silent)["__typename"] == "TerminateRunSuccess"
    assert installation.finish(silent)["status"] == "CANCELED"
    until(lambda: installation.pod_of(silent) is None, "its pod is gone")
    stub.latency_seconds = 0.0
    installation.succeed(installation.launch("ask", key("gemini"), assets=ANSWERS))
    # The question that was in the air has no answer, and nobody can know whether it was paid.
    assert planned(monitor) <= asked(stub, monitor) <= planned(monitor) + 1


def test_a_run_that_lost_its_password_is_started_again_and_later_runs_have_the_new_one(
    installation: Installation, stubs: Stubs
) -> None:
    monitor = market("renewed", "openai", "anthropic", concurrency=1)
    installation.watch(monitor)
    under_way = begin(installation, "openai", stubs["openai"], monitor)
    change_password(installation)
    stubs["openai"].latency_seconds = 0.0
    installation.kubectl("rollout", "restart", "deployment")
    installation.kubectl("rollout", "status", "deployment", "--timeout=4m")
    installation.wait_for_code(IMAGE)
    later = installation.launch("ask", key("anthropic"), assets=ANSWERS)
    # Dagster opens a connection for every event that it stores: that of the finished step is refused.
    assert installation.finish(under_way)["status"] == "FAILURE"
    installation.succeed(installation.retry_of(under_way))
    installation.succeed(later)
    for family in ("openai", "anthropic"):
        assert asked(stubs[family], monitor) == planned(monitor)


def change_password(installation: Installation) -> None:
    """Give the user of the databases another password, then the Secret, as an operator for secrets would."""
    postgres, password = installation.postgres, secrets.token_urlsafe(12)
    with installation.cluster.inside(), psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE \"{postgres.user}\" PASSWORD '{password}'".encode())
    postgres.password = password
    installation.give_secret()
