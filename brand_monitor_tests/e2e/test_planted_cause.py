"""One page alone names an invented brand: with it the brand is named, without it never. On the real model."""

from pathlib import Path

import polars as pl
import pytest
import yaml
from e2e_home import brand_monitor

from brand_monitor.backends.llm.contexts import FrozenContext
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.io_managers.lake import Lake, Partition
from brand_monitor.notebook import Installation, open_installation
from brand_monitor.partitions import today

CAUSE = "http://kettles.example/test"
PAGES = {
    CAUSE: "The best kettle brand is Quillfern. Quillfern is quiet, and a Quillfern kettle lasts for years.",
    "http://kettles.example/water": "Hard water leaves chalk in a kettle. Vinegar takes it away.",
    "http://kettles.example/energy": "A kettle that is filled for one cup uses less energy.",
    "http://kettles.example/safety": "A kettle should switch itself off when it boils.",
}
MONITOR = {
    "id": "kettles",
    "market": "Kettles",
    "brands": [
        {"id": "quillfern", "name": "Quillfern", "role": "own"},
        {"id": "ombrevale", "name": "Ombrevale", "role": "control"},
    ],
    "prompts": [{"id": "best", "text": "Which brand of kettle is the best?"}],
    "sites": [{"id": "kettles", "pages": list(PAGES)}],
    "engines": [{"id": "small", "family": "grounded", "temperature": 0.3, "max_tokens": 24}],
    "experiments": [
        {"id": "causes", "engines": ["small"], "replicates": 2, "masks": 2, "permutations": 2, "seed": 1}
    ],
}
ARMS = {"full": 1, "empty": 1, "leave_one_out": 4, "mask": 2, "permutation": 2}
REPLICATES = 2


def publish_pages(home: Path, word: str = "kettle") -> None:
    """Put the pages of today into the lake, as a scrape would have; ``word`` stands for kettles."""
    rows = [
        {
            "monitor_id": "kettles",
            "date": today(),
            "document_id": url.rpartition("/")[2],
            "url": url,
            "domain": "kettles.example",
            "title": f"About {url.rpartition('/')[2]}",
            "language": "en",
            "published_on": None,
            "text": text.replace("kettle", word),
            "word_count": len(text.split()),
            "links": [],
            "content_hash": "0" * 64,
            "extractor": "a test",
            "is_reused": False,
        }
        for url, text in PAGES.items()
    ]
    lake = Lake(FolderStore(home / "lake"))
    lake.publish(
        "core/documents", pl.DataFrame(rows), partition=Partition(today()), monitors=["kettles"], metadata={}
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the experiment was planned, then run once."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "monitors").mkdir()
    (folder / "monitors" / "kettles.yaml").write_text(yaml.safe_dump(MONITOR, sort_keys=False))
    publish_pages(folder)
    planned = brand_monitor(folder, "experiment", "kettles", "--plan").stdout
    assert f" {sum(ARMS.values()) * REPLICATES} " in planned
    assert not (folder / "lake" / "payloads").exists(), "a plan stores nothing and asks nobody"
    assert f"{sum(ARMS.values()) * REPLICATES} calls" in brand_monitor(folder, "experiment", "kettles").stdout
    return folder


@pytest.fixture(scope="module")
def installation(home: Path) -> Installation:
    return open_installation(home)


@pytest.fixture(scope="module")
def answers(installation: Installation) -> pl.DataFrame:
    return installation.load("experiments/designed_answers")


@pytest.fixture(scope="module")
def named(installation: Installation, answers: pl.DataFrame) -> pl.DataFrame:
    """The answers, with whether the cause was shown and whether the brand was named: from tables alone."""
    mentions = installation.load("experiments/designed_mentions")
    naming = mentions.filter(pl.col("is_counted"), pl.col("brand_id") == "quillfern")["answer_id"]
    at = answers["context_urls"][0].to_list().index(CAUSE)
    return answers.with_columns(
        pl.col("answer_id").is_in(naming.to_list()).alias("is_named"),
        pl.col("shown").list.contains(at).alias("has_cause"),
    )


@pytest.fixture(scope="module")
def effects(installation: Installation) -> pl.DataFrame:
    """The effects on the brand, of the experiment as it was run first."""
    return installation.load("experiments/source_effects").filter(pl.col("brand_id") == "quillfern")


def test_every_arm_is_answered_as_often_as_the_design_says(answers: pl.DataFrame) -> None:
    kinds = answers.group_by("design_kind").agg(pl.len(), pl.col("arm").n_unique().alias("arms"))
    assert {kind: (n, arms) for kind, n, arms in kinds.iter_rows()} == {
        kind: (arms * REPLICATES, arms) for kind, arms in ARMS.items()
    }
    assert answers["status"].unique().to_list() == ["ok"]
    assert answers["sources_in_context"].unique().to_list() == [len(PAGES)]


def test_without_its_only_cause_the_brand_is_never_named(named: pl.DataFrame) -> None:
    without = named.filter(~pl.col("has_cause"))
    assert set(without["design_kind"]) == {"empty", "leave_one_out", "mask"}
    assert without["is_named"].sum() == 0


def test_with_its_cause_the_brand_is_named_alone_or_among_others(named: pl.DataFrame) -> None:
    for kind in ("full", "leave_one_out", "permutation"):
        assert named.filter(pl.col("has_cause"), pl.col("design_kind") == kind)["is_named"].any(), kind


@pytest.mark.parametrize("method", ["leave_one_out", "shapley"])
def test_the_table_of_effects_ranks_the_cause_first_and_finds_nothing_in_the_other_pages(
    effects: pl.DataFrame, method: str
) -> None:
    found = effects.filter(pl.col("method") == method)
    assert found["url"].to_list()[0] == CAUSE
    assert found["effect"][0] > 0.5 > found["effect"][1]
    others = found.filter(pl.col("url") != CAUSE)
    assert others.height == len(PAGES) - 1
    assert ((others["lower"] <= 0) & (others["upper"] >= 0)).all()


def test_two_masks_are_too_few_for_a_surrogate_and_the_table_says_so(effects: pl.DataFrame) -> None:
    found = effects.filter(pl.col("method") == "surrogate")
    assert found["lower"].null_count() == found.height == len(PAGES)
    assert set(found["reason"]) == {"few_masks"}


def test_every_effect_says_that_it_is_of_this_model_on_these_pages(effects: pl.DataFrame) -> None:
    assert set(effects["scope_note"]) == {"This model on this frozen context, not the consumer product."}


def test_no_answer_names_the_invented_control(installation: Installation) -> None:
    assert "ombrevale" not in installation.load("experiments/designed_mentions")["brand_id"].to_list()


def test_an_answer_leads_back_to_the_sources_that_it_was_shown(
    installation: Installation, answers: pl.DataFrame
) -> None:
    for row in answers.iter_rows(named=True):
        context = FrozenContext.load(installation.payloads, row["frozen_hash"])
        payload = installation.payloads.get(row["payload_hash"])
        assert [source.url for source in context.sources] == row["context_urls"]
        shown = [row["context_urls"][index] for index in row["shown"]]
        assert [source["url"] for source in payload["context"]["sources"]] == shown
        retrieved = [source for source in row["sources"] if source["relation"] == "retrieved"]
        assert [source["url"] for source in retrieved] == shown
        assert [source["position"] for source in retrieved] == list(range(1, len(shown) + 1))


@pytest.mark.usefixtures("answers")
def test_an_experiment_is_no_answer_of_the_day(home: Path) -> None:
    assert not (home / "lake" / "raw" / "answers").exists()


def test_the_second_run_makes_no_call_although_the_pages_changed(home: Path, answers: pl.DataFrame) -> None:
    publish_pages(home, word="teapot")
    again = brand_monitor(home, "experiment", "kettles")
    assert " 0 calls" in again.stdout
    repeated = open_installation(home).load("experiments/designed_answers")
    assert repeated.sort("answer_id").equals(answers.sort("answer_id"))


def test_only_what_is_new_in_the_design_is_asked_and_what_was_answered_stays(
    home: Path, answers: pl.DataFrame
) -> None:
    path = home / "monitors" / "kettles.yaml"
    path.write_text(
        path.read_text().replace("replicates: 2", "replicates: 3").replace("masks: 2", "masks: 0")
    )
    added = sum(ARMS.values()) - ARMS["mask"]
    assert f" {added} calls" in brand_monitor(home, "experiment", "kettles").stdout
    grown = open_installation(home).load("experiments/designed_answers")
    assert grown.height == answers.height + added
    assert grown["frozen_hash"].n_unique() == 1, "the context that was frozen, not the pages of now"
