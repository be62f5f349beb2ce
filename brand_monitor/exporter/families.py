"""What is exported, as values: a family of samples, and a subject that fills several families in one go.

Belongs here: the two types. Not here: the families themselves, which stand beside the statements that fill
them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import Connection

#: Values by the values of the labels, in the order of the family's labels.
Samples = Mapping[tuple[str, ...], float]


@dataclass(frozen=True)
class Family:
    """A metric: its name, what it says in one sentence, and its labels, none of which grows with time."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()

    @property
    def is_counter(self) -> bool:
        """Whether it only grows for as long as the process lives; all else is a state."""
        return self.name.endswith("_total")

    def filled(self, samples: Samples) -> Metric:
        """Return the metric with its samples; without any it is exported with its description alone."""
        kind = CounterMetricFamily if self.is_counter else GaugeMetricFamily
        metric = kind(self.name, self.meaning, labels=self.labels)
        for values, sample in samples.items():
            metric.add_metric(list(values), sample)
        return metric


@dataclass(frozen=True)
class Subject:
    """What is read in one transaction: it is renewed as a whole, or keeps its last state as a whole."""

    name: str
    families: tuple[Family, ...]
    collect: Callable[[Connection], Iterable[Metric]]
