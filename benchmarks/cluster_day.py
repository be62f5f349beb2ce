"""A day in a cluster: what run pods cost beside the same day in one process, and how long a run waits.

The chart is installed in the cluster of `python -m tools.cluster` (made and taken down if none is up) with
PostgreSQL and an S3 API of this machine; stubs answer at once for the providers, so that what is left is our
own time. Processor time and memory are those of the processes in the pods.

A family over all its engines is one pod, so ten engines are asked as the eight pods of the axis: four
families with an adapter of their own, three engines through LiteLLM, a hosted model grounded in a page, the
embedded model itself, and one family that derives what was captured elsewhere.

    python -m tools.image build && python benchmarks/cluster_day.py --families 8
"""

import argparse
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from cluster_release import command_line, measured_release
from pod_meter import CONTROL_PLANE, Meter, control_plane_memory, spread_of, stage_table, waits

from brand_monitor.partitions import ENGINE_FAMILIES, day_engine_key, today
from brand_monitor_tests.cluster.installation import Installation
from brand_monitor_tests.cluster.market import MODELS, Stubs, market

#: Those that need nothing but a stub come first.
FAMILIES = [*MODELS, *(family for family in reversed(ENGINE_FAMILIES) if family not in MODELS)]
#: What a grounded engine reads.
PAGE = {
    "demo_web": True,
    "scraping": {"delay_seconds": 0},
    "sites": [
        {
            "id": "trailreview",
            "base_url": "http://trailreview.example",
            "pages": ["/running-shoes-for-beginners"],
        }
    ],
}


def day_in_pods(release: Installation, name: str, family: str) -> list[dict[str, Any]]:
    """Run a day of one monitor and engine as the three runs that it is in a cluster."""
    release.watch(market(name, family))
    day = today().isoformat()
    partitions = {"daily": day, "ask": str(day_engine_key(today(), family)), "publish": day}
    return [release.succeed(release.launch(job, key), seconds=1200) for job, key in partitions.items()]


def day_in_process(release: Installation, name: str, family: str, url: str) -> tuple[float, float]:
    """Run a day of a monitor by the command line on the same servers; return its wall and processor time."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "monitors").mkdir()
        (home / "monitors" / "market.yaml").write_text(yaml.safe_dump(market(name, family)))
        keys = {"OPENAI_API_KEY": "sk-first-key", "OPENAI_BASE_URL": url}
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        command_line(release, home, "run", "--engine", family, more=keys)
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def engines(family: str, litellm_url: str) -> list[dict[str, Any]]:
    """Return the engines of a family: one, or three through LiteLLM."""
    if family in MODELS:
        return market("", family)["engines"]
    if family == "litellm":
        server = {"base_url": litellm_url, "api_key_variable": "ANTHROPIC_API_KEY", "repeats": 2}
        models = ("claude-haiku-4-5", "claude-sonnet-4-5", "claude-opus-4-5")
        return [{"id": model, "family": family, "model": f"anthropic/{model}"} | server for model in models]
    return [
        {
            "grounded": {"model": f"openai/{MODELS['openai']}", "repeats": 2},
            "import": {"model": "ChatGPT"},
            "local": {"repeats": 2},
        }[family]
        | {"id": family, "family": family}
    ]


def at_once(
    release: Installation, families: list[str], litellm_url: str
) -> tuple[float, list[dict[str, Any]]]:
    """Ask several families at once, a pod each; return the seconds until all are through, and the runs."""
    asked = [engine for family in families for engine in engines(family, litellm_url)]
    release.watch(market("together") | PAGE | {"engines": asked})
    release.succeed(release.launch("daily", today().isoformat()), seconds=1200)
    start = time.perf_counter()
    ids = [release.launch("ask", str(day_engine_key(today(), family))) for family in families]
    runs = [release.succeed(run_id, seconds=1800) for run_id in ids]
    return time.perf_counter() - start, runs


def show_day(release: Installation, openai_url: str, meter: Meter) -> None:
    runs = day_in_pods(release, "in-pods", "openai")
    wall, cpu = day_in_process(release, "in-process", "openai", openai_url)
    print("| a day of one monitor and engine | wall s | CPU s | most memory MB |\n|---|---:|---:|---:|")
    for run in runs:
        took, used = run["endTime"] - run["creationTime"], meter.cpu_seconds[run["runId"]]
        print(f"| pod of `{run['jobName']}` | {took:.1f} | {used:.1f} | {meter.most_mb[run['runId']]:.0f} |")
    took = sum(run["endTime"] - run["creationTime"] for run in runs)
    used = sum(meter.cpu_seconds[run["runId"]] for run in runs)
    print(f"| three pods | {took:.1f} | {used:.1f} | |")
    print(f"| `brand-monitor run`, one process, same servers | {wall:.1f} | {cpu:.1f} | |\n")
    print(stage_table([run["jobName"] for run in runs], [waits(release, run) for run in runs]), flush=True)


def show_together(release: Installation, families: list[str], litellm_url: str, meter: Meter) -> None:
    meter.most_mb_together, meter.most_pods = 0.0, 0
    seconds, runs = at_once(release, families, litellm_url)
    used = sum(meter.cpu_seconds[run["runId"]] for run in runs)
    print(
        f"\n{len(families)} engine families at once: {seconds:.0f} s, {used:.0f} CPU s in their pods;",
        end=" ",
    )
    print(f"{meter.most_pods} pods at once held {meter.most_mb_together:,.0f} MB.\n")
    print("| family | CPU s | most memory MB | wall s |\n|---|---:|---:|---:|")
    for family, run in zip(families, runs, strict=True):
        took = run["endTime"] - run["creationTime"]
        cells = f"{meter.cpu_seconds[run['runId']]:.1f} | {meter.most_mb[run['runId']]:.0f} | {took:.0f}"
        print(f"| {family} | {cells} |")
    print()
    print(stage_table(["median", "last"], spread_of([waits(release, run) for run in runs])), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--families", type=int, default=len(FAMILIES), help="that are asked at once")
    families = FAMILIES[: parser.parse_args().families]

    with measured_release() as (release, stubs, meter):
        idle, at_rest = control_plane_memory(release), Counter(meter.most_connections)
        show_day(release, stubs["openai"].base_url, meter)
        show_together(release, families, seen_by_pods(release, stubs), meter)
        print("\n| most connections | at rest | with runs |\n|---|---:|---:|")
        for database in ("dagster", "brand_monitor"):
            print(
                f"| `{database}` | {at_rest.get(database, 0)} | {meter.most_connections.get(database, 0)} |"
            )
        after = control_plane_memory(release)
        print("\n| MB held | idle | after these runs |\n|---|---:|---:|")
        for component in CONTROL_PLANE:
            print(f"| {component} | {idle[component]:.0f} | {after[component]:.0f} |")


def seen_by_pods(release: Installation, stubs: Stubs) -> str:
    """Return the address of the stub behind LiteLLM."""
    return stubs["anthropic"].base_url.replace("127.0.0.1", str(release.cluster.host))


if __name__ == "__main__":
    main()
