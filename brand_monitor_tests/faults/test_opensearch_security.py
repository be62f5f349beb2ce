"""OpenSearch: rights, passwords, text that looks like syntax."""

import json
import logging
import traceback
from contextlib import closing
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from brand_monitor.backends.search.interface import Entry
from brand_monitor.backends.search.opensearch_client import Server
from brand_monitor.backends.search.projection import Day, differences, rebuild
from brand_monitor.backends.search.resource import OpenSearchIndexes, opensearch_index
from brand_monitor.deployment import Settings
from brand_monitor.failures import PermanentFailure, SetupError, StorageError
from brand_monitor_tests.faults.fault_proxy import fault_proxy
from brand_monitor_tests.search_servers.indexes import open_opensearch, opensearch_prefix

DAY = date(2026, 11, 24)
ROLES = Path(__file__).parents[2] / "deploy" / "opensearch"
CANARY = "s3cr3t-canary-61c0"

# The action that the security plugin checks, for each kind of request: method, pattern of the path.
ACTIONS = {
    ("PUT", "/_index_template/*"): "indices:admin/index_template/put",
    ("POST", "/_aliases"): "indices:admin/aliases",
    ("HEAD", "/_alias/*"): "indices:admin/aliases/get",
    ("GET", "/*/_alias"): "indices:admin/aliases/get",
    ("POST", "/_bulk"): "indices:data/write/bulk",
    ("POST", "/*/_search"): "indices:data/read/search",
    ("POST", "/*/_refresh"): "indices:admin/refresh",
    ("POST", "/*/_delete_by_query"): "indices:data/write/delete/byquery",
    ("GET", "/*/_doc/*"): "indices:data/read/get",
    ("PUT", "/*/_doc/*"): "indices:data/write/index",
    ("DELETE", "/*/_doc/*"): "indices:data/write/delete",
    ("HEAD", "/*"): "indices:admin/get",
    ("PUT", "/*"): "indices:admin/create",
    ("DELETE", "/*"): "indices:admin/delete",
}


def role(name: str) -> dict:
    return json.loads((ROLES / name).read_text())


def granted(name: str) -> list[str]:
    rights = role(name)
    return rights["cluster_permissions"] + rights["index_permissions"][0]["allowed_actions"]


def action_of(method: str, path: str) -> str:
    plain = urlsplit(path).path
    found = [
        action
        for (wanted, pattern), action in ACTIONS.items()
        if method == wanted and fnmatch(plain, pattern) and plain.count("/") == pattern.count("/")
    ]
    assert found, f"{method} {plain} is no request that a role was written for"
    return found[0]


def exercise(index) -> None:
    """Do everything that the interface offers."""
    one, two = (Entry(name, "Dawn", "a light shoe", "http://a.example/") for name in ("one", "two"))
    for entries in ([one], [one, two]):
        index.replace_day("shoes", DAY, "documents", entries)
    read(index)
    assert differences(index, [Day("shoes", DAY, "documents", [one, two])]) == []
    rebuild(index, lambda: [Day("shoes", DAY, "documents", [one, two])])


def read(index) -> None:
    index.search("light shoes", collection="documents")
    index.facets("light shoes", collection="documents")
    index.more_like_this("one", collection="documents", monitor_id="shoes")
    index.days("documents")
    index.entries("shoes", DAY, "documents")
    index.count("shoes", DAY, "documents")


@pytest.mark.parametrize("name", ["role.json", "reader-role.json"])
def test_a_role_has_the_form_of_the_security_plugin_and_grants_no_wildcard_action(name):
    rights = role(name)
    assert set(rights) == {"cluster_permissions", "index_permissions"}
    for permission in rights["index_permissions"]:
        assert set(permission) == {"index_patterns", "allowed_actions"}
        assert permission["index_patterns"] == ["brand-monitor-*"]
    for action in granted(name):
        assert action.startswith("indices:")
        assert action.rstrip("*").count("/") >= 1, action


def test_all_requests_are_granted_and_touch_only_names_with_the_prefix(opensearch):
    with (
        opensearch_prefix(opensearch.url) as prefix,
        fault_proxy(opensearch.url) as proxy,
        closing(open_opensearch(proxy.url, prefix)) as index,
    ):
        exercise(index)
    assert {action_of(*request) for request in proxy.requests} <= set(granted_actions("role.json"))
    for _, path in proxy.requests:
        names = urlsplit(path).path.lstrip("/").removeprefix("_index_template/").removeprefix("_alias/")
        assert names.startswith((prefix, "_bulk", "_aliases")), path


def test_reading_needs_the_rights_of_a_reader_only(opensearch):
    with opensearch_prefix(opensearch.url) as prefix:
        with closing(open_opensearch(opensearch.url, prefix)) as index:
            exercise(index)
        with fault_proxy(opensearch.url) as proxy, closing(open_opensearch(proxy.url, prefix)) as reader:
            read(reader)
    assert {action_of(*request) for request in proxy.requests} <= set(granted_actions("reader-role.json"))


def granted_actions(name: str) -> set[str]:
    return {action for action in ACTIONS.values() if any(fnmatch(action, each) for each in granted(name))}


def test_the_password_is_in_no_error_no_log_and_no_configuration(opensearch, caplog, tmp_path, monkeypatch):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("OPENSEARCH_PASSWORD", CANARY)
    monkeypatch.setenv("OPENSEARCH_USER", "analyst")
    shown = []
    with fault_proxy(opensearch.url, credentials=("analyst", "another password")) as proxy:
        monkeypatch.setenv("OPENSEARCH_URL", proxy.url)
        indexes = OpenSearchIndexes(home=str(tmp_path))
        with indexes.open() as index:
            with pytest.raises(PermanentFailure, match="wrong user or password") as raised:
                index.search("dawn", collection="documents")
            shown += ["".join(traceback.format_exception(raised.value)), repr(index.server), repr(index)]
    with indexes.open() as index, pytest.raises(StorageError) as raised:
        index.search("dawn", collection="documents")  # nobody listens there any more
    shown += ["".join(traceback.format_exception(raised.value)), repr(indexes), indexes.model_dump_json()]
    assert caplog.text
    assert CANARY not in caplog.text + "".join(shown)


def test_a_right_password_opens_the_index(opensearch, tmp_path):
    credentials = ("analyst", CANARY)
    with (
        opensearch_prefix(opensearch.url) as prefix,
        fault_proxy(opensearch.url, credentials=credentials) as proxy,
    ):
        settings = Settings(
            tmp_path,
            opensearch_url=proxy.url,
            opensearch_user="analyst",
            opensearch_password=CANARY,
            opensearch_prefix=prefix,
        )
        with closing(opensearch_index(settings)) as index:
            index.replace_day("shoes", DAY, "documents", [Entry("one", "", "dawn")])
            assert index.count("shoes", DAY, "documents") == 1


def test_an_address_that_is_not_set_any_more_is_named(tmp_path):
    with pytest.raises(SetupError, match="OPENSEARCH_URL"):
        opensearch_index(Settings(tmp_path))


def test_the_server_description_hides_its_password():
    assert CANARY not in repr(Server("https://search.example", user="analyst", password=CANARY))


@pytest.mark.parametrize(
    "name",
    [
        'Dawn" OR "1"="1',
        "*",
        "text:dawn AND _exists_:batch",
        '{"match_all": {}}',
        "dawn/../../_all",
        "<script>alert(1)</script>",
        "a\\u0022 \\ ~ ^9 && || ! ( ) { } [ ]",
    ],
)
def test_a_name_that_looks_like_syntax_is_stored_and_found_as_words_only(opensearch, name):
    odd, plain = Entry(f"odd-{name}", name, f"{name} zebra"), Entry("plain", "", "nothing of it")
    with (
        opensearch_prefix(opensearch.url) as prefix,
        closing(open_opensearch(opensearch.url, prefix)) as index,
    ):
        index.replace_day(name, DAY, "documents", [odd, plain])
        assert index.entries(name, DAY, "documents") == [odd, plain]
        [hit] = index.search(f"{name} zebra", collection="documents", monitor_id=name)
        assert hit.entry_id == odd.entry_id
        assert hit.snippet.endswith("zebra")
        assert "plain" not in [each.entry_id for each in index.search(name, collection="documents")]
        index.replace_day(name, DAY, "documents", [])
        assert index.days("documents") == []
