"""The servers of ``tools.servers``: each starts, keeps its data over a crash, hangs on demand, serves TLS."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from brand_monitor_tests.servers.fixtures import start_or_skip
from tools.servers import java
from tools.servers.__main__ import KINDS
from tools.servers.process import MissingProgram, ServerFailure
from tools.servers.redis import Redis

ROOT = Path(__file__).parents[2]


def write_and_read(server: Any, written: str | None) -> str:
    """Write a value in the server's own way (None: leave it) and return what is there, through a new client."""
    return {"postgres": _in_postgres, "s3": _in_s3, "neo4j": _in_neo4j, "opensearch": _in_opensearch}[
        server.name
    ](server, written)


def _in_postgres(server, written):
    import psycopg

    with psycopg.connect(server.url) as connection:
        if written:
            connection.execute("CREATE TABLE kept (value text)")
            connection.execute("INSERT INTO kept VALUES (%s)", [written])
        return connection.execute("SELECT value FROM kept").fetchone()[0]


def _in_s3(server, written):
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        verify=str(server.ca_file) if server.tls else None,
    )
    if written:
        client.create_bucket(Bucket="kept")
        client.put_object(Bucket="kept", Key="value", Body=written.encode())
    value = client.get_object(Bucket="kept", Key="value")["Body"].read().decode()
    client.close()
    return value


def _in_neo4j(server, written):
    from neo4j import GraphDatabase, TrustCustomCAs

    options = {"encrypted": True, "trusted_certificates": TrustCustomCAs(str(server.ca_file))}
    options = options if server.tls else {}
    with GraphDatabase.driver(server.url, auth=(server.user, server.password), **options) as driver:
        if written:
            driver.execute_query("CREATE (:Kept {value: $value})", value=written)
        return driver.execute_query("MATCH (k:Kept) RETURN k.value AS value").records[0]["value"]


def _in_opensearch(server, written):
    from opensearchpy import OpenSearch

    client = OpenSearch(server.url)
    if written:
        client.index(index="kept", id="1", body={"value": written}, refresh=True)
    value = client.get(index="kept", id="1")["_source"]["value"]
    client.close()
    return value


@pytest.mark.parametrize("kind", ["postgres", "s3", "neo4j", "opensearch"])
def test_what_was_written_is_there_after_a_crash_at_the_same_address(kind, request):
    server = request.getfixturevalue(f"own_{kind}")()
    address = server.url
    assert write_and_read(server, "käse ✓") == "käse ✓"

    server.kill()
    assert not server.is_running()
    server.start()

    assert server.url == address
    assert write_and_read(server, None) == "käse ✓"


@pytest.mark.parametrize("kind", ["postgres", "s3", "neo4j"])
def test_a_server_with_tls_is_trusted_by_its_own_authority(kind, request):
    server = request.getfixturevalue(f"own_{kind}")(tls=True)
    assert write_and_read(server, "sealed") == "sealed"


def test_redis_with_tls_is_trusted_by_its_own_authority(own_redis):
    from redis import Redis as Client

    server = own_redis(tls=True)
    with Client.from_url(server.url, ssl_ca_certs=str(server.ca_file)) as client:
        assert client.ping()


def test_a_paused_server_takes_connections_and_says_nothing_until_it_goes_on(own_redis):
    server = own_redis()
    with socket.create_connection((server.host, server.port), timeout=0.2) as connection:
        server.pause()
        connection.sendall(b"PING\r\n")
        with pytest.raises(TimeoutError):
            connection.recv(1)
        server.resume()
        connection.settimeout(30)
        assert connection.recv(1) == b"-"  # it wants the password first


def test_a_server_that_dies_at_the_start_says_what_its_log_says(tmp_path):
    with pytest.raises(ServerFailure, match=r"(?s)redis in .* died:.*no-such-setting"):
        start_or_skip(Redis(tmp_path, settings={"no-such-setting": "1"}))


def test_the_password_of_a_server_does_not_show(tmp_path):
    server = Redis(tmp_path, password="s3cr3t-canary-1")
    assert "s3cr3t-canary-1" not in repr(server)


@pytest.fixture
def without_java(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(java, "JVM_FOLDER", tmp_path)


def test_a_missing_server_fails_in_ci(without_java, monkeypatch, tmp_path):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(
        pytest.fail.Exception, match="CI runs every server, but a JDK 17 or newer is missing:"
    ):
        start_or_skip(KINDS["neo4j"](tmp_path))


def test_a_missing_server_skips_elsewhere_and_says_how_to_get_it(without_java, monkeypatch, tmp_path):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install openjdk-21-jdk-headless"):
        start_or_skip(KINDS["opensearch"](tmp_path))


def test_jars_that_were_not_fetched_are_missing_too(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(MissingProgram, match=r"python -m tools\.servers prepare"):
        java.Jars("neo4j").check()


def test_a_person_starts_and_ends_servers_and_is_given_the_settings(tmp_path):
    start_or_skip(Redis(tmp_path / "redis")).kill()
    folder = ["--folder", str(tmp_path)]

    def said(command: str) -> str:
        line = [sys.executable, "-m", "tools.servers", command, "redis", *folder]
        return subprocess.run(line, check=True, cwd=ROOT, capture_output=True, text=True).stdout

    assert f"REDIS_URL={Redis(tmp_path / 'redis').url}\n" in said("up")
    assert "MB" in said("status")
    said("down")
    assert "not running" in said("status")
