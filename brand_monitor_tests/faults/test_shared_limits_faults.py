"""What becomes of limits on PostgreSQL when the server is hurt: a typed failure, then again work."""

import asyncio
from typing import Any

import pytest

from brand_monitor.backends.coordination.interface import Rates
from brand_monitor.backends.coordination.sql import SqlCoordination
from brand_monitor.failures import SetupError, TransientFailure

FIVE = Rates(requests_per_minute=5)


def reserve(coordination: SqlCoordination) -> Any:
    return asyncio.run(coordination.reserve("a", FIVE, 0))


def test_a_killed_server_is_a_passing_failure_and_is_used_again_when_it_is_back(own_postgres):
    server = own_postgres()
    coordination = SqlCoordination(server.url)
    assert reserve(coordination) == 0.0
    server.kill()
    with pytest.raises(TransientFailure, match=rf"PostgreSQL 127\.0\.0\.1:{server.port}.*limits") as caught:
        reserve(coordination)
    assert server.password not in str(caught.value)

    server.start()

    # The file system kept the count: four are left of the minute, or a new minute has begun.
    assert [reserve(coordination) for _ in range(4)] == [0.0] * 4


def test_a_wrong_password_needs_a_person_and_is_not_shown(postgres):
    url = postgres.url_of("template1").replace(postgres.password, "s3cr3t-canary-4")
    with pytest.raises(SetupError, match="password authentication failed") as caught:
        SqlCoordination(url)
    assert "s3cr3t-canary" not in str(caught.value)
