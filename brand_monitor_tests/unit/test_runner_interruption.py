"""A run that a person stops is no failed engine: nothing after it starts."""

import dagster as dg
import pytest

from brand_monitor import runner


@dg.op
def ask() -> None:
    raise dg.DagsterExecutionInterruptedError


@dg.op
def fail() -> None:
    raise RuntimeError("the model did not answer")


def test_an_interrupted_stage_ends_the_run_and_a_failed_one_does_not():
    @dg.job
    def interrupted():
        ask()

    @dg.job
    def failed():
        fail()

    with dg.DagsterInstance.ephemeral() as instance:
        defs = dg.Definitions(jobs=[interrupted, failed])
        config = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

        with pytest.raises(KeyboardInterrupt):
            runner.execute(defs, instance, runner.Stage("interrupted", ""), config, {})
        result = runner.execute(defs, instance, runner.Stage("failed", ""), config, {})

    assert not result.ok
    assert result.errors == ("fail: RuntimeError: the model did not answer",)
