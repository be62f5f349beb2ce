"""The asset graph as a whole: it loads anywhere, and every asset keeps the rules of the house."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest

from brand_monitor.build import build_defs
from brand_monitor.defs.jobs import PUBLISHED, STANDING_CHECK
from brand_monitor.deployment import Deployment, Settings
from brand_monitor.partitions import DAILY, DAILY_BY_ENGINE, ENGINE_FAMILIES
from brand_monitor.schemas.registry import REGISTRY

HEAVY = [
    "litellm",
    "neo4j",
    "opensearchpy",
    "xllamacpp",
    "tantivy",
    "ladybug",
    "trafilatura",
    "altair",
    "scipy",
]
PARTITION_BUDGET = 15_000

UPSTREAM = {
    "seed/brands": [],
    "seed/prompts": [],
    "raw/page_snapshots": [],
    "core/documents": ["raw/page_snapshots"],
    "core/page_mentions": ["core/documents", "seed/brands"],
    "raw/answers": ["core/documents"],
    "raw/canary_answers": [],
    "core/model_changes": ["raw/answers", "raw/canary_answers"],
    "core/answer_mentions": ["raw/answers", "seed/brands"],
    "core/citations": ["core/documents", "raw/answers", "seed/brands"],
    "metrics/brand_metrics": ["core/answer_mentions", "core/citations", "raw/answers", "seed/brands"],
    "metrics/source_influence": [
        "core/answer_mentions",
        "core/citations",
        "core/documents",
        "core/page_mentions",
        "raw/answers",
        "seed/brands",
    ],
    "marts/daily_brand_metrics": ["metrics/brand_metrics", "seed/brands"],
    "marts/window_brand_metrics": ["core/answer_mentions", "raw/answers", "seed/brands"],
    "graph/nodes": [
        "core/answer_mentions",
        "core/citations",
        "core/documents",
        "core/page_mentions",
        "experiments/source_effects",
        "raw/answers",
        "seed/brands",
        "seed/prompts",
    ],
    "graph/brand_pageranks": ["graph/edges", "graph/nodes", "raw/answers"],
    "graph/graph_projections": ["graph/edges", "graph/nodes"],
    "search/search_projections": ["core/documents", "raw/answers"],
}


def specs(defs: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


@pytest.mark.parametrize("deployment", ["local", "ci", "staging", "production"])
def test_every_deployment_loads_in_a_fresh_interpreter_with_an_empty_environment(
    deployment: str, tmp_path: Path
) -> None:
    script = (
        "import json, sys\n"
        "from brand_monitor.definitions import defs\n"
        "import dagster as dg\n"
        "dg.Definitions.validate_loadable(defs())\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"BRAND_MONITOR_ENV": deployment, "BRAND_MONITOR_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [], "a heavy client was imported to load definitions"
    assert list(tmp_path.iterdir()) == [], "loading definitions wrote files"


def test_an_unknown_deployment_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from brand_monitor.definitions import defs; defs()"],
        env={"BRAND_MONITOR_ENV": "prod"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "'prod' is no deployment; use one of: local, ci, staging, production" in done.stderr


def test_the_assets_are_the_tables_of_the_registry(defs: dg.Definitions) -> None:
    assert set(specs(defs)) == set(REGISTRY)


def test_data_flows_one_way_as_documented(defs: dg.Definitions) -> None:
    found = specs(defs)
    actual = {
        name: sorted(dep.asset_key.to_user_string() for dep in spec.deps) for name, spec in found.items()
    }
    assert {name: actual[name] for name in UPSTREAM} == UPSTREAM


@pytest.mark.parametrize("deployment", ["staging", "production"])
def test_what_people_read_has_a_deadline_at_noon_of_the_schedules_time_zone(
    deployment: Deployment, settings: Settings
) -> None:
    berlin = settings.model_copy(update={"schedule_timezone": "Europe/Berlin"})
    policies = {
        name: spec.freshness_policy
        for name, spec in specs(build_defs(deployment, settings=berlin)).items()
        if spec.freshness_policy is not None
    }
    assert set(policies) == {
        "metrics/brand_metrics",
        "marts/daily_brand_metrics",
        "marts/window_brand_metrics",
        "reports/daily_reports",
    }
    assert set(policies.values()) == {
        dg.FreshnessPolicy.cron("0 12 * * *", timedelta(hours=12), "Europe/Berlin")
    }


def test_nothing_is_late_on_a_persons_machine(settings: Settings) -> None:
    found = specs(build_defs("local", settings=settings))
    assert not [name for name, spec in found.items() if spec.freshness_policy]


@pytest.mark.parametrize("table", sorted(REGISTRY))
def test_every_asset_says_its_grain_and_who_owns_it(defs: dg.Definitions, table: str) -> None:
    spec = specs(defs)[table]
    first_line = (spec.description or "").splitlines()[0]
    assert first_line.startswith("One row per")
    assert first_line.endswith(".")
    assert len(first_line) <= 120, "it stands in a row of a table of the UI"
    assert spec.group_name == table.split("/", maxsplit=1)[0]
    assert spec.kinds
    assert spec.owners == ["team:brand-monitor"]
    assert spec.code_version


def test_every_table_has_a_blocking_schema_check(defs: dg.Definitions) -> None:
    keys = defs.resolve_asset_graph().asset_check_keys
    checked = {key.asset_key.to_user_string() for key in keys if key.name == "follows_schema"}
    assert checked == set(REGISTRY)


def test_steps_that_leave_the_process_are_bounded_by_a_pool(defs: dg.Definitions) -> None:
    pools = {
        key.to_user_string(): pool
        for asset in defs.assets or []
        if isinstance(asset, dg.AssetsDefinition)
        for key in asset.keys
        for pool in [asset.op.pool if isinstance(asset.node_def, dg.OpDefinition) else None]
    }
    for table in (
        "raw/page_snapshots",
        "raw/answers",
        "raw/canary_answers",
        "marts/daily_brand_metrics",
        "graph/graph_projections",
        "search/search_projections",
    ):
        assert pools[table], table


def test_no_asset_exceeds_its_partition_budget_in_three_years() -> None:
    days = 3 * 366
    assert days * len(ENGINE_FAMILIES) < PARTITION_BUDGET
    assert len(ENGINE_FAMILIES) <= 10


def test_brand_prompt_site_and_monitor_are_no_partition_axis(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    axes = {graph.get(key).partitions_def for key in graph.get_all_asset_keys()}
    assert axes == {None, DAILY, DAILY_BY_ENGINE}


def test_the_jobs_of_a_day_cover_every_asset(defs: dg.Definitions) -> None:
    covered = {
        key.to_user_string()
        for name in ("daily", "ask", "publish", "experiment")
        for key in defs.resolve_job_def(name).asset_layer.executable_asset_keys
    }
    assert covered == set(REGISTRY)


def test_the_look_at_many_days_is_no_part_of_publishing_one(defs: dg.Definitions) -> None:
    """A check without a condition of its own would ride along with every run that automation starts."""
    assert STANDING_CHECK not in defs.resolve_job_def("publish").asset_layer.asset_graph.asset_check_keys
    assert STANDING_CHECK in defs.resolve_job_def("standing_checks").asset_layer.asset_graph.asset_check_keys
    assert defs.resolve_asset_graph().get(STANDING_CHECK).automation_condition is not None
    result = dg.evaluate_automation_conditions(
        defs=defs, instance=dg.DagsterInstance.ephemeral(), asset_selection=PUBLISHED
    )
    assert STANDING_CHECK not in {each.key for each in result.results if each.true_subset.size}


def test_the_paid_root_has_no_automation_condition(defs: dg.Definitions) -> None:
    found = specs(defs)
    assert found["raw/answers"].automation_condition is None
    assert found["raw/canary_answers"].automation_condition is None
    automated = {name for name, spec in found.items() if spec.automation_condition}
    layers = {name.split("/")[0] for name in automated - {"metrics/variance_components"}}
    assert layers == {"marts", "graph", "search", "reports"}
