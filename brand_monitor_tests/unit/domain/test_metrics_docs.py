"""docs/metrics.md is written from the registry and says when it is stale."""

from brand_monitor.domain.definitions import DEFINITIONS
from brand_monitor.domain.reasons import FLAGS, REASONS
from tools.render_metrics_docs import main, render


def test_the_committed_table_is_what_the_registry_says():
    assert main(["--check"]) == 0


def test_a_stale_or_missing_file_fails_the_check_and_names_the_command(tmp_path, capsys):
    target = tmp_path / "metrics.md"
    assert main(["--check"], target) == 1
    assert main([], target) == 0
    assert main(["--check"], target) == 0
    target.write_text(target.read_text() + "edited by hand\n")
    assert main(["--check"], target) == 1
    assert "python tools/render_metrics_docs.py" in capsys.readouterr().err


def test_every_definition_reason_and_flag_has_a_row_of_its_own():
    lines = render().splitlines()
    for name in [*(one.key for one in DEFINITIONS), *REASONS, *FLAGS]:
        assert sum(line.startswith(f"| `{name}` |") for line in lines) == 1


def test_a_bar_in_a_formula_does_not_break_the_table():
    row = next(line for line in render().splitlines() if line.startswith("| `source_association@1`"))
    assert "P(M_b \\| s present)" in row
    assert row.replace("\\|", "").count("|") == 9
