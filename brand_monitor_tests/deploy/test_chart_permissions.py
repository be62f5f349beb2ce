"""Who may do what: the rights of every account, and who reaches whom."""

from typing import Any

import pytest

from brand_monitor_tests.deploy.charting import Document, of_kind, one, render

#: By account: resource -> verbs. An account that is not here has no right at all.
RIGHTS: dict[str, dict[str, set[str]]] = {
    "daemon": {
        "batch/jobs": {"create", "get", "list", "delete"},
        "batch/jobs/status": {"get"},
        "pods": {"get", "list", "delete"},
        "pods/log": {"get"},
        "events": {"list"},
    },
    # Ends a run when a person says so; only the daemon launches.
    "webserver": {"batch/jobs": {"delete"}, "pods": {"list", "delete"}},
}
ACCOUNTS = {"webserver", "webserver-readonly", "daemon", "code", "run"}

PRIVATE = "10.9.9.0/24"
#: By component: (component, port) of the pods that it reaches.
FLOWS = {
    "webserver": {("code", 4000)},
    "webserver-readonly": {("code", 4000)},
    "daemon": {("code", 4000)},
    "code": set(),
    "run": set(),
    "migrate": set(),
    "test": {("webserver", 3000), ("webserver-readonly", 3000)},
}
#: By component: ports of the Internet.
INTERNET = {
    "webserver": {443},
    "webserver-readonly": {443},
    "code": {80, 443, 465, 587},
    "run": {80, 443, 465, 587},
}


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return render()


def test_rights_are_these_and_no_other(documents: list[Document]) -> None:
    found: dict[str, dict[str, set[str]]] = {}
    for binding in of_kind(documents, "RoleBinding"):
        [subject] = binding["subjects"]
        assert subject["namespace"] == "monitor"
        account = subject["name"].removeprefix("bm-brand-monitor-")
        for rule in one(documents, "Role", binding["roleRef"]["name"].removeprefix("bm-brand-monitor-"))[
            "rules"
        ]:
            for group in rule["apiGroups"]:
                for resource in rule["resources"]:
                    name = f"{group}/{resource}".lstrip("/")
                    found.setdefault(account, {})[name] = set(rule["verbs"])
    assert found == RIGHTS


def test_nobody_has_a_right_beyond_the_namespace(documents: list[Document]) -> None:
    assert not of_kind(documents, "ClusterRole", "ClusterRoleBinding")


def test_every_component_has_an_account_of_its_own(documents: list[Document]) -> None:
    names = {item["metadata"]["name"] for item in of_kind(documents, "ServiceAccount")}
    assert names == {f"bm-brand-monitor-{name}" for name in ACCOUNTS}


def test_a_role_of_the_cloud_is_given_to_one_component() -> None:
    role = {"eks.amazonaws.com/role-arn": "arn:aws:iam::111111111111:role/lake"}
    documents = render(runs={"serviceAccount": {"annotations": role}})
    annotated = {
        item["metadata"]["name"]: item["metadata"]["annotations"]
        for item in of_kind(documents, "ServiceAccount")
        if "annotations" in item["metadata"]
    }
    assert annotated == {"bm-brand-monitor-run": role}


def policies(documents: list[Document]) -> dict[str, Document]:
    return {
        item["metadata"]["name"].removeprefix("bm-brand-monitor-"): item["spec"]
        for item in of_kind(documents, "NetworkPolicy")
    }


def test_every_pod_is_cut_off_but_for_what_is_named(documents: list[Document]) -> None:
    found = policies(documents)
    assert set(found) == {"names", *FLOWS}
    assert all(spec["policyTypes"] == ["Ingress", "Egress"] for spec in found.values())
    whole = {"app.kubernetes.io/name": "brand-monitor", "app.kubernetes.io/instance": "bm"}
    assert found["names"]["podSelector"]["matchLabels"] == whole
    for component in FLOWS:
        labels = {**whole, "app.kubernetes.io/component": component}
        assert found[component]["podSelector"]["matchLabels"] == labels


def test_pods_reach_these_pods_and_no_other(documents: list[Document]) -> None:
    for component, wanted in FLOWS.items():
        reached = {
            (peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"], port["port"])
            for rule in policies(documents)[component].get("egress") or []
            for peer in rule["to"]
            if "podSelector" in peer
            for port in rule["ports"]
        }
        assert reached == wanted, component


def test_who_is_reached_lets_those_in_who_reach_out(documents: list[Document]) -> None:
    for component in FLOWS:
        let_in = {
            (peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"], port["port"])
            for rule in policies(documents)[component].get("ingress") or []
            for peer in rule["from"]
            for port in rule["ports"]
        }
        wanted = {
            (source, port) for source, flows in FLOWS.items() for target, port in flows if target == component
        }
        assert let_in == wanted, component


def test_no_page_and_no_address_leads_a_pod_into_a_private_network(documents: list[Document]) -> None:
    for component, spec in policies(documents).items():
        ports = set()
        for rule in spec.get("egress") or []:
            for peer in rule.get("to", []):
                block = peer.get("ipBlock", {})
                if block.get("cidr") == "0.0.0.0/0" and "except" in block:
                    assert {"10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"} <= set(block["except"])
                    ports |= {port["port"] for port in rule["ports"]}
        assert ports == INTERNET.get(component, set()), component


def test_only_daemon_and_full_webserver_reach_kubernetes() -> None:
    documents = render(networkPolicy={"kubernetesApi": {"cidrs": [PRIVATE], "ports": [6443]}})
    assert reaching(documents, PRIVATE) == {"daemon": {6443}, "webserver": {6443}}


def test_a_server_is_reached_by_those_who_are_named() -> None:
    server = {"name": "neo4j", "cidr": PRIVATE, "ports": [7687], "for": ["code", "run"]}
    documents = render(networkPolicy={"servers": [server]})
    assert reaching(documents, PRIVATE) == {"code": {7687}, "run": {7687}}


def reaching(documents: list[Document], cidr: str) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for component, spec in policies(documents).items():
        for rule in spec.get("egress") or []:
            if any(peer.get("ipBlock", {}).get("cidr") == cidr for peer in rule.get("to", [])):
                found.setdefault(component, set()).update(port["port"] for port in rule["ports"])
    return found


def test_who_may_come_in_is_named_for_each_webserver() -> None:
    proxy: list[dict[str, Any]] = [{"namespaceSelector": {"matchLabels": {"name": "proxy"}}}]
    found = policies(render(networkPolicy={"webserverReadOnlyFrom": proxy}))
    assert found["webserver-readonly"]["ingress"][0]["from"][1:] == proxy
    assert found["webserver"]["ingress"][0]["from"][1:] == []
