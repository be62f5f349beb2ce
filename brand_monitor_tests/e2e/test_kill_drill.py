"""The kill drill, as a person runs it: 25 kills of a run of 200 calls, the same moments every time."""

import subprocess
import sys
from pathlib import Path

import pytest

DRILL = Path(__file__).parents[2] / "tools" / "kill_drill.py"


@pytest.mark.timeout(900)
def test_no_answer_is_lost_and_no_call_in_the_air_is_paid_more_than_twice() -> None:
    done = subprocess.run(
        [sys.executable, str(DRILL), "--kills", "25", "--seed", "7"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("| holds |") == 25
