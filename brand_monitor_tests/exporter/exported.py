"""What an exporter says of an installation, for tests that look at single figures."""

from typing import TYPE_CHECKING
from urllib.request import urlopen

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from brand_monitor.deployment import Settings
from brand_monitor.exporter.collecting import Collection
from brand_monitor.exporter.databases import open_sources

if TYPE_CHECKING:
    from prometheus_client.core import Metric

MONITOR = """\
id: tiny
market: Shoes
brands:
  - {id: own, name: Larkstride, role: own}
  - {id: ctrl, name: Ombrevale, role: control}
prompts:
  - {id: p, text: "Which shoes?"}
engines:
  - {id: a, family: local}
budget: {day_usd: 4.0, month_usd: 10.0}
"""


class Exported:
    """The metrics of a text as Prometheus reads it."""

    def __init__(self, text: str) -> None:
        self.families: dict[str, Metric] = {one.name: one for one in text_string_to_metric_families(text)}

    def all(self, name: str) -> dict[tuple[str, ...], float]:
        """Return the samples of a metric by the values of their labels, in the order of the labels' names."""
        samples = self.families[name.removesuffix("_total")].samples
        return {tuple(one.labels.values()): one.value for one in samples if one.name == name}

    def one(self, name: str, *labels: str) -> float:
        """Return one sample of a metric."""
        return self.all(name)[labels]


def administrator(settings: Settings) -> str:
    """Return the address of the database, with the user who may do everything."""
    assert settings.dagster_database_url
    return settings.dagster_database_url.get_secret_value()


def collected(settings: Settings) -> Exported:
    """Return what an exporter says after one round; a subject that fails fails the test."""
    collection = Collection(open_sources(settings))
    collection.renew()
    exported = Exported(text_of(collection))
    errors = exported.all("brand_monitor_exporter_errors_total")
    assert set(errors.values()) == {0.0}, errors
    return exported


def text_of(collection: Collection) -> str:
    registry = CollectorRegistry()
    registry.register(collection)
    return generate_latest(registry).decode()


def scraped(port: int) -> Exported:
    """Return what an exporter of this machine answers."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return Exported(answer.read().decode())
