"""The exporter in the chart: off until it is wanted, reached by who may scrape it, with two addresses and no key."""

from typing import Any

import pytest

from brand_monitor.cli.app import app
from brand_monitor_tests.deploy.charting import CHART, Document, Refused, of_kind, one, pod_specs, render

ON = {"enabled": True}
NAME = "bm-brand-monitor-exporter"
PROMETHEUS: list[dict[str, Any]] = [{"namespaceSelector": {"matchLabels": {"name": "monitoring"}}}]


def about_it(documents: list[Document]) -> set[str]:
    return {item["kind"] for item in documents if item["metadata"]["name"] == NAME}


def policy(documents: list[Document]) -> Document:
    spec: Document = one(documents, "NetworkPolicy", "exporter")["spec"]
    return spec


def test_nothing_of_it_is_there_until_it_is_wanted() -> None:
    assert about_it(render()) == set()
    assert about_it(render(exporter={"serviceMonitor": ON})) == set()


def test_the_operators_object_is_made_only_where_there_is_an_operator() -> None:
    always = {"Deployment", "Service", "ServiceAccount", "NetworkPolicy"}
    assert about_it(render(exporter=ON)) == always
    assert about_it(render(exporter={**ON, "serviceMonitor": ON})) == {*always, "ServiceMonitor"}


def test_its_account_has_no_right_and_no_token() -> None:
    documents = render(exporter=ON)
    pod = pod_specs(documents)[NAME]
    assert pod["serviceAccountName"] == NAME
    assert pod["automountServiceAccountToken"] is False
    assert one(documents, "ServiceAccount", "exporter")["automountServiceAccountToken"] is False
    subjects = [one["name"] for item in of_kind(documents, "RoleBinding") for one in item["subjects"]]
    assert NAME not in subjects


def secret_items(documents: list[Document]) -> tuple[str, set[str]]:
    """Return the Secret that is mounted, and its keys."""
    [volume] = [item for item in pod_specs(documents)[NAME]["volumes"] if item["name"] == "databases"]
    [source] = [item["secret"] for item in volume["projected"]["sources"]]
    return source["name"], {item["key"] for item in source["items"]}


def test_it_has_the_two_addresses_and_no_key_of_a_provider() -> None:
    assert secret_items(render(exporter=ON)) == ("keys", {"DATABASE_URL", "DAGSTER_DATABASE_URL"})
    [container] = pod_specs(render(exporter=ON))[NAME]["containers"]
    assert container["env"] == [
        {"name": "BRAND_MONITOR_SECRETS_DIR", "value": "/etc/brand-monitor/databases"}
    ]
    assert "envFrom" not in container


def test_it_may_have_a_user_of_its_own() -> None:
    name, _ = secret_items(render(exporter={**ON, "existingSecret": "reader"}))
    assert name == "reader"


def test_its_command_is_one_that_exists() -> None:
    from typer.main import get_command

    [container] = pod_specs(render(exporter={**ON, "intervalSeconds": 15}))[NAME]["containers"]
    program, command, *options = container["args"]
    assert program == "brand-monitor"
    known = {
        option
        for parameter in get_command(app).commands[command].params  # type: ignore[attr-defined]
        for option in parameter.opts
    }
    given = dict(option.split("=") for option in options)
    assert set(given) <= known
    assert given["--interval"] == "15"
    assert given["--port"] == str(container["ports"][0]["containerPort"])


def test_probes_ask_the_process_and_never_a_database() -> None:
    [container] = pod_specs(render(exporter=ON))[NAME]["containers"]
    for name in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[name]["httpGet"] == {"path": "/healthz", "port": "metrics"}


def test_the_monitor_finds_its_service_and_its_port() -> None:
    documents = render(
        exporter={**ON, "serviceMonitor": {**ON, "interval": "15s", "labels": {"release": "stack"}}}
    )
    monitor, service = one(documents, "ServiceMonitor", "exporter"), one(documents, "Service", "exporter")
    found = [
        item["metadata"]["name"]
        for item in of_kind(documents, "Service")
        if monitor["spec"]["selector"]["matchLabels"].items() <= item["metadata"]["labels"].items()
    ]
    assert found == [NAME]
    [endpoint] = monitor["spec"]["endpoints"]
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
    assert endpoint["interval"] == "15s"
    assert monitor["metadata"]["labels"]["release"] == "stack"


def test_nobody_scrapes_it_but_who_is_named() -> None:
    assert "ingress" not in policy(render(exporter=ON))
    [rule] = policy(render(exporter=ON, networkPolicy={"exporterFrom": PROMETHEUS}))["ingress"]
    assert rule == {"from": PROMETHEUS, "ports": [{"protocol": "TCP", "port": 9464}]}


def test_it_reaches_its_databases_and_nothing_else() -> None:
    server = {"name": "postgresql", "cidr": "10.9.9.0/24", "ports": [5432], "for": ["run", "exporter"]}
    documents = render(exporter=ON, networkPolicy={"servers": [server]})
    assert policy(documents)["egress"] == [
        {"to": [{"ipBlock": {"cidr": "10.9.9.0/24"}}], "ports": [{"protocol": "TCP", "port": 5432}]}
    ]
    assert not policy(render(exporter=ON))["egress"]


def test_every_size_lets_it_reach_postgresql() -> None:
    example = CHART / "examples/prometheus.yaml"
    for size in ("small", "production"):
        documents = render(CHART / f"values-{size}.yaml", example)
        assert [rule["ports"][0]["port"] for rule in policy(documents)["egress"]] == [5432]
        assert policy(documents)["ingress"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"exporter": {"intervalSeconds": 0}},
        {"exporter": {"serviceMonitor": {"interval": "often"}}},
        {"exporter": {"replicas": 2}},
        {"networkPolicy": {"exporterFrom": [{}]}},
    ],
)
def test_the_schema_refuses(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="don't meet the specifications of the schema"):
        render(**wrong)
