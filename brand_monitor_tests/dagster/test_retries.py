"""Retries by type: what may pass is tried again, what needs a person and what is a bug never is."""

import dagster as dg
import pytest

from brand_monitor.defs import retries
from brand_monitor.defs.retries import MOST_RETRIES, retried_by_type
from brand_monitor.failures import PastPartitionError, StorageError

pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated and will be removed:DeprecationWarning")


def attempts_at(
    error: Exception | None, *, succeeds_at: int, instance: dg.DagsterInstance
) -> tuple[int, bool, str]:
    """Return how often an asset was tried that fails until an attempt, whether it succeeded, and its last error."""
    tried = []

    @dg.asset
    @retried_by_type
    def table() -> None:
        tried.append(1)
        if error is not None and len(tried) < succeeds_at:
            raise error

    result = dg.materialize([table], instance=instance, raise_on_error=False)
    said = ""
    for event in result.all_events:
        if event.is_step_failure:
            cause = event.step_failure_data.error
            while cause.cause is not None:
                cause = cause.cause
            said = cause.message
    return len(tried), result.success, said


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_WAIT_SECONDS", 0)


def test_a_server_that_comes_back_costs_one_more_attempt(instance: dg.DagsterInstance) -> None:
    assert attempts_at(StorageError("away"), succeeds_at=2, instance=instance)[:2] == (2, True)


def test_a_server_that_stays_away_is_given_up_and_the_reason_is_the_first_cause(
    instance: dg.DagsterInstance,
) -> None:
    tried, succeeded, said = attempts_at(StorageError("away"), succeeds_at=99, instance=instance)
    assert (tried, succeeded) == (1 + MOST_RETRIES, False)
    assert "away" in said


@pytest.mark.parametrize("error", [PastPartitionError("has passed"), ValueError("a bug")])
def test_what_cannot_pass_by_itself_is_tried_once(error: Exception, instance: dg.DagsterInstance) -> None:
    tried, succeeded, said = attempts_at(error, succeeds_at=99, instance=instance)
    assert (tried, succeeded) == (1, False)
    assert str(error) in said
