"""What is documented is exported, and what is exported is documented; alerts speak of metrics that exist."""

import re
from pathlib import Path

import dagster as dg
import yaml

from brand_monitor.deployment import Settings
from brand_monitor.exporter.families import Family
from brand_monitor_tests.exporter.exported import collected
from tools.pages.monitoring import BEGIN, END

PAGE = Path(__file__).parents[2] / "docs/monitoring.md"
NAME = re.compile(r"\b(?:dagster|brand_monitor)_[a-z_]+\b")


def documented() -> dict[str, set[str]]:
    """Return the labels of every metric of the table."""
    table = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = re.findall(r"(?m)^\| `(\w+)` \| ([^|]*) \|", table)
    return {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}


def test_every_documented_metric_is_exported_and_every_exported_one_documented(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    exported = {
        f"{name}_total" if family.type == "counter" else name
        for name, family in collected(settings).families.items()
    }
    assert exported == set(documented())


def test_every_sample_has_the_documented_labels(settings: Settings, instance: dg.DagsterInstance) -> None:
    labels = documented()
    for family in collected(settings).families.values():
        for sample in family.samples:
            if not sample.name.endswith("_created"):
                assert set(sample.labels) == labels[sample.name], sample


def test_alerts_of_the_page_speak_of_metrics_and_labels_that_exist() -> None:
    [rules] = re.findall(r"(?s)```yaml\n(groups:.*?)```", PAGE.read_text(encoding="utf-8"))
    known = documented()
    for rule in yaml.safe_load(rules)["groups"][0]["rules"]:
        names = set(NAME.findall(rule["expr"]))
        assert names, rule["alert"]
        assert names <= set(known), rule["alert"]
        labels = set(re.findall(r"(\w+)=\"", rule["expr"]))
        for grouped in re.findall(r"by \(([^)]*)\)", rule["expr"]):
            labels |= set(grouped.replace(" ", "").split(","))
        assert labels <= set.union(*(known[name] for name in names)), rule["alert"]


def test_names_follow_the_customs_of_prometheus() -> None:
    for name, labels in documented().items():
        assert re.fullmatch(r"(dagster|brand_monitor)_[a-z_]+[a-z]", name), name
        assert not labels & {"run_id", "date", "day", "le"}, name
        assert Family(name, "").is_counter == name.endswith("_total")
