"""What every test shares: property tests are never timed and the same in every run; real servers as fixtures."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["brand_monitor_tests.servers.fixtures", "brand_monitor_tests.cluster.fixtures"]

# A deadline per example is a timed test: on a busy machine it fails for no fault of the code.
settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


@pytest.fixture
def one_day(monkeypatch: pytest.MonkeyPatch) -> date:
    """The day on which the test begins: the product's today until the test ends, also past midnight."""
    from brand_monitor import partitions

    began = datetime.now(UTC)

    class Still(datetime):
        @classmethod
        def now(cls, tz=None) -> datetime:
            return began

    monkeypatch.setattr(partitions, "datetime", Still)
    return began.date()
