"""What ``doctor`` says of each server: well, away, refusing, behind, nearly full; never a password."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from brand_monitor.backends import probing
from brand_monitor.backends.tables import migrating, postgresql
from brand_monitor.backends.warehouse.resource import open_warehouse
from brand_monitor.cli import checkup
from brand_monitor.cli.checks import servers
from brand_monitor.cli.checks.finding import Finding
from brand_monitor.deployment import Settings, current_settings
from tools.servers.__main__ import KINDS

SERVERS = list(KINDS)
Configured = Callable[..., Settings]


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configured:
    """Return settings that name a server, as a person gives them: by the variables that ``up`` prints."""

    def read(server: Any, **changed: str) -> Settings:
        for name, value in (server.variables() | changed).items():
            monkeypatch.setenv(name, value)
        return current_settings(tmp_path / "home")

    return read


@pytest.fixture
def prepared(request) -> Callable[[str], Any]:
    """Return the shared server of a name, with the databases or the bucket that its variables name."""

    def server(name: str) -> Any:
        found = request.getfixturevalue(name)
        if name == "postgres":
            found.ensure_databases("brand_monitor", "dagster")
        if name == "s3":
            found.ensure_buckets("brand-monitor")
        return found

    return server


def finding(settings: Settings, name: str) -> Finding:
    """Return what the check of one server found; the other checks take seconds."""
    (found,) = getattr(servers, name)(settings)
    return found


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_that_is_well_is_named_with_its_version(name, prepared, configured):
    server = prepared(name)
    found = finding(configured(server), name)
    assert found.status == "ok", found
    assert f"{server.host}:{server.port}" in found.detail
    assert found.advice == ""
    assert server.password not in found.detail


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_that_is_away_is_missing_with_what_to_do(name, configured, tmp_path):
    never_started = KINDS[name](tmp_path / name)
    found = finding(configured(never_started), name)
    assert found.status == "missing"
    assert str(never_started.port) in found.detail
    assert found.advice.startswith("start it, or correct ")


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("postgres", "DATABASE_URL"),
        ("redis", "REDIS_URL"),
        ("s3", "AWS_SECRET_ACCESS_KEY"),
        ("neo4j", "NEO4J_PASSWORD"),
    ],
)
def test_a_wrong_password_is_said_and_not_shown(name, variable, prepared, configured):
    server = prepared(name)
    wrong = server.variables()[variable].replace(server.password, "s3cr3t-canary-9")
    found = finding(configured(server, **{variable: wrong}), name)
    assert found.status == "missing"
    assert found.advice
    assert "s3cr3t-canary" not in repr(found)


@pytest.mark.parametrize("name", SERVERS)
def test_a_clock_that_is_wrong_is_noticed(name, prepared, configured, monkeypatch):
    # Not by more than 15 minutes, which S3 refuses outright.
    real = time.time
    settings = configured(prepared(name))
    monkeypatch.setattr(probing.time, "time", lambda: real() + 100)
    found = finding(settings, name)
    assert found.status == "note"
    assert "s behind this machine's" in found.detail
    assert found.advice == "let both follow a time server (NTP)"


@pytest.mark.parametrize("name", [name for name in SERVERS if name != "s3"])  # an API has no version
def test_a_version_that_is_too_old_is_not_supported(name, prepared, configured, monkeypatch):
    settings = configured(prepared(name))
    monkeypatch.setattr(probing, "_numbers", lambda _version: (1,))
    found = finding(settings, name)
    assert found.status == "missing"
    assert "is not supported" in found.detail
    assert "or newer" in found.advice


def test_a_server_that_nobody_names_is_not_looked_at(tmp_path):
    names = {one.name for one in checkup.examine(Settings(tmp_path))}
    assert names & {*SERVERS, "dagster database"} == set()
    assert {"lake", "journal"} <= names


def test_what_a_server_keeps_is_not_looked_for_in_the_home(prepared, configured):
    names = {one.name for one in checkup.examine(configured(prepared("postgres")))}
    assert "journal" not in names
    assert "dagster database" in names


def test_tables_of_an_earlier_version_are_missing_set_up(prepared, configured):
    server = prepared("postgres")
    server.ensure_databases("doctor_behind")
    settings = configured(server, DATABASE_URL=server.url_of("doctor_behind"))
    first = finding(settings, "postgres")
    engine = postgresql.unpooled_engine_of(settings.journal_url)
    migrating.upgrade(engine)
    without_marts = finding(settings, "postgres")
    open_warehouse(settings, migrates=True)
    current = finding(settings, "postgres")
    migrating.downgrade(engine, "0001")
    behind = finding(settings, "postgres")

    assert "no tables yet" in first.detail
    assert (without_marts.status, without_marts.advice) == ("note", "run `brand-monitor db upgrade`")
    assert (current.status, current.advice) == ("ok", "")
    assert (behind.status, behind.advice) == ("missing", "run `brand-monitor db upgrade`")
    assert "revision 0001" in behind.detail


def test_a_user_without_rights_on_the_tables_is_noticed(prepared, configured):
    import psycopg

    server = prepared("postgres")
    server.ensure_databases("doctor_rights")
    settings = configured(server, DATABASE_URL=server.url_of("doctor_rights"))
    migrating.upgrade(postgresql.unpooled_engine_of(settings.journal_url))
    with psycopg.connect(server.url_of("doctor_rights")) as connection:
        connection.execute("DROP ROLE IF EXISTS doctor_reader")
        connection.execute("CREATE ROLE doctor_reader LOGIN PASSWORD 's3cr3t-canary-2'")
        connection.execute("GRANT USAGE ON SCHEMA brand_monitor TO doctor_reader")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA brand_monitor TO doctor_reader")
    url = server.url_of("doctor_rights").replace(
        f"{server.user}:{server.password}", "doctor_reader:s3cr3t-canary-2"
    )

    found = finding(configured(server, DATABASE_URL=url), "postgres")

    assert found.status == "missing"
    assert "calls (insert, update)" in found.detail
    assert "docs/backends/postgresql.md" in found.advice
    assert "s3cr3t-canary" not in repr(found)


def test_the_role_that_the_documents_give_to_runs_is_enough(prepared, configured):
    import psycopg

    server = prepared("postgres")
    server.ensure_databases("doctor_roles")
    owner = configured(server, DATABASE_URL=server.url_of("doctor_roles"))
    migrating.upgrade(postgresql.unpooled_engine_of(owner.journal_url))
    open_warehouse(owner, migrates=True)
    with psycopg.connect(server.url_of("doctor_roles")) as connection:
        connection.execute(Path(postgresql.__file__).with_name("roles.sql").read_bytes())
        connection.execute("ALTER ROLE brand_monitor_app PASSWORD 'of-the-runs'")
    url = server.url_of("doctor_roles").replace(
        f"{server.user}:{server.password}", "brand_monitor_app:of-the-runs"
    )

    found = finding(configured(server, DATABASE_URL=url), "postgres")

    assert found.status == "ok", found


def test_a_read_only_database_is_noticed(prepared, configured):
    server = prepared("postgres")
    url = f"{server.url_of('brand_monitor')}?options=-c%20default_transaction_read_only%3Don"
    found = finding(configured(server, DATABASE_URL=url), "postgres")
    assert found.status == "missing"
    assert "it is read-only" in found.detail


def test_a_bucket_that_is_not_there_is_named(prepared, configured):
    found = finding(configured(prepared("s3"), S3_BUCKET="no-such-bucket"), "s3")
    assert found.status == "missing"
    assert "no-such-bucket" in found.detail
    assert "S3_BUCKET" in found.advice


def test_doctor_leaves_nothing_in_a_bucket_an_index_or_a_graph(prepared, configured):
    for name in ("s3", "opensearch", "neo4j"):
        assert finding(configured(prepared(name)), name).status == "ok"
    import boto3
    from neo4j import GraphDatabase
    from opensearchpy import OpenSearch

    store, index, graph = prepared("s3"), prepared("opensearch"), prepared("neo4j")
    client = boto3.client(
        "s3",
        endpoint_url=store.url,
        region_name="us-east-1",
        aws_access_key_id=store.access_key,
        aws_secret_access_key=store.secret_key,
    )
    assert client.list_objects_v2(Bucket="brand-monitor", Prefix=".doctor/")["KeyCount"] == 0
    client.close()
    search = OpenSearch(index.url)
    assert search.indices.get(index="brand-monitor-doctor-*") == {}
    search.close()
    with GraphDatabase.driver(graph.url, auth=(graph.user, graph.password)) as driver:
        counted = driver.execute_query("MATCH (n:BrandMonitorDoctor) RETURN count(n) AS n").records
        assert counted[0]["n"] == 0


def test_a_disk_that_is_nearly_full_is_noticed(prepared, configured, monkeypatch):
    monkeypatch.setattr(probing, "LEAST_FREE_BYTES", 10**18)
    found = finding(configured(prepared("opensearch")), "opensearch")
    assert (found.status, found.advice) == ("note", "make room on its disk")


def test_indices_that_take_no_writes_are_noticed(opensearch, configured):
    from opensearchpy import OpenSearch

    client = OpenSearch(opensearch.url)
    client.indices.create(index="doctor-full-answers")
    block = {"index.blocks.read_only_allow_delete": True}
    client.indices.put_settings(index="doctor-full-answers", body=block)
    client.close()
    found = finding(configured(opensearch, OPENSEARCH_PREFIX="doctor-full"), "opensearch")
    assert found.status == "missing"
    assert "blocked for writes: doctor-full-answers" in found.detail


def test_a_redis_that_may_forget_limits_is_noticed(own_redis, configured):
    server = own_redis(settings={"maxmemory": "50mb", "maxmemory-policy": "allkeys-lru"})
    found = finding(configured(server), "redis")
    assert (found.status, found.advice) == ("note", "set maxmemory-policy to volatile-ttl")


def test_a_server_is_looked_at_through_tls(own_redis, configured):
    found = finding(configured(own_redis(tls=True)), "redis")
    assert found.status == "ok", found


def test_every_kind_of_server_has_a_check():
    assert {check.__name__ for check in checkup._CHECKS} >= set(KINDS)
