"""What every test shares: property tests are never timed, and are the same in every run."""

from hypothesis import HealthCheck, settings

# A deadline per example is a timed test: on a busy machine it fails for no fault of the code.
settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
