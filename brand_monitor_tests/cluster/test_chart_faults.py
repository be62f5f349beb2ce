"""Accidents in the cluster: how runs end, that nothing is paid twice, and that nothing stays pending for ever.

The accidents of runs happen side by side, one per engine, since most of the time is waiting.
"""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from brand_monitor_tests.cluster.accidents import delete_by_force, drain, kill_process
from brand_monitor_tests.cluster.installation import Installation, until
from brand_monitor_tests.cluster.market import Stubs, asked, key, market, planned
from brand_monitor_tests.provider_stubs.server import StubServer
from tools.cluster.node import LocalNode
from tools.image.build import IMAGE

# The fixture installs the chart, and each accident takes a few starts of a pod.
pytestmark = pytest.mark.timeout(900)

ANSWERS = ["raw/answers"]
MISSING = "localhost/never-built:1"


def resources(**wanted: dict[str, str]) -> dict[str, str]:
    """Return the tag with which whoever launches a run sizes its pod."""
    return {"dagster-k8s/config": json.dumps({"container_config": {"resources": wanted}})}


# --- Runs whose pod dies while it asks ---
KILLED = {"openai": kill_process, "anthropic": drain, "gemini": delete_by_force}
_SET_POOL = """mutation ($limit: Int!) { setConcurrencyLimit(concurrencyKey: "asking", limit: $limit) }"""
DYING = market("dying", *KILLED, repeats=4, concurrency=1)


@pytest.fixture(scope="module")
def dying(installation: Installation, stubs: Stubs) -> dict[str, str]:
    """Runs whose pod died in the middle of asking, by family."""
    installation.watch(DYING)
    # Places of their own, which the dead keep for half a minute; the next attempts wait for them.
    assert installation.told(_SET_POOL, limit=len(KILLED))
    for family in KILLED:
        stubs[family].latency_seconds = 2.0
    runs = {family: installation.launch("ask", key(family), assets=ANSWERS) for family in KILLED}

    def happen(family: str) -> None:
        until(lambda: _asks(stubs[family]), f"{family} is asked", every=0.05)
        KILLED[family](installation, runs[family])
        stubs[family].latency_seconds = 0.0

    with ThreadPoolExecutor(len(KILLED)) as accidents:
        list(accidents.map(happen, KILLED))
    return runs


def _asks(stub: StubServer) -> bool:
    return asked(stub, DYING) > planned(DYING) // 4


@pytest.mark.parametrize("family", KILLED, ids=lambda family: KILLED[family].__name__)
def test_a_run_whose_pod_dies_while_it_asks_fails_and_another_goes_on(
    family: str, installation: Installation, dying: dict[str, str], stubs: Stubs
) -> None:
    assert installation.finish(dying[family])["status"] == "FAILURE"
    installation.succeed(installation.retry_of(dying[family]))
    # One question was in the air when it died, and nobody can know whether it was paid.
    assert planned(DYING) <= asked(stubs[family], DYING) <= planned(DYING) + 1


# --- Runs that never get to their work ---
#: What whoever launches a run may ask for, and what becomes of it.
HOPELESS = {
    "exceeded quota": {"requests": {"cpu": "50"}},
    "OOMKilled": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "90Mi"}},
}


@pytest.fixture(scope="module", autouse=True)
def hopeless(installation: Installation) -> Iterator[dict[str, str]]:
    """Runs that ask for too much or too little, by what is wrong.

    How long a start may take is waited for while others run, and with an API server and a code server that
    answer: the daemon tries once to start a run again.
    """
    hard = {"requests.cpu": "2"}  # more than twice what everything else asks for
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "small"},
        "spec": {"hard": hard},
    }
    installation.cluster.apply(quota, namespace=installation.namespace)
    yield {
        wrong: installation.launch("daily", f"2026-02-{day:02d}", tags=resources(**wanted))
        for day, (wrong, wanted) in enumerate(HOPELESS.items(), start=1)
    }
    installation.kubectl("delete", "resourcequota", "small")


def test_a_run_out_of_memory_fails_each_time_and_is_not_tried_for_ever(
    installation: Installation, hopeless: dict[str, str]
) -> None:
    run_id = hopeless["OOMKilled"]
    assert installation.finish(run_id)["status"] == "FAILURE"
    pod = installation.pod_of(run_id)
    assert pod
    assert pod["status"]["containerStatuses"][0]["state"]["terminated"]["reason"] == "OOMKilled"
    last = installation.retry_of(run_id)
    assert installation.finish(last)["status"] == "FAILURE"
    decided = "dagster/will_retry"  # a moment after the end
    until(lambda: decided in installation.run(last)["tags"], "it is decided whether there is another attempt")
    assert installation.run(last)["tags"][decided] == "false"


def test_a_run_beyond_the_quota_fails_and_does_not_stay_pending(
    installation: Installation, hopeless: dict[str, str]
) -> None:
    run_id = hopeless["exceeded quota"]
    assert installation.finish(run_id)["status"] == "FAILURE"
    assert "exceeded quota" in installation.messages(run_id)
    installation.cancel(installation.retry_of(run_id))


# --- The control plane goes away while a run asks ---
STEADY = market("steady", "openai", "perplexity", repeats=12, concurrency=1)
CODE = "deployment/bm-brand-monitor-code"
API_SERVER_SECONDS = 60


def roll_code_server(installation: Installation, image: str) -> None:
    """Put a new code server in place of the old one, that gives runs another image, until the webserver knows."""
    installation.kubectl("set", "env", CODE, f"DAGSTER_CURRENT_IMAGE={image}")
    installation.kubectl("rollout", "status", CODE, "--timeout=4m")
    installation.wait_for_code(image)


def test_a_run_outlives_a_new_code_server_and_a_minute_without_the_api_server(
    installation: Installation, stubs: Stubs
) -> None:
    installation.watch(STEADY)
    stub = stubs["openai"]
    stub.latency_seconds = 2.5
    run_id = installation.launch("ask", key("openai"), assets=ANSWERS)
    until(lambda: asked(stub, STEADY) > 2, "the run asks")
    # From now on runs have an image that nobody has; the one that asks keeps its own.
    roll_code_server(installation, MISSING)
    imageless = installation.launch("ask", key("perplexity"), assets=ANSWERS)
    until(lambda: installation.pod_of(imageless), "the run without an image has a pod")
    node = installation.cluster
    assert isinstance(node, LocalNode)
    node.pause("kube-apiserver")
    time.sleep(API_SERVER_SECONDS)  # the length of the outage is what is tested
    node.resume("kube-apiserver")
    node.wait_until_ready()
    stub.latency_seconds = 0.0
    installation.succeed(run_id)
    assert asked(stub, STEADY) == planned(STEADY)
    # The other one failed for want of its image, in the time that a start may take.
    assert installation.finish(imageless)["status"] == "FAILURE"
    assert MISSING in installation.messages(imageless)
    roll_code_server(installation, IMAGE)
    installation.cancel(installation.retry_of(imageless))


def test_a_daemon_that_is_killed_comes_back_and_the_next_run_uses_the_new_key(
    installation: Installation, stubs: Stubs
) -> None:
    installation.watch(market("rotated", "openai"))
    installation.give_secret(OPENAI_API_KEY="sk-second-key")
    pod = "--selector=app.kubernetes.io/component=daemon"
    installation.kubectl("delete", "pods", pod, "--force", "--grace-period=0", "--wait=false")
    run_id = installation.launch("ask", key("openai"), assets=ANSWERS)
    installation.succeed(run_id)
    keys = {
        seen.headers["authorization"] for seen in stubs["openai"].requests if "(rotated)" in str(seen.body)
    }
    assert keys == {"Bearer sk-second-key"}
