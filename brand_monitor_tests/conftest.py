"""What every test shares: property tests are never timed and the same in every run; real servers as fixtures."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["brand_monitor_tests.servers.fixtures", "brand_monitor_tests.cluster.fixtures"]

# A deadline per example is a timed test: on a busy machine it fails for no fault of the code.
settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
