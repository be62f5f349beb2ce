"""Jobs that compare the search index with the lake and make it anew."""

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from brand_monitor.backends.bundles import resources_for
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.search.interface import Entry
from brand_monitor.backends.search.resource import OpenSearchIndexes, TantivyIndexes
from brand_monitor.build import build_defs
from brand_monitor.defs.search import rebuild_search, verify_search
from brand_monitor.deployment import Settings
from brand_monitor.failures import PermanentFailure
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor_tests.unit.domain.market_frames import DAY, Market, document_frame

if TYPE_CHECKING:
    import dagster as dg


@pytest.fixture
def resources(tmp_path: Path) -> dict:
    """A lake of two pages and two answers, one of which failed, and an empty index."""
    lake = Lake(FolderStore(tmp_path / "lake"))
    market = Market().ask("best-shoe").ask("best-sock", status="failed")
    answers = market.answers.with_columns(text=pl.lit("Take the Dawn."))
    lake.write(
        "core/documents",
        document_frame("a.example/1", "b.example/2"),
        partition=Partition(DAY),
        monitor_id="shoes",
    )
    lake.write("raw/answers", answers, partition=Partition(DAY, "local"), monitor_id="shoes")
    return {"lake": lake, "search": TantivyIndexes(folder=str(tmp_path / "search"))}


def test_a_rebuild_holds_every_page_and_answer_of_the_lake_and_nothing_else(resources):
    with resources["search"].open() as index:
        index.replace_day("gone", DAY, "documents", [Entry("gone", "", "gone")])
    result = rebuild_search.execute_in_process(resources=resources)
    assert result.output_for_node("build_search_index_anew") == 3
    with resources["search"].open() as index:
        assert index.days("documents") == index.days("answers") == [("shoes", DAY)]
        assert index.search("dawn", collection="answers")[0].engine_id == "alone"
    assert verify_search.execute_in_process(resources=resources).success


def test_a_difference_is_named_with_what_to_do(resources):
    with pytest.raises(PermanentFailure, match=r"2 days, first documents of shoes.*rebuild_search"):
        verify_search.execute_in_process(resources=resources)


def test_the_jobs_are_part_of_the_definitions(tmp_path):
    definitions: dg.Definitions = build_defs("ci", settings=Settings(tmp_path))
    for job in (rebuild_search, verify_search):
        assert definitions.resolve_job_def(job.name).description == job.description


def test_the_address_of_opensearch_chooses_it(tmp_path):
    chosen = resources_for("local", Settings(tmp_path, opensearch_url="https://search.example:9200"))
    assert isinstance(chosen["search"], OpenSearchIndexes)
    assert isinstance(resources_for("local", Settings(tmp_path))["search"], TantivyIndexes)
