"""The command line on monitor files, and what every command shares: help, exit codes, error blocks."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from brand_monitor import failures
from brand_monitor.cli.app import app
from brand_monitor.cli.exits import EXIT_CODES, exit_code_of
from brand_monitor.monitor.loader import load_monitor

ROOT = Path(__file__).parents[2]


@pytest.fixture
def call(tmp_path):
    """Run a command in a process of its own and return it when it has ended."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "error", "-m", "brand_monitor.cli", *arguments]
        env = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **environment}
        return subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, env=env, check=False, timeout=120
        )

    return run


@pytest.fixture
def invoke(tmp_path):
    """Run a command in this process, on an installation in ``tmp_path/home``."""

    def run(*arguments: str):
        return CliRunner().invoke(app, ["--home", str(tmp_path / "home"), *arguments])

    return run


def test_help_lists_every_command_and_exit_code(call):
    done = call("--help")

    assert done.returncode == 0
    for word in ("init", "check", "schema", "run", "import", "demo", "report", "trace", "search", "doctor"):
        assert f"\n  {word} " in done.stdout
    for code in EXIT_CODES:
        assert f"\n    {code} " in done.stdout


def test_help_loads_nothing_heavy():
    script = "import sys, brand_monitor.cli.app\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"dagster", "polars", "pydantic", "yaml", "rich", "sqlalchemy", "pandera", "numpy"}


def test_init_writes_a_monitor_and_says_what_comes_next(call, tmp_path):
    done = call("--home", "home", "init", "shoes")

    path = tmp_path / "home" / "monitors" / "shoes.yaml"
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == str(path)
    assert "brand-monitor check && brand-monitor run" in done.stdout
    assert load_monitor(path).id == "shoes"


def test_init_never_writes_over_a_file(invoke):
    assert invoke("init", "shoes").exit_code == 0
    again = invoke("init", "shoes")
    assert again.exit_code == 3
    assert "exists already and was left as it is" in again.stderr


def test_the_home_comes_from_the_environment_where_no_option_names_it(call, tmp_path):
    call("init", "shoes", BRAND_MONITOR_HOME=str(tmp_path / "elsewhere"))
    assert (tmp_path / "elsewhere" / "monitors" / "shoes.yaml").is_file()


def test_check_says_what_a_valid_monitor_will_do(invoke):
    invoke("init", "shoes")
    done = invoke("check")
    assert done.exit_code == 0
    assert "shoes.yaml: ok, 4 brands, 4 prompts, 0 pages; answers a day: small-local 12" in done.stdout


def test_check_lists_every_error_of_every_file_in_one_block_without_a_traceback(call, tmp_path):
    (tmp_path / "a.yaml").write_text("id: a\nmarket: b\nbrands: []\nprompts: []\nengines: []\n")
    (tmp_path / "b.yaml").write_text("id: [\n")

    done = call("check", "a.yaml", "b.yaml")

    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "Error: 4 problems in monitor files",
        "  a.yaml:3: brands: needs at least one entry",
        "  a.yaml:4: prompts: needs at least one entry",
        "  a.yaml:5: engines: needs at least one entry",
        "  b.yaml:2: not YAML: a bracket is never closed, or a value is missing",
    ]


def test_check_compares_the_files_of_an_installation_with_each_other(invoke, tmp_path):
    invoke("init", "shoes")
    folder = tmp_path / "home" / "monitors"
    (folder / "twin.yaml").write_bytes((folder / "shoes.yaml").read_bytes())

    done = invoke("check")

    assert done.exit_code == 3
    assert "'shoes' is already the id of" in done.stderr


def test_check_without_monitors_says_how_to_write_one(invoke):
    done = invoke("check")
    assert done.exit_code == 2
    assert "write one with `brand-monitor init NAME`" in done.stderr


def test_debug_shows_the_traceback(call):
    done = call("--debug", "check", "none.yaml")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "MonitorFileError: none.yaml:1: no such file" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["init"],
        ["run", "--date", "yesterday"],
        ["run", "--oops"],
        ["trace", "a/b"],
        ["search"],
    ],
)
def test_wrong_usage_is_code_2_with_a_hint_and_no_traceback(call, arguments):
    done = call(*arguments)
    assert done.returncode == 2
    assert "Usage: brand-monitor" in done.stderr
    assert "Traceback" not in done.stderr


def test_control_characters_of_a_file_cannot_reach_the_terminal(call, tmp_path):
    (tmp_path / "a.yaml").write_text('id: "\\e[31mred\\a"\n')
    done = call("check", "a.yaml")
    assert "\x1b" not in done.stderr
    assert "\x07" not in done.stderr


def test_the_schema_goes_to_standard_output_or_to_a_file(invoke, tmp_path):
    printed = invoke("schema")
    written = invoke("schema", str(tmp_path / "schema.json"))

    assert written.stdout.strip() == str(tmp_path / "schema.json")
    assert (tmp_path / "schema.json").read_text() == printed.stdout
    assert '"title": "Monitor file of brand-monitor"' in printed.stdout


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (failures.MonitorFileError("x"), 3),
        (failures.ImportFileError("x"), 3),
        (failures.SetupError("x"), 4),
        (failures.UnknownNameError("x"), 2),
        (failures.MissingPartitionError("x"), 5),
        (failures.PastPartitionError("x"), 5),
        (failures.CorruptPayloadError("x"), 1),
        (failures.FetchError("x"), 1),
        (PermissionError(13, "Permission denied", "/lake"), 1),
        (KeyError("x"), 70),
    ],
)
def test_every_failure_has_a_documented_exit_code(error, code):
    assert exit_code_of(error) == code
    assert code in EXIT_CODES


def test_an_unknown_deployment_is_missing_set_up_and_named(call):
    done = call("doctor", BRAND_MONITOR_ENV="prod")
    assert done.returncode == 4
    assert "'prod' is no deployment; use one of: local, ci, staging, production" in done.stdout
