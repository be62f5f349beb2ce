"""checkov finds nothing in the Dockerfile and in what the chart installs but what .checkov.yaml gives a reason for."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from brand_monitor_tests.deploy.chart_runs import run_job
from brand_monitor_tests.deploy.charting import VALUES, render
from tools.checkov import ROOT, MissingCheckov, program

EXCUSED = set(yaml.safe_load((ROOT / ".checkov.yaml").read_text())["skip-check"])

#: By the name of the check, who failed.
Findings = dict[str, set[str]]


@pytest.fixture(scope="module")
def checkov() -> Path:
    try:
        return program()
    except MissingCheckov as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def reports(checkov: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Return what one run says about every set of values, its run pod, and the Dockerfile, without any excuse."""
    folder = tmp_path_factory.mktemp("checked")
    shutil.copy(ROOT / "Dockerfile", folder)
    for name, files in VALUES.items():
        objects = render(*files)
        for item in [*objects, run_job(objects)]:
            item["metadata"]["namespace"] = (
                "monitor"  # Helm says so when it installs, and not in what it renders
            )
            file = folder / name / f"{item['kind']}-{item['metadata']['name']}.yaml"
            file.parent.mkdir(exist_ok=True)
            file.write_text(yaml.safe_dump(item))
    options = ["--framework", "dockerfile", "kubernetes", "--skip-download", "--output", "json"]
    done = subprocess.run(
        [checkov, "--directory", folder, *options], cwd=folder, check=False, capture_output=True, text=True
    )
    assert done.returncode in {0, 1}, done.stderr
    return {report["check_type"]: report for report in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def findings(reports: dict[str, dict[str, Any]]) -> Findings:
    found: Findings = {}
    for report in reports.values():
        for failed in report["results"]["failed_checks"]:
            name = f"{failed['file_path']} {failed['resource']}: {failed['check_name']}"
            found.setdefault(failed["check_id"], set()).add(name)
    return found


def test_it_reads_the_dockerfile_and_every_object(reports: dict[str, dict[str, Any]]) -> None:
    assert reports["dockerfile"]["summary"]["passed"] > 20
    assert reports["kubernetes"]["summary"]["resource_count"] >= 20 * len(VALUES)
    assert [report["summary"]["parsing_errors"] for report in reports.values()] == [0, 0]


def test_it_finds_nothing_without_an_excuse(findings: Findings) -> None:
    assert {check: sorted(who) for check, who in findings.items() if check not in EXCUSED} == {}


def test_no_excuse_has_outlived_its_object(findings: Findings) -> None:
    assert EXCUSED - findings.keys() == set()
