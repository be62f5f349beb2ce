"""docs/monitoring.md: the table of metrics between two markers; everything around it is written by hand."""

from collections.abc import Iterator
from pathlib import Path

from brand_monitor.exporter.collecting import FAMILIES
from brand_monitor.exporter.databases import subjects_of_dagster, subjects_of_ours
from brand_monitor.exporter.families import Family
from brand_monitor.exporter.monitors import MonitorFiles
from tools.pages.markdown import table

PAGE = Path(__file__).parents[2] / "docs" / "monitoring.md"
BEGIN = "<!-- metrics: written by `make docs` from brand_monitor/exporter/ -->"
END = "<!-- end of the metrics -->"


def render() -> str:
    """Return docs/monitoring.md with today's table in it.

    Raises:
        ValueError: the file has lost a marker.
    """
    text = PAGE.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{PAGE} lacks a marker: {BEGIN if not begin else END}")
    rows = table(["metric", "labels", "what it says", "subject"], _rows())
    return f"{before}{BEGIN}\n\n{rows}\n{END}{after}"


def _rows() -> Iterator[list[str]]:
    # The folder is never read: only the names and meanings of the metrics are.
    for subject in (*subjects_of_dagster(), *subjects_of_ours(MonitorFiles(Path("monitors")))):
        for family in subject.families:
            yield _row(family, f"`{subject.name}`")
    for family in FAMILIES:
        yield _row(family, "the exporter itself")


def _row(family: Family, subject: str) -> list[str]:
    labels = ", ".join(f"`{label}`" for label in family.labels)
    return [f"`{family.name}`", labels, family.meaning, subject]
