"""The pods of runs, made by the installed launcher: what a run gets, and what its tags cannot change."""

from typing import Any

import pytest

from brand_monitor_tests.deploy.chart_runs import IMAGE, run_job
from brand_monitor_tests.deploy.charting import Document, one, render


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return render()


@pytest.mark.parametrize(
    "wanted",
    [
        {"pod_spec_config": {"volumes": [{"name": "host", "host_path": {"path": "/"}}]}},
        {"container_config": {"volume_mounts": [{"name": "home", "mount_path": "/app"}]}},
        {"pod_spec_config": {"service_account_name": "bm-brand-monitor-daemon"}},
        {"pod_spec_config": {"serviceAccountName": "bm-brand-monitor-daemon"}},
        {"pod_spec_config": {"automount_service_account_token": True}},
        {"pod_spec_config": {"host_network": True}},
        {"pod_spec_config": {"host_pid": True}},
        {"pod_spec_config": {"node_name": "control-plane"}},
        {"pod_spec_config": {"priority_class_name": "system-cluster-critical"}},
        {"pod_spec_config": {"security_context": {"run_as_user": 0}}},
        {"pod_spec_config": {"containers": [{"name": "second", "image": "evil"}]}},
        {"pod_spec_config": {"init_containers": [{"name": "first", "image": "evil"}]}},
        {"container_config": {"security_context": {"privileged": True}}},
        {"container_config": {"image": "evil"}},
        {"container_config": {"command": ["sh"]}},
        {"container_config": {"env": [{"name": "PYTHONPATH", "value": "/tmp"}]}},
        {"container_config": {"env_from": [{"secret_ref": {"name": "other"}}]}},
        {"pod_template_spec_metadata": {"labels": {"app.kubernetes.io/component": "daemon"}}},
        {"job_metadata": {"namespace": "kube-system"}},
        {"job_spec_config": {"backoff_limit": 5}},
        {"job_spec_config": {"active_deadline_seconds": 1000000}},
        {"merge_behavior": "SHALLOW", "pod_spec_config": {"volumes": []}},
    ],
    ids=str,
)
def test_a_tag_that_asks_for_more_than_resources_is_refused(
    documents: list[Document], wanted: dict[str, Any]
) -> None:
    with pytest.raises(Exception, match="violated the allowed list"):
        run_job(documents, wanted)


def test_a_tag_may_ask_for_more_memory(documents: list[Document]) -> None:
    wanted = {"container_config": {"resources": {"limits": {"memory": "6Gi"}}}}
    [container] = run_job(documents, wanted)["spec"]["template"]["spec"]["containers"]
    assert container["resources"]["limits"]["memory"] == "6Gi"
    assert container["resources"]["requests"]["memory"] == "768Mi"


def test_a_run_is_the_image_that_the_code_server_says_it_runs(documents: list[Document]) -> None:
    [code] = one(documents, "Deployment", "code")["spec"]["template"]["spec"]["containers"]
    assert {"name": "DAGSTER_CURRENT_IMAGE", "value": code["image"]} in code["env"]
    [container] = run_job(documents)["spec"]["template"]["spec"]["containers"]
    assert container["image"] == IMAGE
    assert container["imagePullPolicy"] == "IfNotPresent"


def test_a_run_has_an_end_and_one_pod_and_is_cleared_away(documents: list[Document]) -> None:
    job = run_job(documents)["spec"]
    assert job["backoffLimit"] == 0
    assert job["ttlSecondsAfterFinished"] == 3600
    assert job["activeDeadlineSeconds"] > 21600
    assert job["template"]["spec"]["terminationGracePeriodSeconds"] < 120  # what a spot node is given


def test_a_run_waits_for_the_control_plane_and_never_the_other_way_round(documents: list[Document]) -> None:
    [priority] = [item for item in documents if item["kind"] == "PriorityClass"]
    pod = run_job(documents)["spec"]["template"]["spec"]
    assert pod["priorityClassName"] == priority["metadata"]["name"]
    assert priority["value"] < 0
    assert priority["preemptionPolicy"] == "Never"
    assert priority["globalDefault"] is False


def test_a_run_may_lie_on_spot_nodes_and_is_not_moved_while_it_works() -> None:
    spot = {"key": "spot", "operator": "Equal", "value": "true", "effect": "NoSchedule"}
    job = run_job(render(runs={"tolerations": [spot], "nodeSelector": {"pool": "spot"}}))
    template = job["spec"]["template"]
    assert template["spec"]["tolerations"] == [spot]
    assert template["spec"]["nodeSelector"] == {"pool": "spot"}
    assert template["metadata"]["annotations"]["karpenter.sh/do-not-disrupt"] == "true"


def test_a_run_reads_the_same_settings_secrets_and_monitors_as_the_code_server(
    documents: list[Document],
) -> None:
    code = one(documents, "Deployment", "code")["spec"]["template"]["spec"]
    run = run_job(documents)["spec"]["template"]["spec"]

    def sorted_by_name(items: list[Document]) -> list[Document]:
        return sorted(items, key=lambda item: item["name"])

    assert sorted_by_name(run["volumes"]) == sorted_by_name(code["volumes"])
    [mine], [theirs] = run["containers"], code["containers"]
    assert sorted_by_name(mine["volumeMounts"]) == sorted_by_name(theirs["volumeMounts"])
    assert mine["envFrom"] == theirs["envFrom"]
    own = {"DAGSTER_CURRENT_IMAGE"}
    assert [item for item in sorted_by_name(theirs["env"]) if item["name"] not in own] == sorted_by_name(
        mine["env"]
    )
