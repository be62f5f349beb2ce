"""workspace.yaml and pyproject.toml lead `dagster dev` and `dg dev` to the same code location."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml


def module_of(root: Path) -> str:
    (entry,) = yaml.safe_load((root / "workspace.yaml").read_text(encoding="utf-8"))["load_from"]
    return str(entry["python_module"]["module_name"])


def test_dagster_loads_the_code_location_that_the_workspace_names(root: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "--workspace", "workspace.yaml"],
        cwd=root,
        env=os.environ | {"DAGSTER_HOME": str(tmp_path), "BRAND_MONITOR_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "home").exists(), "loading definitions wrote files"


def test_dg_and_dagster_name_the_same_module(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["dg"]["project"]
    assert project["code_location_target_module"] == module_of(root)
