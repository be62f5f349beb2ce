"""Every pod of the chart: restricted, bounded, probed for what the probe is for, and rolled when it must be."""

import ast
from typing import Any

import pytest

from brand_monitor_tests.deploy.chart_runs import run_job
from brand_monitor_tests.deploy.charting import CHART, VALUES, Document, of_kind, one, pod_specs, render


def all_pods(documents: list[Document]) -> dict[str, Document]:
    return {**pod_specs(documents), "run": run_job(documents)["spec"]["template"]["spec"]}


@pytest.fixture(scope="module", params=VALUES)
def documents(request: pytest.FixtureRequest) -> list[Document]:
    return render(*VALUES[request.param])


def containers(documents: list[Document]) -> dict[str, Document]:
    return {
        f"{name}/{container['name']}": container
        for name, pod in all_pods(documents).items()
        for container in [*pod["containers"], *pod.get("initContainers", [])]
    }


def test_every_pod_meets_the_restricted_profile(documents: list[Document]) -> None:
    for name, pod in all_pods(documents).items():
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod), name
        for volume in pod.get("volumes", []):
            assert set(volume) - {"name"} <= {"emptyDir", "configMap", "projected"}, name
    for name, container in containers(documents).items():
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is False, name
        assert security["readOnlyRootFilesystem"] is True, name
        assert security["capabilities"] == {"drop": ["ALL"]}, name
        assert "privileged" not in security, name


def test_every_container_has_a_request_and_a_limit_of_memory(documents: list[Document]) -> None:
    for name, container in containers(documents).items():
        assert {"cpu", "memory"} <= set(container["resources"]["requests"]), name
        assert "memory" in container["resources"]["limits"], name
        # Throttled in the middle of a page, a webserver is slower for nobody's good.
        assert "cpu" not in container["resources"]["limits"], name


def test_only_who_calls_kubernetes_gets_a_token(documents: list[Document]) -> None:
    with_token = {name for name, pod in all_pods(documents).items() if pod["automountServiceAccountToken"]}
    expected = {f"bm-brand-monitor-{name}" for name in ("daemon", "webserver", "webserver-readonly")}
    assert with_token == expected & set(pod_specs(documents))
    assert all(
        not account["automountServiceAccountToken"] for account in of_kind(documents, "ServiceAccount")
    )


def test_keys_of_providers_are_where_our_code_runs_and_nowhere_else(documents: list[Document]) -> None:
    with_secrets = {
        name
        for name, pod in all_pods(documents).items()
        if any(volume["name"] == "secrets" for volume in pod.get("volumes", []))
    }
    assert with_secrets == {"run", "bm-brand-monitor-code", "bm-brand-monitor-migrate-tables"}
    for name, container in containers(documents).items():
        assert not [source for source in container.get("envFrom", []) if "secretRef" in source], name


def test_no_pod_starts_without_the_databases(documents: list[Document]) -> None:
    pods = all_pods(documents)
    for name in ("run", "bm-brand-monitor-code", "bm-brand-monitor-migrate-tables"):
        [volume] = [item for item in pods[name]["volumes"] if item["name"] == "secrets"]
        required = [
            item["key"]
            for source in volume["projected"]["sources"]
            for item in source["secret"].get("items", [])
        ]
        assert required == ["DATABASE_URL"]
    for name in ("run", "bm-brand-monitor-daemon", "bm-brand-monitor-migrate-dagster"):
        [variable] = [
            item for item in pods[name]["containers"][0]["env"] if item["name"] == "DAGSTER_DATABASE_URL"
        ]
        assert "optional" not in variable["valueFrom"]["secretKeyRef"]


def test_certificates_lie_where_a_server_may_be_asked_over_tls() -> None:
    documents = render(certificatesConfigMap="authority")
    for name, pod in all_pods(documents).items():
        volumes = [volume["configMap"]["name"] for volume in pod.get("volumes", []) if "configMap" in volume]
        assert ("authority" in volumes) == (name != "bm-brand-monitor-test"), name


def test_a_webserver_is_dead_only_when_its_process_is(documents: list[Document]) -> None:
    [container] = one(documents, "Deployment", "webserver")["spec"]["template"]["spec"]["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/server_info"
    assert "tcpSocket" in container["livenessProbe"]
    assert "tcpSocket" in container["startupProbe"]


def test_the_code_server_is_asked_by_its_own_health_service(documents: list[Document]) -> None:
    [container] = one(documents, "Deployment", "code")["spec"]["template"]["spec"]["containers"]
    assert container["readinessProbe"]["grpc"] == {"port": 4000, "service": "DagsterApi"}
    assert "tcpSocket" in container["livenessProbe"]


def test_the_daemon_outlives_ten_minutes_without_its_database(documents: list[Document]) -> None:
    [container] = one(documents, "Deployment", "daemon")["spec"]["template"]["spec"]["containers"]
    probe = container["livenessProbe"]
    assert probe["exec"]["command"] == ["dagster-daemon", "liveness-check"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= 600
    assert "readinessProbe" not in container


def test_there_is_never_a_second_daemon(documents: list[Document]) -> None:
    spec = one(documents, "Deployment", "daemon")["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}


def test_a_new_webserver_is_ready_before_the_old_one_goes(documents: list[Document]) -> None:
    for name in ("webserver", "code"):
        strategy = one(documents, "Deployment", name)["spec"]["strategy"]
        assert strategy == {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}


def test_what_has_replicas_is_spread_and_never_drained_at_once() -> None:
    documents = render(*VALUES["production"])
    budgets = {item["metadata"]["name"]: item["spec"] for item in of_kind(documents, "PodDisruptionBudget")}
    assert set(budgets) == {"bm-brand-monitor-webserver", "bm-brand-monitor-webserver-readonly"}
    for deployment in of_kind(documents, "Deployment"):
        name, labels = deployment["metadata"]["name"], deployment["spec"]["selector"]["matchLabels"]
        if deployment["spec"]["replicas"] > 1:
            assert budgets[name] == {
                "maxUnavailable": 1,
                "unhealthyPodEvictionPolicy": "AlwaysAllow",
                "selector": {"matchLabels": labels},
            }
        spread = deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert [item["topologyKey"] for item in spread] == [
            "topology.kubernetes.io/zone",
            "kubernetes.io/hostname",
        ]
        assert all(item["labelSelector"]["matchLabels"] == labels for item in spread)


def test_one_replica_has_no_budget_that_would_block_a_drain() -> None:
    assert not of_kind(render(), "PodDisruptionBudget")


@pytest.mark.parametrize(
    ("change", "rolled"),
    [
        ({"concurrency": {"maxConcurrentRuns": 9}}, {"webserver", "webserver-readonly", "daemon", "code"}),
        ({"settings": {"S3_BUCKET": "lake", "SCHEDULE_TIMEZONE": "Europe/Berlin"}}, {"code"}),
        ({"monitors": {"files": {"a.yaml": "id: a"}}}, {"code"}),
        ({"networkPolicy": {"enabled": False}}, set()),
    ],
)
def test_a_change_rolls_the_pods_that_read_it_and_no_other(change: dict[str, Any], rolled: set[str]) -> None:
    def templates(documents: list[Document]) -> dict[str, Any]:
        return {
            item["metadata"]["name"].removeprefix("bm-brand-monitor-"): item["spec"]["template"]
            for item in of_kind(documents, "Deployment")
        }

    before, after = templates(render()), templates(render(**change))
    assert {name for name in before if before[name] != after[name]} == rolled


def test_a_digest_wins_over_a_tag_and_no_image_moves(documents: list[Document]) -> None:
    digest = f"sha256:{'a' * 64}"
    [code] = pod_specs(render(image={"tag": "1", "digest": digest}))["bm-brand-monitor-code"]["containers"]
    assert code["image"] == f"brand-monitor@{digest}"
    for name, container in pod_specs(documents).items():
        image = container["containers"][0]["image"]
        assert "@sha256:" in image or image.rpartition(":")[2] not in {"latest", image}, name


@pytest.mark.parametrize("name", ["migrate-dagster", "migrate-tables"])
def test_a_migration_runs_before_the_rest_and_ends(name: str) -> None:
    job = one(render(), "Job", name)
    annotations = job["metadata"]["annotations"]
    assert annotations["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert annotations["helm.sh/hook-delete-policy"] == "before-hook-creation,hook-succeeded"
    assert job["spec"]["backoffLimit"] <= 2
    assert job["spec"]["activeDeadlineSeconds"] <= 600
    assert job["spec"]["ttlSecondsAfterFinished"] > 0


@pytest.mark.parametrize("name", ["migrate-dagster", "migrate-tables"])
def test_a_migration_needs_nothing_of_the_chart_that_is_not_there_yet(name: str) -> None:
    pod = one(render(), "Job", name)["spec"]["template"]["spec"]
    assert "serviceAccountName" not in pod
    assert not [volume for volume in pod["volumes"] if "configMap" in volume]


def test_limits_of_pools_are_written_by_the_migration() -> None:
    def script(**concurrency: Any) -> str:
        pod = one(render(concurrency=concurrency), "Job", "migrate-dagster")["spec"]["template"]["spec"]
        return pod["containers"][0]["args"][-1]

    assert script().endswith("dagster instance migrate")
    assert script(pools={"asking": 4}).endswith("&& dagster instance concurrency set asking 4")


def test_migrations_wait_for_a_secret_that_an_operator_makes() -> None:
    documents = render(*VALUES["production"])
    for name in ("migrate-dagster", "migrate-tables"):
        assert (
            one(documents, "Job", name)["metadata"]["annotations"]["helm.sh/hook"]
            == "post-install,pre-upgrade"
        )


def test_the_script_of_helm_test_is_the_file_of_the_chart() -> None:
    [container] = pod_specs(render())["bm-brand-monitor-test"]["containers"]
    python, option, script = container["args"]
    assert (python, option) == ("python", "-c")
    assert script.strip() == (CHART / "files/check_installation.py").read_text(encoding="utf-8").strip()
    ast.parse(script)
