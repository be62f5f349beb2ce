"""The chart with real Helm: it installs under the restricted profile, tests itself, changes and changes back."""

import base64
import json

import psycopg
import pytest

from brand_monitor_tests.cluster.installation import RELEASE, SECRET, Installation
from tools.cluster.interface import ClusterFailure

# The first test of the session waits for the chart to be installed.
pytestmark = pytest.mark.timeout(900)

COMPONENTS = {"code", "daemon", "webserver", "webserver-readonly"}
_VERSION = "{ version }"


def uids(installation: Installation) -> dict[str, str]:
    """Return the pods that serve, by component."""
    wanted = f"--selector=app.kubernetes.io/component in ({', '.join(COMPONENTS)})"
    pods = [
        pod for pod in installation.get("pods", wanted)["items"] if "deletionTimestamp" not in pod["metadata"]
    ]
    return {pod["metadata"]["labels"]["app.kubernetes.io/component"]: pod["metadata"]["uid"] for pod in pods}


def test_all_pods_are_ready_under_the_restricted_profile(installation: Installation) -> None:
    installation.wait("condition=Available", "deployment", "--all")
    labels = installation.cluster.get("namespace", installation.namespace)["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert uids(installation).keys() == COMPONENTS


@pytest.mark.parametrize(
    ("database", "versions"),
    [("dagster", "alembic_version"), ("brand_monitor", "brand_monitor.brand_monitor_version")],
)
def test_a_hook_has_migrated(database: str, versions: str, installation: Installation) -> None:
    with installation.cluster.inside(), psycopg.connect(installation.postgres.url_of(database)) as connection:
        [(version,)] = connection.execute(f"SELECT version_num FROM {versions}".encode()).fetchall()
        assert version


def test_the_installation_tests_itself(installation: Installation) -> None:
    assert "Phase:          Succeeded" in installation.helm("test", RELEASE, "--timeout=4m")


def test_a_migration_that_fails_ends_the_upgrade_before_a_pod_is_replaced(installation: Installation) -> None:
    before, wrong = uids(installation), "keys-of-no-database"
    nowhere = base64.b64encode(f"{installation.seen_by_pods['DATABASE_URL']}-nowhere".encode()).decode()
    data = installation.get("secret", SECRET)["data"] | {"DATABASE_URL": nowhere}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": wrong}, "data": data}
    installation.cluster.apply(secret, namespace=installation.namespace)
    flags = [f"--set=secrets.existingSecret={wrong}", "--set=migrations.backoffLimit=0"]
    with pytest.raises(ClusterFailure, match="failed"):
        installation.upgrade(*flags, "--rollback-on-failure", "--timeout=4m")
    said = installation.kubectl("logs", "job/bm-brand-monitor-migrate-tables")
    assert 'database "brand_monitor-nowhere" does not exist' in said
    assert installation.postgres.password not in said
    assert uids(installation) == before
    assert _history(installation)[-1]["status"] == "deployed"
    installation.kubectl("delete", "secret", wrong)


def test_the_next_upgrade_brings_a_changed_setting_to_the_pods_that_read_it_and_to_no_other(
    installation: Installation,
) -> None:
    before = uids(installation)
    installation.settings["NOTIFY_EMAIL_FROM"] = "changed@example.com"
    installation.upgrade("--wait", "--timeout=5m")
    after = uids(installation)
    assert {name for name in COMPONENTS if before[name] != after[name]} == {"code"}
    said = installation.kubectl(
        "exec", "deployment/bm-brand-monitor-code", "--", "printenv", "NOTIFY_EMAIL_FROM"
    )
    assert said.strip() == "changed@example.com"


def test_an_upgrade_that_fails_goes_back_and_the_old_release_serves_all_the_time(
    installation: Installation,
) -> None:
    before = uids(installation)
    [deployed] = [one for one in _history(installation) if one["status"] == "deployed"]
    missing = ["--set=image.tag=never-built", "--set=migrations.enabled=false"]
    with pytest.raises(ClusterFailure, match="failed"):
        installation.upgrade(*missing, "--rollback-on-failure", "--timeout=40s")
    assert installation.told(_VERSION)
    assert installation.told(_VERSION, "webserver-readonly")
    after = uids(installation)
    # Of these the new pod must be Ready before the old one ends; of the daemon there are never two.
    assert {name for name in COMPONENTS if before[name] != after[name]} == {"daemon"}
    history = _history(installation)
    assert history[-1]["status"] == "deployed"
    assert history[-1]["description"] == f"Rollback to {deployed['revision']}"
    installation.wait("condition=Available", "deployment", "--all")


def _history(installation: Installation) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(installation.helm("history", RELEASE, "--output=json"))
    return found
