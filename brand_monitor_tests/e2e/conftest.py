"""One hosted day, run once embedded and once on all servers: what several tests look at."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest
from e2e_home import command
from hosted_day import hosted_home
from places import IGNORED_PASSWORD, KilledDay, Place
from server_variables import all_variables
from sqlalchemy import Engine, create_engine, text

from brand_monitor_tests.contract.graph_stores import emptied
from brand_monitor_tests.provider_stubs.server import StubServer
from tools.servers.neo4j import Neo4j
from tools.servers.opensearch import OpenSearch
from tools.servers.postgres import Postgres
from tools.servers.redis import Redis
from tools.servers.s3 import S3

DEADLINE_SECONDS = 240


@pytest.fixture(scope="session")
def provider() -> Iterator[StubServer]:
    with StubServer("openai", latency_seconds=0.25) as stub:
        yield stub


@pytest.fixture(scope="session")
def keys(provider: StubServer) -> dict[str, str]:
    return {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": provider.base_url}


@pytest.fixture(scope="session")
def embedded_day(tmp_path_factory: pytest.TempPathFactory, keys: dict[str, str]) -> Place:
    """The day with the embedded stores."""
    place = Place(hosted_home(tmp_path_factory.mktemp("embedded") / "home"), keys)
    place.run("run")
    return place


@pytest.fixture(scope="session")
def servers_of(
    postgres: Postgres, s3: S3, neo4j: Neo4j, opensearch: OpenSearch, redis: Redis
) -> Callable[[str], dict[str, str]]:
    """Return the variables of a new installation on all servers; the graph, of which there is one, is empty."""

    def variables(name: str) -> dict[str, str]:
        emptied(neo4j)
        servers = {"postgres": postgres, "s3": s3, "neo4j": neo4j, "opensearch": opensearch, "redis": redis}
        return all_variables(name, **servers) | {
            "OPENSEARCH_USER": "runs",
            "OPENSEARCH_PASSWORD": IGNORED_PASSWORD,
        }

    return variables


@pytest.fixture(scope="session")
def served_day(
    tmp_path_factory: pytest.TempPathFactory,
    keys: dict[str, str],
    servers_of: Callable[[str], dict[str, str]],
    provider: StubServer,
) -> KilledDay:
    """The same monitor, and nothing but the variables changed. Its first run gets SIGKILL while it asks."""
    home = hosted_home(tmp_path_factory.mktemp("served") / "home")
    day = KilledDay(home, keys | servers_of("one-day"))
    received = provider.total
    day.answered_before, day.in_the_air = _killed_while_asking(day)
    day.run("run")
    day.requests = provider.total - received
    return day


def _killed_while_asking(day: Place) -> tuple[int, int]:
    """Kill the run when some calls are answered and others are not; return how many of each were journaled."""
    process = subprocess.Popen(
        command(day.home, "run"),
        env=os.environ | day.variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = day.variables["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://")
    engine, until = create_engine(url), time.monotonic() + DEADLINE_SECONDS
    try:
        while _states(engine).get("received", 0) < 2:
            assert process.poll() is None, "the run ended before the moment came"
            assert time.monotonic() < until, f"no answer within {DEADLINE_SECONDS} s"
            time.sleep(0.02)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    states = _states(engine)
    engine.dispose()
    return states.get("received", 0), states.get("sent", 0)


def _states(engine: Engine) -> dict[str, int]:
    """Return the journaled calls by state; none while there is no journal yet."""
    with engine.connect() as connection:
        if not connection.execute(text("SELECT to_regclass('brand_monitor.calls')")).scalar():
            return {}
        rows = connection.execute(text("SELECT state, count(*) FROM brand_monitor.calls GROUP BY state"))
        return dict(rows.tuples().all())
