"""Retries by the type of the failure: what may pass by itself is tried again, what needs a person never is.

Dagster knows three ways to try again. A step asks for its own retry here, and only after a
``TransientFailure``: a retry policy would also repeat errors of the code and of people. Run retries of the
daemon are for runs whose process died (``retry_on_asset_or_op_failure: false`` in ``dagster.yaml``).
Automation conditions are edge-triggered: a partition that failed waits until an input changes.
"""

import functools
from collections.abc import Callable
from typing import Any

import dagster as dg

from brand_monitor.failures import TransientFailure

MOST_RETRIES = 3
#: Doubled each time: 5, 10 and 20 s, in which a server that restarts is back.
FIRST_WAIT_SECONDS = 5


def retried_by_type(step: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``step``, the function of an asset, which Dagster repeats after transient failures alone."""

    @functools.wraps(step)
    def run(*positional: Any, **inputs: Any) -> Any:
        try:
            return step(*positional, **inputs)
        except TransientFailure as error:
            context = dg.OpExecutionContext.get()
            wait = FIRST_WAIT_SECONDS * 2**context.retry_number
            context.log.warning("%s; tried again in %d s, at most %d times", error, wait, MOST_RETRIES)
            raise dg.RetryRequested(max_retries=MOST_RETRIES, seconds_to_wait=wait) from error

    return run
