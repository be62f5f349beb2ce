"""What becomes of limits and pauses when their Redis is hurt: a typed failure in bounded time, then again work."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from brand_monitor.backends.coordination import redis, redis_access
from brand_monitor.backends.coordination.interface import Rates
from brand_monitor.backends.coordination.probe import look_at_redis
from brand_monitor.backends.coordination.redis import RedisCoordination
from brand_monitor.backends.coordination.redis_access import RedisAccess
from brand_monitor.failures import SetupError, TransientFailure

PAGE = Path(__file__).parents[2] / "docs" / "backends" / "redis.md"
FIVE = Rates(requests_per_minute=5)
Play = Callable[[RedisCoordination], Awaitable[Any]]


def played(access: RedisAccess, scenario: Play) -> Any:
    """Run a scenario with one coordination, in an event loop of its own."""

    async def play() -> Any:
        coordination = RedisCoordination(access, pool_size=4)
        try:
            return await scenario(coordination)
        finally:
            await coordination.close()

    return asyncio.run(play())


async def reserve(coordination: RedisCoordination) -> float:
    return await coordination.reserve("a", FIVE, 0)


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Shorten every wait; the order of them stays."""
    monkeypatch.setattr(redis_access, "TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr(redis, "CALL_SECONDS", 0.7)


def test_a_server_that_is_away_is_a_passing_failure_that_names_it(own_redis):
    server = own_redis()
    server.kill()
    with pytest.raises(TransientFailure, match=rf"Redis at redis://127\.0\.0\.1:{server.port}/0") as caught:
        played(RedisAccess(server.url), reserve)
    assert server.password not in str(caught.value)


def test_a_server_that_is_killed_and_comes_back_is_used_again(own_redis):
    server = own_redis()

    async def scenario(coordination):
        await reserve(coordination)
        server.kill()
        waiting = asyncio.create_task(reserve(coordination))
        await asyncio.to_thread(server.start)
        return await waiting, [await reserve(coordination) for _ in range(5)].count(0.0)

    # What it held is gone: the minute began anew.
    assert played(RedisAccess(server.url), scenario) == (0.0, 4)


def test_a_silent_server_is_given_up_in_bounded_time_and_used_again_when_it_goes_on(own_redis, impatient):
    server = own_redis()

    async def scenario(coordination):
        await reserve(coordination)
        server.pause()
        with pytest.raises(TransientFailure) as caught:
            async with asyncio.timeout(30):
                await reserve(coordination)
        server.resume()
        await coordination.remember("a", "kept", 60)
        return str(caught.value), await coordination.cached("a")

    said, kept = played(RedisAccess(server.url), scenario)
    assert f"127.0.0.1:{server.port}/0 cannot be used: " in said
    assert kept == "kept"


def test_many_callers_of_a_silent_server_are_all_given_up_together(own_redis, impatient):
    server = own_redis()

    async def scenario(coordination):
        server.pause()
        async with asyncio.timeout(30):
            return await asyncio.gather(*(reserve(coordination) for _ in range(20)), return_exceptions=True)

    assert {type(failure) for failure in played(RedisAccess(server.url), scenario)} == {TransientFailure}
    server.resume()


def test_a_wrong_password_needs_a_person_and_is_not_shown(redis):
    wrong = RedisAccess(redis.url.replace(redis.password, "s3cr3t-canary-wrong"))
    with pytest.raises(SetupError, match="correct user and password in REDIS_URL") as caught:
        played(wrong, reserve)
    assert "s3cr3t-canary" not in str(caught.value) + repr(wrong)


def test_a_missing_password_needs_a_person(redis):
    with pytest.raises(SetupError, match="correct user and password in REDIS_URL"):
        played(RedisAccess(redis.url.replace(f":{redis.password}@", "")), reserve)


def test_a_user_who_may_not_write_needs_a_person(own_redis):
    server = own_redis(settings={"user": "reader on >only-reads ~* &* +@read +@connection +info"})
    url = server.url.replace(f":{server.password}@", "reader:only-reads@")
    with pytest.raises(SetupError, match="ACL SETUSER"):
        played(RedisAccess(url), reserve)


def test_a_full_server_is_a_passing_failure(own_redis):
    server = own_redis(settings={"maxmemory": "1", "maxmemory-policy": "noeviction"})
    with pytest.raises(TransientFailure, match=r"OutOfMemory|OOM"):
        played(RedisAccess(server.url), lambda coordination: coordination.remember("a", "b", 60))


def test_more_callers_than_connections_wait_for_each_other(redis):
    async def scenario(coordination):
        return await asyncio.gather(*(coordination.paused_seconds(str(n)) for n in range(200)))

    assert played(RedisAccess(redis.url), scenario) == [0.0] * 200


def test_too_many_connections_are_a_passing_failure(own_redis, impatient):
    server = own_redis(settings={"maxclients": "1"})

    async def scenario(coordination):
        await reserve(coordination)
        other = RedisCoordination(RedisAccess(server.url))
        try:
            await reserve(other)
        finally:
            await other.close()

    with pytest.raises(TransientFailure, match=r"max number of clients|cannot be used"):
        played(RedisAccess(server.url), scenario)


@pytest.fixture
def with_tls(own_redis):
    return own_redis(tls=True)


def test_a_server_with_tls_is_used_where_its_authority_is_trusted(with_tls):
    assert played(RedisAccess(with_tls.url, with_tls.ca_file), reserve) == 0.0


def test_a_certificate_of_an_unknown_authority_is_refused_with_what_to_do(with_tls):
    with pytest.raises(SetupError, match="let REDIS_CA_FILE name the authority"):
        played(RedisAccess(with_tls.url), reserve)


def test_an_authority_without_tls_is_refused_before_anything_is_sent():
    with pytest.raises(SetupError, match=r"let REDIS_URL begin with rediss://"):
        played(RedisAccess("redis://127.0.0.1:1/0", Path("ca.pem")), reserve)


def test_a_missing_file_of_an_authority_is_named():
    with pytest.raises(SetupError, match=r"REDIS_CA_FILE names /nowhere/ca\.pem: No such file"):
        played(RedisAccess("rediss://127.0.0.1:1/0", Path("/nowhere/ca.pem")), reserve)


def test_the_least_rights_of_the_documents_suffice_and_reach_no_other_key(own_redis):
    rights = re.search(r"ACL SETUSER brand_monitor on >PASSWORD (.+)", PAGE.read_text(encoding="utf-8"))
    server = own_redis(settings={"user": f"brand_monitor on >least {rights[1]}"})
    access = RedisAccess(server.url.replace(f":{server.password}@", "brand_monitor:least@"))

    async def everything(coordination):
        rates = Rates(requests_per_minute=5, tokens_per_minute=100)
        await coordination.reserve("a", rates, 10)
        await coordination.settle_tokens("a", rates, reserved=10, used=5)
        await coordination.pause("a", 60)
        await coordination.remember("a", "kept", 60)
        return await coordination.paused_seconds("a") > 0, await coordination.cached("a")

    assert played(access, everything) == (True, "kept")
    assert look_at_redis(access).complaints == []
    with pytest.raises(SetupError, match="ACL SETUSER"), access.failures(), access.client() as client:
        client.get("another")
