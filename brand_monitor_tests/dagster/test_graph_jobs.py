"""Jobs that compare the graph store with the lake and make it anew."""

from datetime import date
from typing import TYPE_CHECKING

import pytest

from brand_monitor.backends.graph.embedded import LadybugGraph
from brand_monitor.backends.graph.resource import LadybugGraphs
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.defs.graph import rebuild_graph, verify_graph
from brand_monitor.failures import PermanentFailure
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor_tests.contract.graph_stores import DAY, NEXT_DAY, small_day

if TYPE_CHECKING:
    import dagster as dg


@pytest.fixture
def lake(tmp_path) -> Lake:
    return Lake(FolderStore(tmp_path / "lake"))


@pytest.fixture
def resources(tmp_path, lake):
    return {"lake": lake, "graph": LadybugGraphs(path=str(tmp_path / "graph.lbug"))}


@pytest.fixture
def store(tmp_path) -> LadybugGraph:
    return LadybugGraph(tmp_path / "graph.lbug")


def publish(lake: Lake, day: date, monitor: str) -> None:
    for table, frame in zip(("graph/nodes", "graph/edges"), small_day(day=day, monitor=monitor), strict=True):
        lake.write(table, frame, partition=Partition(day), monitor_id=monitor)


def test_a_rebuild_holds_every_day_of_the_lake_and_nothing_else(lake, resources, store):
    store.replace_day("gone", DAY, *small_day(monitor="gone"))
    publish(lake, DAY, "shoes")
    publish(lake, NEXT_DAY, "boots")
    result = rebuild_graph.execute_in_process(resources=resources)
    assert result.output_for_node("rebuild_graph_store") == 2
    assert store.count("shoes", DAY) == store.count("boots", NEXT_DAY) == {"nodes": 6, "edges": 8}
    assert store.count("gone", DAY) == {"nodes": 0, "edges": 0}
    assert verify_graph.execute_in_process(resources=resources).success


def test_a_difference_is_named_with_what_to_do(lake, resources, store):
    publish(lake, DAY, "shoes")
    with pytest.raises(PermanentFailure, match=r"1 of 1 days .* shoes.*rebuild_graph"):
        verify_graph.execute_in_process(resources=resources)


def test_the_jobs_are_part_of_the_definitions(tmp_path):
    from brand_monitor.build import build_defs
    from brand_monitor.deployment import Settings

    definitions: dg.Definitions = build_defs("ci", settings=Settings(tmp_path))
    for job in (rebuild_graph, verify_graph):
        assert definitions.resolve_job_def(job.name).description == job.description
