"""Every `make` target that a document or CI names exists, and the Makefile parses."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMAND = re.compile(r"(?m)(?:^|`)(?:\w+=\S+ )?make ([a-z][a-z-]*)")


def mentions(root: Path) -> Iterator[tuple[str, str]]:
    """Yield (file, target) of every `make` command that a person or CI is told to run."""
    files = [*root.glob("*.md"), *(root / "docs").rglob("*.md"), root / ".ci" / "run", root / "Makefile"]
    for file in files:
        for target in COMMAND.findall(file.read_text(encoding="utf-8")):
            yield str(file.relative_to(root)), target


@pytest.fixture(scope="session")
def targets(root: Path) -> set[str]:
    text = (root / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"(?m)^([a-z][a-z-]*):", text))


def test_every_target_that_is_named_somewhere_exists(root: Path, targets: set[str]) -> None:
    named = set(mentions(root))
    assert {target for _, target in named} >= {"demo", "test", "ui", "lint", "bench"}
    assert {one for one in named if one[1] not in targets} == set()


def test_no_file_can_hide_a_target(root: Path, targets: set[str]) -> None:
    (phony,) = re.findall(r"(?m)^\.PHONY: (.+)$", (root / "Makefile").read_text(encoding="utf-8"))
    assert set(phony.split()) == targets


def test_the_help_lists_every_target(root: Path, targets: set[str]) -> None:
    make = shutil.which("make")
    assert make, "the two commands of the README need make"
    done = subprocess.run(
        [make, "--no-print-directory", "help"], cwd=root, capture_output=True, text=True, check=True
    )
    assert {line.split()[1] for line in done.stdout.splitlines()} == targets


def test_every_script_that_a_target_runs_is_there(root: Path) -> None:
    text = (root / "Makefile").read_text(encoding="utf-8")
    scripts = re.findall(r"python ((?:tools|benchmarks)/\S+\.py)", text)
    assert scripts
    assert [script for script in scripts if not (root / script).is_file()] == []


def test_ci_runs_the_same_script_on_every_supported_python(root: Path) -> None:
    import tomllib

    import yaml

    workflow = yaml.safe_load((root / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["ci"]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert workflow["permissions"] == {"contents": "read"}
