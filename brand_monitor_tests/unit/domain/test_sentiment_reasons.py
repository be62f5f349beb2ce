"""Every reason that a grader gives has a text."""

import re
from pathlib import Path

import brand_monitor
from brand_monitor.domain.sentiment.reasons import GRADING_REASONS

PACKAGE = Path(brand_monitor.__file__).parent


def test_every_reason_in_the_code_of_the_graders_is_registered_and_none_is_idle() -> None:
    files = [*PACKAGE.glob("backends/graders/*.py"), *PACKAGE.glob("domain/sentiment/*.py")]
    code = "\n".join(one.read_text() for one in files if one.name != "reasons.py")
    assert set(re.findall(r'"(grader_[a-z_]+)"', code)) - {"grader_version"} == set(GRADING_REASONS)
