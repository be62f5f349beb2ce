"""``experiment --plan`` says what an experiment takes, and what is wrong with it, and asks nobody."""

import re
from pathlib import Path
from typing import Any

import pytest

from brand_monitor.partitions import today
from brand_monitor_tests.document_rows import publish_pages
from brand_monitor_tests.provider_stubs.server import StubServer
from brand_monitor_tests.unit.cli_home import CLAUDE, GPT, Home

pytestmark = pytest.mark.usefixtures("one_day")

PAGES = ("Northwind tea is mild", "Contoso tea is strong", "Tea needs hot water")
CAUSES = {"id": "causes", "engines": ["gpt"], "documents": 3, "replicates": 2, "masks": 2, "permutations": 3}
ARMS = {"full": 1, "empty": 1, "leave_one_out": 3, "mask": 2, "permutation": 3}
CALLS = 2 * 3 * sum(ARMS.values())  # replicates, prompts, arms


@pytest.fixture
def home(tmp_path: Path, stub: StubServer) -> Home:
    made = Home(tmp_path)
    write(made)
    return made


def write(home: Home, **fields: Any) -> None:
    sites = [{"id": "site", "pages": ["http://tea.example/"]}]
    home.watch({**GPT, "max_tokens": 500}, CLAUDE, sites=sites, **({"experiments": [CAUSES]} | fields))


def scraped(home: Home) -> None:
    """Publish today's documents."""
    pages = {f"http://tea.example/{n}": f"{text}. It is tea number {n}." for n, text in enumerate(PAGES)}
    publish_pages(home.lake, "teas", today(), pages)


def row_of(output: str) -> list[str]:
    """Return the cells of the table's first row."""
    [line, *_] = [line for line in output.splitlines() if line.split()[:1] == ["causes"]]
    return [cell.strip() for cell in re.split(r"\s{2,}", line.strip())]


def test_a_plan_says_arms_calls_tokens_and_price_and_asks_nobody(home: Home, stub: StubServer) -> None:
    scraped(home)
    done = home.run("experiment", "teas", "--plan")
    assert done.exit_code == 0, done.output
    cells = row_of(done.stdout)
    assert cells[:3] == ["causes", "gpt", "3"]
    assert cells[3:8] == [str(6 * arms) for arms in ARMS.values()]
    assert cells[8] == str(CALLS)
    assert cells[10] == f"≤ {CALLS * 500:,}"
    assert cells[11].startswith("$0.")
    assert stub.total == 0
    assert not (home.settings.lake_dir / "payloads").exists()


def test_a_plan_of_a_day_without_pages_takes_the_largest_context(home: Home) -> None:
    assumed = home.run("experiment", "teas", "--plan").stdout
    assert "The day has no pages yet" in assumed
    assert row_of(assumed)[8] == str(CALLS)
    scraped(home)
    known = home.run("experiment", "teas", "--plan").stdout
    assert "no pages" not in known

    def tokens(output: str) -> int:
        return int(row_of(output)[9].removeprefix("≤ ").replace(",", ""))

    assert tokens(known) < tokens(assumed)


def test_what_the_budget_does_not_bear_is_refused_before_anything_is_asked(
    home: Home, stub: StubServer
) -> None:
    scraped(home)
    write(home, budget={"day_usd": 0.001})
    for arguments in (["--plan"], []):
        done = home.run("experiment", "teas", *arguments)
        assert done.exit_code == 5
        assert f"{CALLS} calls are priced at up to $" in done.output
    assert stub.total == 0


def test_an_engine_without_a_key_is_planned_and_said_so(home: Home) -> None:
    scraped(home)
    write(home, experiments=[{**CAUSES, "engines": ["claude"]}])
    planned = home.run("experiment", "teas", "--plan")
    assert planned.exit_code == 0, planned.output
    assert "nobody can ask it here: ANTHROPIC_API_KEY is not set" in planned.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--experiment", "cause"], "no experiment cause in teas; known: causes"),
        (["--engine", "claude"], "no experiment of teas names engine claude; named: gpt"),
    ],
)
def test_a_name_that_is_not_there_is_refused_with_the_known_ones(
    home: Home, arguments: list[str], said: str
) -> None:
    for mode in ([], ["--plan"]):
        done = home.run("experiment", "teas", *arguments, *mode)
        assert done.exit_code == 2
        assert said in done.output


def test_a_monitor_without_experiments_is_told_where_to_write_them(home: Home) -> None:
    write(home, experiments=[])
    done = home.run("experiment", "teas")
    assert done.exit_code == 2
    assert "monitor teas has no experiments" in done.output
