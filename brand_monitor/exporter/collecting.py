"""Collecting at an interval, and keeping the last state of each subject.

Belongs here: rounds, failures, and what the exporter says of itself. Not here: what is read (the subjects),
or HTTP.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Event, Lock, Thread

from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from brand_monitor import __version__
from brand_monitor.backends.tables.faults import place_of, said_by
from brand_monitor.exporter.databases import Source
from brand_monitor.exporter.families import Family, Subject
from brand_monitor.failures import BrandMonitorError

_LOG = logging.getLogger("brand_monitor.exporter")

_SECONDS = Family(
    "brand_monitor_exporter_collection_duration_seconds",
    "How long the last successful collection of the subject took.",
    ("subject",),
)
_SUCCESS = Family(
    "brand_monitor_exporter_last_success_timestamp_seconds",
    "When the subject was last collected: all its other metrics are as of then; 0 if never.",
    ("subject",),
)
_ERRORS = Family(
    "brand_monitor_exporter_errors_total", "Collections of the subject that failed.", ("subject",)
)
_BUILD = Family("brand_monitor_exporter_build_info", "Always 1; the version is a label.", ("version",))
#: What the exporter says of itself.
FAMILIES = (_SECONDS, _SUCCESS, _ERRORS, _BUILD)


@dataclass
class _State:
    """What is known of a subject."""

    metrics: list[Metric] = field(default_factory=list)
    seconds: float | None = None
    succeeded_at: float = 0.0
    errors: int = 0
    is_failing: bool = False


class Collection(Collector):
    """The last state of every subject. Collected by one thread, read by any number of scrapes.

    Args:
        sources: the databases and what is read there.
        clock: seconds of the epoch.
    """

    def __init__(self, sources: Sequence[Source], clock: Callable[[], float] = time.time) -> None:
        self._sources = sources
        self._clock = clock
        self._lock = Lock()
        self._states = {subject.name: _State() for source in sources for subject in source.subjects}

    def collect(self) -> Iterator[Metric]:
        """Yield the last state, and what the exporter says of itself; asks no database."""
        with self._lock:
            states = {name: replace(state) for name, state in self._states.items()}
        for state in states.values():
            yield from state.metrics
        yield _SECONDS.filled(
            {(name,): state.seconds for name, state in states.items() if state.seconds is not None}
        )
        yield _SUCCESS.filled({(name,): state.succeeded_at for name, state in states.items()})
        yield _ERRORS.filled({(name,): state.errors for name, state in states.items()})
        yield _BUILD.filled({(__version__,): 1})

    def renew(self) -> None:
        """Collect every subject once. Raises nothing: a failure is counted, and the last state is kept."""
        for source in self._sources:
            waiting = list(source.subjects)
            try:
                with source.engine.connect() as connection:
                    while waiting:
                        self._renew(source, waiting.pop(0), connection)
            except Exception as error:  # noqa: BLE001 - the thread must not end
                # A server that is away is waited for once a round, and not once a subject.
                for subject in waiting:
                    self._fail(source, subject, error)

    def _renew(self, source: Source, subject: Subject, connection: Connection) -> None:
        started = time.perf_counter()
        try:
            with connection.begin():
                metrics = list(subject.collect(connection))
        except Exception as error:  # noqa: BLE001 - a fault in one subject must not end the others
            self._fail(source, subject, error)
        else:
            self._succeed(subject, metrics, time.perf_counter() - started)

    def _succeed(self, subject: Subject, metrics: list[Metric], seconds: float) -> None:
        state = self._states[subject.name]
        with self._lock:
            state.metrics, state.seconds, state.succeeded_at = metrics, seconds, self._clock()
            was_failing, state.is_failing = state.is_failing, False
        if was_failing:
            _LOG.warning("%s is collected again", subject.name)

    def _fail(self, source: Source, subject: Subject, error: Exception) -> None:
        state = self._states[subject.name]
        with self._lock:
            state.errors += 1
            was_failing, state.is_failing = state.is_failing, True
        if not was_failing:
            is_known = isinstance(error, (BrandMonitorError, SQLAlchemyError))
            said = said_by(error) if isinstance(error, SQLAlchemyError) else error
            _LOG.warning(
                "%s is not collected from %s, its last state is served: %s (docs/monitoring.md)",
                subject.name,
                place_of(source.engine),
                said,
                exc_info=None if is_known else error,
            )


class Rounds(Thread):
    """Renews a collection at an interval until it is told to stop."""

    def __init__(self, collection: Collection, interval_seconds: float) -> None:
        super().__init__(name="collecting", daemon=True)
        self._collection = collection
        self._interval_seconds = interval_seconds
        self._stopping = Event()

    def run(self) -> None:
        """Collect at once, and then at each interval."""
        while True:
            self._collection.renew()
            if self._stopping.wait(self._interval_seconds):
                return

    def stop(self) -> None:
        """Start no further round; one that is under way goes on to its end."""
        self._stopping.set()
