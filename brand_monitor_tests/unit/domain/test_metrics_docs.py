"""docs/metrics.md is written from the registry; that it is current is a matter of deploy/test_docs.py."""

from brand_monitor.domain.definitions import DEFINITIONS
from brand_monitor.domain.metrics.reasons import FLAGS, REASONS
from tools.pages.metrics import render


def test_every_definition_reason_and_flag_has_a_row_of_its_own():
    lines = render().splitlines()
    for name in [*(one.key for one in DEFINITIONS), *REASONS, *FLAGS]:
        assert sum(line.startswith(f"| `{name}` |") for line in lines) == 1


def test_a_bar_in_a_formula_does_not_break_the_table():
    row = next(line for line in render().splitlines() if line.startswith("| `source_association@1`"))
    assert "P(M_b \\| s present)" in row
    assert row.replace("\\|", "").count("|") == 9
