"""The published simulation, on a small grid: the page is made, repeats itself, and its claims hold."""

import numpy as np
import pytest

from tools import simulation_report
from tools.simulation.call_tables import brand_sections
from tools.simulation.coverage import cells, rate_coverage, rivals
from tools.simulation.drift_tables import drift_sections
from tools.simulation.drifting import normal_days, run_length
from tools.simulation.planned import planned_power
from tools.simulation.rate_tables import rate_sections
from tools.simulation.scales import FULL, REDUCED
from tools.simulation.testing import called_brands, called_periods, families
from tools.simulation.worlds import Cell

NOISE = 3 * 0.0049  # of a coverage of .95 from 2,000 monitors


@pytest.fixture(scope="module")
def page():
    return simulation_report.render(REDUCED)


def titles(text):
    return [line.split(",")[0] for line in text.splitlines() if line.startswith("## ")]


def test_a_reduced_page_has_every_section_of_the_published_one(page):
    assert titles(page) == titles(simulation_report.TARGET.read_text(encoding="utf-8"))
    assert "nan" not in page


@pytest.mark.parametrize("section", [rate_sections, brand_sections, drift_sections])
def test_the_same_seeds_give_the_same_page(page, section):
    assert "\n".join(section(REDUCED)) in page


def test_the_published_page_is_a_full_one():
    published = simulation_report.TARGET.read_text(encoding="utf-8")

    assert f"on {len(FULL.grid)} cells of {FULL.monitors} monitors" in published
    assert {cell.prompts for cell in FULL.grid} == {5, 10, 20, 50, 100}


def test_a_reduced_page_is_printed_and_a_full_one_is_written(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(simulation_report, "TARGET", tmp_path / "statistics.md")
    monkeypatch.setattr(simulation_report, "render", lambda scale: "full" if scale is FULL else "reduced")

    assert simulation_report.main(["--reduced"]) == 0
    assert capsys.readouterr().out == "reduced\n"
    assert not simulation_report.TARGET.exists()
    assert simulation_report.main([]) == 0
    assert simulation_report.TARGET.read_text() == "full"


@pytest.mark.parametrize("cell", cells((10, 30), (1, 3), (0.0, 0.3), (0.05, 0.3, 0.9)), ids=str)
def test_the_interval_of_a_rate_never_holds_much_too_little(cell):
    assert rate_coverage(cell, 2_000, seed=4).held >= 0.905


def test_every_other_interval_fails_somewhere_where_ours_holds():
    grid = cells((10,), (3,), (0.0, 0.8), (0.02, 0.5))
    worst = {name: min(one.held for one in found) for name, found in rivals(grid, 400, seed=2).items()}
    own = worst.pop("CRW (the product's)")

    assert own >= 0.9
    assert max(worst.values()) < own


def test_figures_flag_themselves_where_the_interval_is_wide_and_rarely_where_it_is_right():
    wide = rate_coverage(Cell(10, 5, 0.0, 0.5), 1_000, seed=1)
    right = rate_coverage(Cell(50, 3, 0.4, 0.35), 2_000, seed=1)

    assert wide.held > 0.97
    assert wide.too_wide > 0.9
    assert right.held == pytest.approx(0.95, abs=NOISE + 0.01)
    assert right.any_flag < 0.05


def test_rare_brands_asked_once_flag_themselves_as_too_narrow():
    rare = rate_coverage(Cell(10, 1, 0.0, 0.05), 2_000, seed=1)

    assert rare.held < 0.93
    assert rare.too_narrow + rare.few > 0.9


@pytest.mark.parametrize("cell", [Cell(20, 3, 0.2, 0.3), Cell(60, 1, 0.0, 0.5)], ids=str)
def test_no_change_is_called_one_in_at_most_five_percent_by_the_test_that_decides(cell):
    assert called_periods(cell, 0.0, 2_000, seed=3)["sign-flip, exact"] <= 0.05 + NOISE


def test_counting_answers_calls_equal_brands_different_and_counting_prompts_does_not():
    calls = called_brands(Cell(30, 5, 0.6, 0.3), 0.0, 1_000, seed=1)

    assert calls["McNemar by answer"] > 0.15
    assert calls["sign-flip by prompt"] <= 0.05 + 0.021


def test_q_values_keep_false_calls_below_the_level():
    corrected, raw = (families(400, 1, corrected=one) for one in (True, False))

    assert corrected.false_share <= 0.05 < raw.false_share
    assert corrected.found > 0.6


@pytest.mark.parametrize(
    ("cell", "move"), [(Cell(0, 3, 0.3, 0.1), 0.1), (Cell(0, 2, 0.3, 0.5), 0.2)], ids=str
)
def test_a_plan_for_eighty_percent_power_has_about_that(cell, move):
    assert planned_power(cell, move, 2_000, seed=2)[1] == pytest.approx(0.8, abs=0.05)


def test_the_cusum_runs_as_long_as_its_table_says():
    assert run_length(normal_days(0.0, 800, 1), 0.5, 5.0) == pytest.approx(465, rel=0.12)
    assert run_length(normal_days(1.0, 800, 1), 0.5, 5.0) == pytest.approx(10.4, rel=0.06)


def test_a_cell_does_not_depend_on_which_others_were_run():
    cell = Cell(20, 3, 0.2, 0.3)

    assert np.isclose(rate_coverage(cell, 500, 1).held, rate_coverage(cell, 500, 1).held)
    assert rate_coverage(cell, 500, 1).held != rate_coverage(cell, 500, 2).held
