"""The commands of the graph: asking, comparing with the lake, making anew."""

import json

import pytest
from typer.testing import CliRunner

from brand_monitor.backends.graph.embedded import LadybugGraph
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.cli.graphing import app
from brand_monitor.cli.state import State
from brand_monitor.deployment import Settings
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor_tests.contract.graph_stores import DAY, small_day


@pytest.fixture
def invoke(tmp_path):
    settings = Settings(tmp_path)
    for table, frame in zip(("graph/nodes", "graph/edges"), small_day(), strict=True):
        Lake(FolderStore(settings.lake_dir)).write(table, frame, partition=Partition(DAY), monitor_id="shoes")
    return lambda *arguments: CliRunner().invoke(app, arguments, obj=State(settings=settings, debug=False))


def test_a_graph_that_lacks_a_day_is_found_made_anew_and_can_be_asked(invoke, tmp_path):
    missing = invoke("verify")
    assert missing.exit_code == 1
    assert f"differs: {DAY} of shoes: (6, 8) nodes and edges in the lake, (0, 0) held" in missing.output
    rebuilt = invoke("rebuild")
    assert (rebuilt.exit_code, rebuilt.output) == (0, "1 days compared, 0 differ\n")
    assert LadybugGraph(tmp_path / "state" / "graph.lbug").count("shoes", DAY) == {"nodes": 6, "edges": 8}
    assert invoke("verify").exit_code == 0
    asked = invoke(
        "ask",
        "MATCH (:Answer)-[m:MENTIONS]->(b:Brand) WHERE m.date = $day AND m.weight > $least "
        "RETURN b.label AS brand, m.date AS day",
        *("-v", f"day={DAY}", "-v", "least=1.5"),
    )
    assert [json.loads(line) for line in asked.output.splitlines()] == [{"brand": "Nike", "day": f"{DAY}"}]


def test_a_value_without_a_name_is_a_usage_error(invoke):
    assert "NAME=VALUE" in invoke("ask", "RETURN $x AS x", "-v", "=3").output
