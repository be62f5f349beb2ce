"""Any store whose calls fail on purpose: probabilities and seed are given.

What goes wrong is what a real server shows: refused before anything happened, the answer lost after it
happened (so that who tries again does it twice), done twice by a request that was still on its way.
"""

import inspect
import random
from collections.abc import Callable, Collection
from typing import Any

from brand_monitor.failures import StorageError, TransientFailure


class Unreliable:
    """A store with faults in front of some of its methods; ``faults`` lists what happened.

    Args:
        store: behind it, the truth.
        methods: names of those that may fail; all others pass.
        refused: probability that a call does nothing and fails.
        lost: probability that a call is done and fails all the same.
        doubled: probability that a call is done twice.
        seed: same seed, same faults.
    """

    def __init__(
        self,
        store: Any,
        methods: Collection[str],
        *,
        refused: float,
        lost: float,
        doubled: float = 0.0,
        seed: int,
    ) -> None:
        self.faults: list[str] = []
        self._store, self._methods = store, methods
        self._chances = {"refused": refused, "lost": lost, "doubled": doubled}
        self._dice = random.Random(seed)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in self._methods:
            return method
        return self._later(method) if inspect.iscoroutinefunction(method) else self._now(method)

    def _now(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self._maybe("refused", method)
            answer = method(*arguments, **named)
            if self._happens("doubled"):
                answer = method(*arguments, **named)
            self._maybe("lost", method)
            return answer

        return call

    def _later(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*arguments: Any, **named: Any) -> Any:
            self._maybe("refused", method)
            answer = await method(*arguments, **named)
            if self._happens("doubled"):
                answer = await method(*arguments, **named)
            self._maybe("lost", method)
            return answer

        return call

    def _maybe(self, fault: str, method: Callable[..., Any]) -> None:
        if self._happens(fault):
            raise StorageError(f"{method.__name__}: {fault} on purpose")

    def _happens(self, fault: str) -> bool:
        happens = self._dice.random() < self._chances[fault]
        if happens:
            self.faults.append(fault)
        return happens


def until_it_succeeds(call: Callable[[], Any]) -> Any:
    """Return what a call returns once it does not fail: what whoever tries again does."""
    while True:
        try:
            return call()
        except TransientFailure:
            continue
