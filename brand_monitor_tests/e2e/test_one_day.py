"""One true day through every room: from a question to a figure, and back to the sentences behind it."""

import json
from pathlib import Path

import nbformat
import polars as pl
import pytest
from e2e_home import brand_monitor, new_home
from nbclient import NotebookClient

from brand_monitor.io_managers.lake import Partition
from brand_monitor.notebook import Installation, open_installation
from brand_monitor.partitions import today
from brand_monitor.schemas.registry import REGISTRY

NOTEBOOK = Path(__file__).parents[2] / "examples/notebook/from_a_figure_to_its_sentences.ipynb"
CANARY = "canary-1f9b7c5e-must-not-be-stored"
CANARIES = {
    "OPENAI_API_KEY": f"sk-{CANARY}",
    "ANTHROPIC_API_KEY": CANARY,
    "DATABASE_PASSWORD": CANARY,
    "SOME_TOKEN": CANARY,
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which one day was run, with secrets in the environment."""
    folder = new_home(tmp_path_factory.mktemp("home"))
    done = brand_monitor(folder, "run", env=CANARIES)
    (folder / "printed.txt").write_text(done.stdout + done.stderr)
    return folder


@pytest.fixture(scope="module")
def day(home: Path) -> Installation:
    return open_installation(home)


#: Tables that no run of this day has made: nobody has started an experiment.
UNPUBLISHED = {table for table in REGISTRY if table.startswith("experiments/")}
#: Tables that this day has no rows for: no hosted engine has canaries or a past, no person has labelled pairs,
#: no server takes the marts.
WITHOUT_ROWS = {
    "raw/canary_answers",
    "core/model_changes",
    "metrics/corrected_rates",
    "marts/publications",
}


def test_every_table_of_the_day_is_published(day: Installation) -> None:
    published = REGISTRY.keys() - UNPUBLISHED
    empty = {
        table for table in published if day.load(table, today() if "seed" not in table else None).is_empty()
    }
    assert empty == WITHOUT_ROWS


def test_the_own_brand_is_unknown_to_the_model_alone(day: Installation) -> None:
    figures = day.metrics(metric="visibility", monitor="tiny")
    [alone] = figures.filter(engine_id="smollm2", subject="larkstride").to_dicts()
    assert alone["value"] == 0
    assert (alone["n"], alone["k"]) == (9, 3)
    assert alone["lower"] == 0
    assert 0 < alone["upper"] < 1
    assert alone["definition"] == "visibility@1"


def test_the_invented_control_is_never_seen(day: Installation) -> None:
    figures = day.metrics(metric="visibility", monitor="tiny").filter(subject="ombrevale")
    assert figures["value"].to_list() == [0.0, 0.0]


def test_grounded_answers_know_their_sources(day: Installation) -> None:
    answers = day.load("raw/answers", engines=["grounded"])
    assert answers["context_hash"].null_count() == 0
    assert answers["sources"].list.len().min() == 2
    documents = set(day.load("core/documents")["document_id"])
    named = answers.explode("sources").unnest("sources")["document_id"]
    assert set(named) <= documents


def test_a_figure_leads_back_to_answers_sentences_payloads_and_runs(day: Installation) -> None:
    trace = day.trace(monitor="tiny", engine_id="smollm2-grounded", brand_id="larkstride")
    assert trace.definition.key == "visibility@1"
    assert trace.answers.height == trace.figure["n"]
    assert trace.answers["mentions_subject"].sum() == trace.figure["numerator"]
    for mention in trace.mentions.iter_rows(named=True):
        [text] = trace.answers.filter(answer_id=mention["answer_id"])["text"]
        assert text[mention["start"] : mention["end"]] == mention["surface"]
        assert mention["surface"] in mention["sentence"]
    for digest in trace.answers["payload_hash"]:
        assert day.payload(digest)["request"]
    assert len(trace.asked_by) == 1
    assert len(trace.computed_by) == 36


def test_the_report_is_there_and_says_what_the_answers_are(day: Installation) -> None:
    [row] = day.load("reports/daily_reports").to_dicts()
    html = day.lake.store.get(row["report_key"]).decode()
    assert row["answers"] == 4 * 3 + 4 * 2
    assert "plumbing, not evidence" in html
    assert "Larkstride" in html


def test_no_secret_of_the_environment_is_stored_or_shown(home: Path, day: Installation) -> None:
    """Logs, metadata, lake, journal, projections, event log: the canary is in none of them."""
    holders = [path for path in home.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert holders == []
    for digest in day.load("raw/answers")["payload_hash"]:
        assert CANARY not in json.dumps(day.payload(digest))
    for table in REGISTRY.keys() - UNPUBLISHED:  # Parquet is compressed: look inside
        assert CANARY not in str(day.load(table).to_dicts())


def test_the_same_day_again_asks_nothing_and_gives_the_same_figures(home: Path, day: Installation) -> None:
    before = day.load("metrics/brand_metrics").sort(pl.all().exclude("flags"))
    done = brand_monitor(home, "run")
    assert "0 calls" in done.stdout + done.stderr
    assert day.load("metrics/brand_metrics").sort(pl.all().exclude("flags")).equals(before)
    snapshots = day.load("raw/page_snapshots")
    assert snapshots["outcome"].unique().to_list() == ["not_modified"]
    assert day.load("core/documents")["is_reused"].all()


def test_rederiving_asks_nobody_and_follows_the_monitor_file(home: Path, day: Installation) -> None:
    """Two brands that exchange names exchange their figures, those of the past as well."""
    path = home / "monitors" / "tiny.yaml"
    original = path.read_text()
    exchanged = original.replace("name: Nike\n", "name: Nobody\n").replace(
        "name: Larkstride\n", "name: Nike\n"
    )
    before = grounded_visibilities(day)
    assert before["larkstride"] > before["nike"]
    try:
        path.write_text(exchanged.replace("name: Nobody\n", "name: Larkstride\n"))
        printed = brand_monitor(home, "run", "--rederive").stdout
        assert ": 0 calls." in printed
        after = grounded_visibilities(day)
        assert (after["nike"], after["larkstride"]) == (before["larkstride"], before["nike"])
        footer = day.lake.footer("metrics/brand_metrics", Partition(today(), "local"), "tiny")
        assert footer["table"] == "metrics/brand_metrics"
    finally:
        path.write_text(original)


def grounded_visibilities(day: Installation) -> dict[str, float]:
    figures = day.metrics(metric="visibility").filter(engine_id="smollm2-grounded")
    return dict(figures.select("subject", "value").iter_rows())


@pytest.mark.usefixtures("day")
def test_the_example_notebook_runs_on_the_day(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAND_MONITOR_HOME", str(home))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [cell["outputs"] for cell in notebook.cells if cell["cell_type"] == "code"]
    assert all(outputs), "a cell of the example shows nothing"
