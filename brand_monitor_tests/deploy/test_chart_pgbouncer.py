"""The chart's PgBouncer: off until asked for, restricted, and started for real with what the chart renders."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import kubernetes_validate
import psycopg
import pytest
import yaml
from dagster._core.instance.config import dagster_instance_config

from brand_monitor_tests.deploy.chart_runs import run_job
from brand_monitor_tests.deploy.charting import (
    CHART,
    VALUES,
    Document,
    Refused,
    instance_file,
    of_kind,
    one,
    pod_specs,
    render,
)
from brand_monitor_tests.servers.fixtures import folder_for_servers, start_or_skip
from tools.servers.pgbouncer import PgBouncer
from tools.servers.postgres import Postgres
from tools.servers.unprivileged import give_away

KUBERNETES = ("1.33", "1.34", "1.35", "1.36")
ADDRESS = "bm-brand-monitor-pgbouncer:6432"
CANARY = "s3cr3t-canary-p%40ss"


@pytest.fixture
def script() -> ModuleType:
    """Return the script of the init container."""
    spec = importlib.util.spec_from_file_location("pgbouncer_secrets", CHART / "files/pgbouncer_secrets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return render(*VALUES["production"], pgbouncer={"enabled": True, "connectionsPerDatabase": 30})


def pod(documents: list[Document]) -> dict[str, Any]:
    spec: dict[str, Any] = one(documents, "Deployment", "pgbouncer")["spec"]["template"]["spec"]
    return spec


def policies(documents: list[Document]) -> dict[str, Any]:
    prefix = "bm-brand-monitor-"
    found = of_kind(documents, "NetworkPolicy")
    return {item["metadata"]["name"].removeprefix(prefix): item["spec"] for item in found}


def test_without_it_nothing_of_it_is_there() -> None:
    assert not [item for item in render() if "pgbouncer" in yaml.safe_dump(item)]


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_accepts_every_object_of_it(documents: list[Document], version: str) -> None:
    mine = [item for item in documents if "pgbouncer" in item["metadata"]["name"]]
    assert {item["kind"] for item in mine} == {
        "ConfigMap",
        "Deployment",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "Service",
    }
    for item in mine:
        kubernetes_validate.validate(item, version, strict=True)


def test_its_pod_meets_the_restricted_profile(documents: list[Document]) -> None:
    spec = pod(documents)
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    for container in [*spec["initContainers"], *spec["containers"]]:
        security = container["securityContext"]
        assert security["readOnlyRootFilesystem"] is True
        assert security["allowPrivilegeEscalation"] is False
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["limits"]["memory"]
    [main] = spec["containers"]
    assert all(mount["readOnly"] for mount in main["volumeMounts"])
    assert "env" not in main  # passwords are in a file, in memory


def test_passwords_are_in_no_object_and_only_in_memory(documents: list[Document]) -> None:
    [memory] = [item for item in pod(documents)["volumes"] if item["name"] == "secrets-in-memory"]
    assert memory["emptyDir"]["medium"] == "Memory"
    [init] = pod(documents)["initContainers"]
    keys = {
        entry["name"]: entry["valueFrom"]["secretKeyRef"] for entry in init["env"] if "valueFrom" in entry
    }
    assert keys == {
        name: {"name": "bm-brand-monitor-keys", "key": name}
        for name in ("DATABASE_URL", "DAGSTER_DATABASE_URL")
    }
    text = one(documents, "ConfigMap", "pgbouncer")["data"]["pgbouncer.ini"]
    assert "password" not in text
    assert not of_kind(documents, "Secret")


def test_every_pod_but_the_migrations_goes_through_it(documents: list[Document]) -> None:
    storage = instance_file(documents)["storage"]["custom"]
    assert storage["class"] == "PooledPostgresStorage"
    assert storage["config"] == {"postgres_url": {"env": "DAGSTER_DATABASE_URL"}, "pooler": ADDRESS}
    environment = one(documents, "ConfigMap", "environment")
    assert environment["data"]["DATABASE_POOLER"] == ADDRESS
    code = pod_specs(documents)["bm-brand-monitor-code"]["containers"][0]
    run = run_job(documents)["spec"]["template"]["spec"]["containers"][0]
    for container in (code, run):
        sources = [source["configMapRef"]["name"] for source in container["envFrom"]]
        assert environment["metadata"]["name"] in sources
    for name in ("migrate-dagster", "migrate-tables"):
        assert "pgbouncer" not in yaml.safe_dump(one(documents, "Job", name))


def test_the_installed_dagster_accepts_the_storage_through_it(
    documents: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_DATABASE_URL", "postgresql://user:password@host/dagster")
    (tmp_path / "dagster.yaml").write_text(one(documents, "ConfigMap", "instance")["data"]["dagster.yaml"])
    config, _ = dagster_instance_config(str(tmp_path))
    assert config["storage"]["custom"]["module"] == "brand_monitor.pooled_storage"


def test_who_asks_a_database_reaches_it_and_it_reaches_the_servers() -> None:
    server = {"name": "db", "cidr": "10.0.0.0/16", "ports": [5432], "for": ["pgbouncer", "migrate"]}
    found = policies(render(pgbouncer={"enabled": True}, networkPolicy={"servers": [server]}))
    mine, clients = found["pgbouncer"], found["to-pgbouncer"]
    assert mine["egress"] == [
        {"to": [{"ipBlock": {"cidr": "10.0.0.0/16"}}], "ports": [{"protocol": "TCP", "port": 5432}]}
    ]
    [allowed] = mine["ingress"]
    assert allowed["ports"] == [{"protocol": "TCP", "port": 6432}]
    assert allowed["from"] == [{"podSelector": clients["podSelector"]}]
    [who] = clients["podSelector"]["matchExpressions"]
    assert {"webserver", "webserver-readonly", "daemon", "code", "run"} <= set(who["values"])
    assert not {"migrate", "exporter", "test", "pgbouncer"} & set(who["values"])
    assert "10.0.0.0/16" not in yaml.safe_dump(found["run"])


def test_a_changed_setting_of_it_rolls_it_and_no_other() -> None:
    def templates(**values: Any) -> dict[str, Any]:
        found = of_kind(render(pgbouncer={"enabled": True, **values}), "Deployment")
        return {item["metadata"]["name"]: item["spec"]["template"] for item in found}

    before, after = templates(), templates(connectionsPerDatabase=30)
    assert {name for name in before if before[name] != after[name]} == {"bm-brand-monitor-pgbouncer"}


def test_its_image_may_be_fixed_by_digest() -> None:
    digest = f"sha256:{'a' * 64}"
    image = {"repository": "registry.example.com/pgbouncer", "digest": digest}
    [main] = pod(render(pgbouncer={"enabled": True, "image": image}))["containers"]
    assert main["image"] == f"registry.example.com/pgbouncer@{digest}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"poolMode": "session"},
        {"replicas": 0},
        {"connectionsPerDatabase": "many"},
        {"image": {"repository": "pgbouncer", "tag": "latest"}},
        {"password": "x"},
    ],
    ids=str,
)
def test_the_schema_refuses(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="don't meet the specifications of the schema"):
        render(pgbouncer={"enabled": True, **wrong})


def test_a_bound_that_the_locks_of_the_runs_would_fill_is_refused() -> None:
    with pytest.raises(Refused, match=r"must be more than concurrency\.maxConcurrentRuns"):
        render(pgbouncer={"enabled": True, "connectionsPerDatabase": 4}, concurrency={"maxConcurrentRuns": 4})


@contextmanager
def of_the_chart(documents: list[Document], postgres: Postgres) -> Iterator[PgBouncer]:
    """Start what the chart renders: the init container's command and the config map, on this machine's folders."""
    with folder_for_servers() as folder:
        secrets = folder / "secrets"
        secrets.mkdir()
        [init] = pod(documents)["initContainers"]
        assert init["args"][:2] == ["python", "-c"]
        environment = {
            "TARGET": str(secrets),
            "DATABASE_URL": postgres.url_of("brand_monitor"),
            "DAGSTER_DATABASE_URL": f"{postgres.url_of('dagster')}?connect_timeout=10",
        }
        subprocess.run([sys.executable, *init["args"][1:]], env=environment, check=True)
        give_away("PgBouncer", secrets, *secrets.iterdir())
        server = PgBouncer(
            folder / "pgbouncer", upstream=postgres, configuration=folder / "pgbouncer.ini", first="dagster"
        )
        text = one(documents, "ConfigMap", "pgbouncer")["data"]["pgbouncer.ini"]
        for theirs, mine in (
            ("/run/pgbouncer", str(secrets)),
            ("listen_addr = *", f"listen_addr = {server.host}"),
            ("listen_port = 6432", f"listen_port = {server.port}"),
        ):
            assert theirs in text
            text = text.replace(theirs, mine)
        (folder / "pgbouncer.ini").write_text(text)
        yield start_or_skip(server)
        server.kill()


def test_it_starts_with_what_the_chart_renders_and_serves_the_two_databases_and_no_other(
    documents: list[Document], postgres: Postgres
) -> None:
    postgres.ensure_databases("brand_monitor", "dagster")
    with of_the_chart(documents, postgres) as pgbouncer:
        for name in ("brand_monitor", "dagster"):
            with psycopg.connect(pgbouncer.url_of(name)) as client:
                assert client.execute("SELECT current_database()").fetchone() == (name,)
        for refused in (pgbouncer.url_of("postgres"), pgbouncer.url_of("pgbouncer")):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(refused)
        wrong = pgbouncer.url_of("dagster").replace(postgres.password, "s3cr3t-canary")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(wrong)
        assert postgres.password not in pgbouncer.log.read_text()


def test_the_time_out_of_a_webserver_stays_with_it(documents: list[Document], postgres: Postgres) -> None:
    """Dagster's webserver sets a time-out of its session, and the next client is given the same connection."""
    postgres.ensure_databases("brand_monitor", "dagster")
    with of_the_chart(documents, postgres) as pgbouncer:
        with psycopg.connect(pgbouncer.url_of("dagster"), autocommit=True) as webserver:
            webserver.execute("SET statement_timeout = 15000")
            before = webserver.execute("SELECT pg_backend_pid()").fetchone()
        with psycopg.connect(pgbouncer.url_of("dagster"), autocommit=True) as daemon:
            assert daemon.execute("SELECT pg_backend_pid()").fetchone() == before
            assert daemon.execute("SHOW statement_timeout").fetchone() == ("0",)


@pytest.mark.parametrize(
    ("tls", "expected"),
    [
        ("", ["server_tls_sslmode = prefer"]),
        (
            "?sslmode=verify-full&sslrootcert=/etc/brand-monitor/certificates/ca.pem",
            [
                "server_tls_sslmode = verify-full",
                "server_tls_ca_file = /etc/brand-monitor/certificates/ca.pem",
            ],
        ),
        (
            "?sslmode=verify-full&sslrootcert=system",
            [
                "server_tls_sslmode = verify-full",
                "server_tls_ca_file = /etc/ssl/certs/ca-certificates.crt",
            ],
        ),
    ],
)
def test_tls_of_the_addresses_is_that_of_its_connections_to_the_servers(
    script: ModuleType, tls: str, expected: list[str]
) -> None:
    ours, dagsters = f"postgresql://u:p@db/monitor{tls}", f"postgres://d:q@db:6000/dagster{tls}"
    text = script.files_of({"DATABASE_URL": ours, "DAGSTER_DATABASE_URL": dagsters})["databases.ini"]
    assert text.splitlines() == [
        "[databases]",
        "monitor = host=db port=5432 dbname=monitor",
        "dagster = host=db port=6000 dbname=dagster",
        "[pgbouncer]",
        *expected,
    ]


def test_a_password_with_any_sign_is_written_so_that_it_is_read_back(script: ModuleType) -> None:
    address = "postgresql://u:a%22b%20%40%25%E2%9C%93@db/monitor"
    text = script.files_of({"DATABASE_URL": address})["userlist.txt"]
    assert text == '"u" "a""b @%✓"\n'


@pytest.mark.parametrize(
    ("ours", "dagsters", "reason"),
    [
        ("postgresql://u:p@a/same", "postgresql://u:p@b/same", "DAGSTER_DATABASE_URL: server is another one"),
        ("postgresql://u:p@a/x", f"postgresql://u:{CANARY}@a/y", "password of its user is another one"),
        ("postgresql://u:p@a/x?sslmode=require", "postgresql://u:p@a/y", "TLS setting is another one"),
        (f"postgresql://u:{CANARY}@a/x;y", "postgresql://u:p@a/y", "DATABASE_URL: host and database must be"),
        ("postgresql://u@a/x", "postgresql://u:p@a/y", "DATABASE_URL: names no user with a password"),
        (f"postgresql://u:{CANARY}%0Ax@a/x", "postgresql://u:p@a/y", "a password of one line"),
    ],
)
def test_addresses_that_it_cannot_serve_end_the_pod_with_the_reason_and_without_a_password(
    ours: str, dagsters: str, reason: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, str(CHART / "files/pgbouncer_secrets.py")],
        env={"DATABASE_URL": ours, "DAGSTER_DATABASE_URL": dagsters, "TARGET": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert reason in done.stderr
    assert "s3cr3t-canary" not in done.stderr + done.stdout
    assert not list(tmp_path.iterdir())


def test_what_is_written_of_the_secret_is_for_its_owner_only(tmp_path: Path) -> None:
    address = "postgresql://u:p@db/x"
    subprocess.run(
        [sys.executable, str(CHART / "files/pgbouncer_secrets.py")],
        env={"DATABASE_URL": address, "DAGSTER_DATABASE_URL": address, "TARGET": str(tmp_path)},
        check=True,
    )
    assert {path.name: oct(path.stat().st_mode)[-3:] for path in tmp_path.iterdir()} == {
        "databases.ini": "600",
        "userlist.txt": "600",
    }
