"""What every coordination does: in memory, over SQL (two doors into one file, PostgreSQL), through Redis."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from brand_monitor.backends.coordination.interface import Coordination, Rates
from brand_monitor.backends.coordination.memory import MemoryCoordination
from brand_monitor.backends.coordination.redis import RedisCoordination
from brand_monitor.backends.coordination.redis_access import RedisAccess
from brand_monitor.backends.coordination.resource import Coordinations
from brand_monitor.backends.coordination.sql import SqlCoordination
from brand_monitor.deployment import Settings
from brand_monitor.failures import SetupError, TransientFailure
from brand_monitor_tests.faults.unreliable import Unreliable

ROOT = Path(__file__).parents[2]
KEY = "openai/gpt-6-luna"
FIVE = Rates(requests_per_minute=5)
# Each kind as (a door, another door): what one does, the other sees.
Doors = Callable[[], tuple[Coordination, Coordination]]
Scenario = Callable[[Coordination, Coordination], Coroutine[Any, Any, Any]]


@pytest.fixture(scope="module")
def postgres_url(postgres) -> str:
    postgres.ensure_databases("coordination")
    return postgres.url_of("coordination").replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture
def early_in_a_minute(monkeypatch) -> None:
    """Shift the clock, so that no test runs into the next minute, in which there is a little more."""
    real = time.time
    shift = 10 - real() % 60
    monkeypatch.setattr(time, "time", lambda: real() + shift)


@pytest.fixture(params=["memory", "sqlite", "postgres", "redis"])
def play(request, tmp_path, early_in_a_minute) -> Callable[[Scenario], Any]:
    """Run a scenario with two doors into the same store, in one event loop."""

    def doors() -> tuple[Coordination, Coordination]:
        if request.param == "memory":
            return (only := MemoryCoordination()), only
        if request.param == "redis":
            access = RedisAccess(request.getfixturevalue("redis").url)
            return RedisCoordination(access), RedisCoordination(access, pool_size=1)
        if request.param == "postgres":
            url = request.getfixturevalue("postgres_url")
        else:
            url = f"sqlite:///{tmp_path / 'shared' / 'coordination.sqlite'}"
        return SqlCoordination(url), SqlCoordination(url)

    def run(scenario: Scenario) -> Any:
        async def played() -> Any:
            here, there = doors()
            try:
                return await scenario(here, there)
            finally:
                await here.close()
                await there.close()

        return asyncio.run(played())

    return run


@pytest.fixture
def key(request) -> str:
    """A key that no other test uses: the server is shared between them."""
    return f"{KEY}/{request.node.name}"


async def granted(door: Coordination, key: str, rates: Rates, tokens: int = 0, tries: int = 10) -> int:
    return [await door.reserve(key, rates, tokens) for _ in range(tries)].count(0.0)


def test_as_many_requests_as_the_minute_has_are_granted_over_all_doors(play, key):
    async def scenario(here, there):
        return await granted(here, key, FIVE, tries=3) + await granted(there, key, FIVE)

    assert play(scenario) == 5


def test_who_is_refused_is_told_how_long_to_wait(play, key):
    async def scenario(here, there):
        await granted(here, key, FIVE)
        return await there.reserve(key, FIVE, 0)

    assert 0 < play(scenario) <= 121


def test_tokens_are_counted_by_their_number(play, key):
    rates = Rates(tokens_per_minute=1_000)

    async def scenario(here, there):
        return [
            await here.reserve(key, rates, 600) == 0,
            await there.reserve(key, rates, 600) == 0,
            await there.reserve(key, rates, 400) == 0,
        ]

    assert play(scenario) == [True, False, True]


def test_requests_and_tokens_are_taken_together_or_not_at_all(play, key):
    rates = Rates(requests_per_minute=2, tokens_per_minute=1_000)

    async def scenario(here, there):
        first = await here.reserve(key, rates, 900)
        refused = await granted(there, key, rates, 900)
        # The refused ones took no request: one is left for a call that fits.
        return first, refused, await granted(there, key, rates, 100)

    assert play(scenario) == (0.0, 0, 1)


def test_a_call_that_needs_more_than_a_minute_has_is_granted_the_whole_minute(play, key):
    rates = Rates(tokens_per_minute=1_000)

    async def scenario(here, there):
        return await here.reserve(key, rates, 50_000), await there.reserve(key, rates, 1) > 0

    assert play(scenario) == (0.0, True)


def test_no_limit_is_never_waited_for(play, key):
    async def scenario(here, there):
        return await granted(here, key, Rates(), tokens=10**9, tries=50)

    assert play(scenario) == 50


def test_keys_do_not_share_a_minute(play, key):
    async def scenario(here, there):
        await granted(here, key, FIVE)
        return await granted(here, f"{key}/other", FIVE)

    assert play(scenario) == 5


def test_tokens_that_were_not_used_are_given_back(play, key):
    rates = Rates(tokens_per_minute=1_000)

    async def scenario(here, there):
        assert await here.reserve(key, rates, 900) == 0
        await here.settle_tokens(key, rates, reserved=900, used=100)
        return await there.reserve(key, rates, 900), await there.reserve(key, rates, 1) > 0

    assert play(scenario) == (0.0, True)


def test_tokens_beyond_the_estimate_are_taken_afterwards_as_far_as_the_minute_has_them(play, key):
    rates = Rates(tokens_per_minute=1_000)

    async def scenario(here, there):
        assert await here.reserve(key, rates, 100) == 0
        await here.settle_tokens(key, rates, reserved=100, used=5_000)
        return await there.reserve(key, rates, 1) > 0

    assert play(scenario)


def test_nothing_is_given_back_that_was_not_taken(play, key):
    rates = Rates(tokens_per_minute=1_000)

    async def scenario(here, there):
        await here.settle_tokens(key, rates, reserved=900, used=0)
        await here.settle_tokens(key, Rates(), reserved=900, used=0)
        return await granted(there, key, rates, 500)

    assert play(scenario) == 2


def test_a_pause_holds_for_everybody_and_is_never_shortened(play, key):
    async def scenario(here, there):
        before = await there.paused_seconds(key)
        await here.pause(key, 300)
        await there.pause(key, 5)
        return before, await here.paused_seconds(key), await there.paused_seconds(key)

    before, here, there = play(scenario)
    assert before == 0
    assert 200 < here <= 300
    assert 200 < there <= 300


def test_a_pause_that_is_over_is_over(play, key):
    async def scenario(here, there):
        await here.pause(key, 0.001)
        await asyncio.sleep(0.01)
        return await there.paused_seconds(key)

    assert play(scenario) == 0


def test_slots_of_a_key_are_so_many_seconds_apart_whoever_takes_them(play, key):
    async def scenario(here, there):
        taken = [await door.next_slot(key, 300) for door in (here, there, here)]
        return taken, await there.next_slot(f"{key}/other", 300), await here.paused_seconds(key)

    taken, other, paused = play(scenario)
    assert taken[0] == other == paused == 0
    assert 200 < taken[1] <= 300
    assert 500 < taken[2] <= 600


def test_a_slot_that_is_over_leaves_the_next_one_free(play, key):
    async def scenario(here, there):
        await here.next_slot(key, 0.001)
        await asyncio.sleep(0.01)
        return await there.next_slot(key, 300)

    assert play(scenario) == 0


def test_a_value_is_remembered_for_everybody_until_its_time_is_over(play, key):
    async def scenario(here, there):
        missing = await here.cached(key)
        await here.remember(key, "first", 300)
        await there.remember(key, "zweite ✓", 300)
        kept = await here.cached(key)
        await here.remember(key, "gone", 0.001)
        await asyncio.sleep(0.01)
        return missing, kept, await there.cached(key)

    assert play(scenario) == (None, "zweite ✓", None)


def test_who_asks_again_after_every_accident_gets_no_more_than_the_minute_has(play, key):
    """An answer that is lost takes its share with it; a pause or a value that is told twice is the same."""

    async def until_it_succeeds(call) -> Any:
        while True:
            try:
                return await call()
            except TransientFailure:
                continue

    async def scenario(here, there):
        methods = {"reserve", "pause", "remember"}
        door = Unreliable(here, methods, refused=0.3, lost=0.3, doubled=0.1, seed=1)
        await until_it_succeeds(lambda: door.pause(key, 300))
        await until_it_succeeds(lambda: door.remember(key, "kept", 300))
        granted = [await until_it_succeeds(lambda: door.reserve(key, FIVE, 0)) for _ in range(10)].count(0.0)
        granted += [await there.reserve(key, FIVE, 0) for _ in range(10)].count(0.0)
        return granted, await there.paused_seconds(key), await there.cached(key), set(door.faults)

    granted, paused, value, faults = play(scenario)
    assert 0 < granted <= 5
    assert 200 < paused <= 300
    assert value == "kept"
    assert faults == {"refused", "lost", "doubled"}


def test_many_at_once_get_no_more_than_the_minute_has(play, key):
    async def scenario(here, there):
        waits = await asyncio.gather(*((here, there)[n % 2].reserve(key, FIVE, 0) for n in range(40)))
        return waits.count(0.0)

    assert play(scenario) == 5


_PROCESS = """
import asyncio, json, sys, time
from brand_monitor.backends.coordination.interface import Rates
from brand_monitor.backends.coordination.resource import Coordinations

async def main(database_url, redis_url):
    rates = Rates(requests_per_minute=40, tokens_per_minute=100_000)
    async with Coordinations(database_url, redis_url or None).open() as coordination:
        print("ready", flush=True)
        sys.stdin.readline()
        waits = [await coordination.reserve("many", rates, 10) for _ in range(40)]
    print(json.dumps(waits.count(0.0)))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgres", "redis"])
def test_processes_together_never_pass_the_limit(kind, tmp_path, request):
    database_url = f"sqlite:///{tmp_path / 'coordination.sqlite'}"
    if kind == "postgres":
        database_url = request.getfixturevalue("postgres_url")
    redis_url = request.getfixturevalue("redis").url if kind == "redis" else ""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _PROCESS, database_url, redis_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(4)
    ]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 4
    started = time.time()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    counts = [json.loads(process.communicate()[0]) for process in processes]

    assert [process.returncode for process in processes] == [0] * 4
    # Where a new minute began in between, the old one counts for what is left of it, rounded down.
    into_the_next = 40 * (time.time() - started) / 60 + 1
    assert 40 <= sum(counts) <= 40 + into_the_next


def test_the_resource_opens_redis_where_it_is_configured_and_shows_no_password(redis, tmp_path):
    shared = Coordinations(f"sqlite:///{tmp_path / 'c.sqlite'}", redis.url)

    async def kinds() -> list[str]:
        async with shared.open() as first, Coordinations(shared.database_url).open() as second:
            return [type(first).__name__, type(second).__name__]

    assert asyncio.run(kinds()) == ["RedisCoordination", "SqlCoordination"]
    assert redis.password not in repr(shared)


def test_without_redis_the_limits_of_a_team_are_in_its_database(tmp_path):
    url = "postgresql://user:word@127.0.0.1:1/database"
    assert Settings(tmp_path, database_url=url).coordination_url.startswith("postgresql+psycopg://")
    assert Settings(tmp_path).coordination_url.startswith("sqlite:///")


def test_a_database_that_cannot_be_opened_is_a_passing_failure(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(TransientFailure, match="unable to open database file"):
        SqlCoordination(f"sqlite:///{tmp_path / 'folder'}")


def test_a_user_of_runs_shares_limits_in_a_schema_that_belongs_to_it(postgres):
    import psycopg

    postgres.ensure_databases("coordination_roles")
    with psycopg.connect(postgres.url_of("coordination_roles")) as connection:
        connection.execute("DROP ROLE IF EXISTS shares_limits")
        connection.execute("CREATE ROLE shares_limits LOGIN PASSWORD 's3cr3t-canary-3'")
    url = postgres.url_of("coordination_roles").replace(
        f"{postgres.user}:{postgres.password}", "shares_limits:s3cr3t-canary-3"
    )
    with pytest.raises(SetupError, match="permission denied for database") as refused:
        SqlCoordination(url)
    with psycopg.connect(postgres.url_of("coordination_roles")) as connection:
        connection.execute("CREATE SCHEMA brand_monitor_limits AUTHORIZATION shares_limits")

    async def ask() -> int:
        async with Coordinations(url).open() as coordination:
            return await granted(coordination, "a", FIVE)

    assert asyncio.run(ask()) == 5
    assert "s3cr3t-canary" not in str(refused.value)


def test_what_has_expired_leaves_the_database(tmp_path, monkeypatch):
    from sqlalchemy import create_engine, func, select

    from brand_monitor.backends.coordination import sql
    from brand_monitor.backends.coordination.schema import PAUSES, VALUES

    monkeypatch.setattr(sql, "CLEARANCE_SECONDS", -1.0)
    url = f"sqlite:///{tmp_path / 'coordination.sqlite'}"

    async def fill() -> None:
        async with Coordinations(url).open() as coordination:
            for number in range(20):
                await coordination.remember(str(number), "value", 0)
                await coordination.pause(str(number), 0)
            await coordination.paused_seconds("none")

    asyncio.run(fill())
    engine = create_engine(url)
    with engine.connect() as connection:
        counts = [connection.scalar(select(func.count()).select_from(table)) for table in (PAUSES, VALUES)]
    engine.dispose()
    assert counts == [0, 0]
