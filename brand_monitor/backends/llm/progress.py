"""How far the asking of one engine is. Not here: the asking itself, the words (``reporting.progress``)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from brand_monitor.failures import EngineStoppedError


@dataclass
class Progress:
    """How far the asking is; ``seconds`` runs from the first call, engine already started."""

    planned: int
    received: int = 0
    cached: int = 0
    failed: int = 0
    faults: Counter[str] = field(default_factory=Counter)  # by class: also answers that are none, and retries
    cost_usd: float = 0.0
    unpriced: int = 0
    seconds: float = 0.0
    stopped: str | None = None  # why the rest was not asked
    stopped_by: str | None = None  # the class of that, a Fault or "budget"

    @property
    def done(self) -> int:
        """Calls of which it is known what became of them."""
        return self.received + self.failed

    def stop(self, error: EngineStoppedError) -> None:
        """Note why nothing more is asked; the first reason stays."""
        if self.stopped is None:
            self.stopped, self.stopped_by = str(error), error.fault
            self.faults[error.fault] += 1

    @property
    def not_asked(self) -> int:
        """Calls that stay planned."""
        return self.planned - self.done

    @property
    def seconds_left(self) -> float | None:
        """Expected remaining seconds at the pace so far, None before the first call ended."""
        return None if self.done == 0 else self.seconds / self.done * self.not_asked


Report = Callable[[Progress], None]
