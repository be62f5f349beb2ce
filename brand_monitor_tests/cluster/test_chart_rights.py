"""Who may do what: ServiceAccounts in Kubernetes, whoever launches a run, and readers of the webserver."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from brand_monitor_tests.cluster.installation import Installation, until

# The first test of the session waits for the chart to be installed.
pytestmark = pytest.mark.timeout(900)

#: Everything that a ServiceAccount may do in its namespace, as the API server says; what is not here it may not.
RIGHTS: dict[str, dict[str, set[str]]] = {
    "daemon": {
        "batch/jobs": {"create", "get", "list", "delete"},
        "batch/jobs/status": {"get"},
        "pods": {"get", "list", "delete"},
        "pods/log": {"get"},
        "events": {"list"},
    },
    "webserver": {"batch/jobs": {"delete"}, "pods": {"list", "delete"}},
    "webserver-readonly": {},
    "code": {},
    "run": {},
    "default": {},
}
#: What every authenticated account may ask about itself.
_ABOUT_ITSELF = {
    "authorization.k8s.io/selfsubjectaccessreviews",
    "authorization.k8s.io/selfsubjectrulesreviews",
    "authentication.k8s.io/selfsubjectreviews",
}
#: Mutations that a reader may send, and why that changes nothing of the installation.
HARMLESS = {
    "logTelemetry": "counts clicks of the UI, and telemetry is switched off",
    "setNuxSeen": "remembers that the reader has closed the welcome of the UI",
    "scheduleDryRun": "evaluates a tick and starts nothing",
    "sensorDryRun": "evaluates a tick and starts nothing",
}

#: Names of things that are there, by the name of the argument.
REAL = {
    "repositoryLocationName": "brand_monitor",
    "repositoryName": "__repository__",
    "pipelineName": "ask",
    "jobName": "ask",
    "scheduleName": "daily_at_05_00",
    "sensorName": "ask_after_daily",
}

_PLACE = {"repositoryLocationName": "brand_monitor", "repositoryName": "__repository__"}
_AGAIN = 'reexecutionParams: {parentRunId: "%(runId)s", strategy: ALL_STEPS}'
#: Arguments of mutations that need more than those that are required.
ARGUMENTS = {
    "launchPipelineReexecution": _AGAIN,
    "launchRunReexecution": _AGAIN,
    "reexecutePartitionBackfill": 'reexecutionParams: {parentRunId: "%(backfillId)s", strategy: ALL_STEPS}',
    "stopRunningSchedule": 'id: "%(scheduleId)s"',
    "stopSensor": 'id: "%(sensorId)s"',
    "launchPartitionBackfill": 'backfillParams: {assetSelection: [{path: ["core", "documents"]}], partitionNames: ["2026-02-03"]}',
}
#: Mutations whose answer holds an answer per run.
RESULTS = {
    "launchMultipleRuns": "{ ... on LaunchMultipleRunsResult { launchMultipleRunsResult { __typename } } }",
    "terminateRuns": "{ ... on TerminateRunsResult { terminateRunResults { ... on TerminateRunFailure { message } } } }",
    "terminateRun": "{ ... on TerminateRunFailure { message } }",
    "terminatePipelineExecution": "{ ... on TerminateRunFailure { message } }",
}
_BACKFILL = """mutation ($what: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $what) { ... on LaunchBackfillSuccess { backfillId } } }"""
_CANCEL_BACKFILL = "mutation ($id: String!) { cancelPartitionBackfill(backfillId: $id) { __typename } }"
_STATUS = "query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"
_SCHEDULE = "query ($it: ScheduleSelector!) { scheduleOrError(scheduleSelector: $it) { ... on Schedule { scheduleState { id } } } }"
_SENSOR = "query ($it: SensorSelector!) { sensorOrError(sensorSelector: $it) { ... on Sensor { sensorState { id } } } }"

_TYPE = """fragment type on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }"""
_MUTATIONS = f"""{{ __schema {{ mutationType {{ fields {{
  name type {{ ...type }} args {{ name type {{ ...type }} }} }} }} }} }} {_TYPE}"""
_INPUTS = f"""{{ __schema {{ types {{
  kind name inputFields {{ name type {{ ...type }} }} enumValues {{ name }} }} }} }} {_TYPE}"""


@pytest.mark.parametrize("account", RIGHTS)
def test_a_service_account_may_do_what_it_must_and_nothing_else(
    installation: Installation, account: str
) -> None:
    name = account if account == "default" else f"bm-brand-monitor-{account}"
    user = f"system:serviceaccount:{installation.namespace}:{name}"
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": installation.namespace},
    }
    groups = ["--as-group=system:serviceaccounts", "--as-group=system:authenticated"]
    answer = installation.cluster.kubectl(
        "create",
        "--validate=false",
        f"--as={user}",
        *groups,
        "-f",
        "-",
        "-o",
        "json",
        stdin=json.dumps(review),
    )
    status = json.loads(answer)["status"]
    assert not status["incomplete"]
    assert _rights(status["resourceRules"]) == RIGHTS[account]
    assert installation.kubectl("auth", "can-i", "get", "secrets", f"--as={user}", check=False).startswith(
        "no"
    )


def _rights(rules: list[dict[str, Any]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for rule in rules:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                name = f"{group}/{resource}" if group else resource
                if name not in _ABOUT_ITSELF:
                    found.setdefault(name, set()).update(rule["verbs"])
    return found


def test_pods_without_rights_hold_no_token(installation: Installation) -> None:
    pods = installation.get("pods", "--selector=app.kubernetes.io/component in (code, run, migrate, test)")[
        "items"
    ]
    assert pods
    for pod in pods:
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert not [volume for volume in pod["spec"]["volumes"] if "kube-api-access" in volume["name"]]


FORBIDDEN: dict[str, dict[str, Any]] = {
    "a folder of the node": {
        "pod_spec_config": {"volumes": [{"name": "node", "hostPath": {"path": "/"}}]},
        "container_config": {"volumeMounts": [{"name": "node", "mountPath": "/node"}]},
    },
    "another service account": {"pod_spec_config": {"serviceAccountName": "bm-brand-monitor-daemon"}},
    "another image": {"container_config": {"image": "localhost/busybox:1"}},
    "another command": {"container_config": {"command": ["sh", "-c", "id"]}},
    "root": {"container_config": {"securityContext": {"runAsUser": 0, "privileged": True}}},
    "another variable": {"container_config": {"env": [{"name": "OPENAI_BASE_URL", "value": "http://evil"}]}},
}


@pytest.fixture(scope="module")
def wishes(installation: Installation) -> dict[str, str]:
    """A run per wish, all of them launched, since each waits for the daemon."""
    # Of different days, since runs of one wait for each other.
    return {
        wish: installation.launch(
            "daily", f"2026-01-{number:02d}", tags={"dagster-k8s/config": json.dumps(config)}
        )
        for number, (wish, config) in enumerate(FORBIDDEN.items(), start=1)
    }


@pytest.mark.parametrize("wish", FORBIDDEN)
def test_a_tag_of_a_run_cannot_ask_for(wish: str, installation: Installation, wishes: dict[str, str]) -> None:
    assert installation.finish(wishes[wish])["status"] == "FAILURE"
    assert "violated the allowed list" in installation.messages(wishes[wish])
    assert installation.pod_of(wishes[wish]) is None


@pytest.fixture
def real(installation: Installation) -> Iterator[dict[str, str]]:
    """Things that can be changed, by the name of the argument: a mutation may look for them before it asks whether it may.

    The run waits for a node with more processors than there are, until it is terminated.
    """
    tags = {
        "dagster-k8s/config": json.dumps({"container_config": {"resources": {"requests": {"cpu": "99"}}}})
    }
    run_id = installation.launch("daily", "2026-02-01", tags=tags)
    until(lambda: installation.run(run_id)["status"] == "STARTING", "the run has a pod that waits")
    what = {
        "assetSelection": [{"path": ["core", "documents"]}],
        "partitionNames": ["2026-02-02"],
        "tags": [{"key": key, "value": value} for key, value in tags.items()],
    }
    backfill_id = installation.told(_BACKFILL, what=what)["backfillId"]
    installation.told(_CANCEL_BACKFILL, id=backfill_id)
    until(
        lambda: installation.told(_STATUS, id=backfill_id)["status"] == "CANCELED", "the backfill is given up"
    )
    schedule = installation.told(_SCHEDULE, it=_PLACE | {"scheduleName": REAL["scheduleName"]})[
        "scheduleState"
    ]
    sensor = installation.told(_SENSOR, it=_PLACE | {"sensorName": REAL["sensorName"]})["sensorState"]
    yield REAL | {
        "runId": run_id,
        "parentRunId": run_id,
        "runIds": run_id,
        "backfillId": backfill_id,
        "scheduleId": schedule["id"],
        "sensorId": sensor["id"],
    }
    installation.cancel(run_id)


def test_the_read_only_webserver_refuses_every_mutation_there_is(
    installation: Installation, real: dict[str, str]
) -> None:
    inputs = {kind["name"]: kind for kind in installation.told(_INPUTS, "webserver-readonly")["types"]}
    mutations = installation.told(_MUTATIONS, "webserver-readonly")["mutationType"]["fields"]
    names = {mutation["name"] for mutation in mutations}
    assert len(names) > 30
    assert names >= HARMLESS.keys() | ARGUMENTS.keys() | RESULTS.keys()
    allowed = {}
    for mutation in mutations:
        name = mutation["name"]
        if name in HARMLESS:
            continue
        arguments = [
            f"{one['name']}: {_some(one, inputs, real)}" for one in mutation["args"] if _is_sent(one)
        ]
        said = ARGUMENTS.get(name, ", ".join(arguments)) % real
        shown = (
            ""
            if _named(mutation["type"])["kind"] in {"SCALAR", "ENUM"}
            else RESULTS.get(name, "{ __typename }")
        )
        query = f"mutation {{ {name}{f'({said})' if said else ''} {shown} }}"
        answer = installation.ask(query, "webserver-readonly")
        if not _is_refused(answer, name):
            allowed[query] = answer
    assert allowed == {}


def _is_refused(answer: dict[str, Any], name: str) -> bool:
    if errors := answer.get("errors"):  # of one that answers with a mere Boolean
        return "GrapheneUnauthorizedError" in errors[0]["message"]
    said = json.dumps(answer["data"][name])
    return '"UnauthorizedError"' in said or "You do not have permission" in said


def _is_sent(argument: dict[str, Any]) -> bool:
    return argument["type"]["kind"] == "NON_NULL" or argument["name"] in REAL


def _named(wanted: dict[str, Any]) -> dict[str, Any]:
    return _named(wanted["ofType"]) if wanted.get("ofType") else wanted


def _some(asked: dict[str, Any], inputs: dict[str, Any], real: dict[str, str]) -> str:
    """Return a value for an argument or field of GraphQL, as it is written in a query."""
    name, wanted = asked["name"], asked["type"]
    if name in real:
        return f'"{real[name]}"'
    if wanted["kind"] in {"NON_NULL", "LIST"}:
        value = _some({"name": name, "type": wanted["ofType"]}, inputs, real)
        return f"[{value}]" if wanted["kind"] == "LIST" else value
    if wanted["kind"] == "ENUM":
        return str(inputs[wanted["name"]]["enumValues"][0]["name"])
    if wanted["kind"] == "INPUT_OBJECT":
        fields = [field for field in inputs[wanted["name"]]["inputFields"] if _is_sent(field)]
        return "{" + ", ".join(f"{field['name']}: {_some(field, inputs, real)}" for field in fields) + "}"
    return {"Int": "1", "Float": "1.0", "Boolean": "true", "RunConfigData": "{}"}.get(wanted["name"], '"x"')
