"""The control document: which documents a reader must not see, and who may write.

OpenSearch has no transactions. A day is written under a fresh ``batch``, which is hidden first; when it is
whole, one conditional write of this document shows it and hides what stood there before. Readers leave the
hidden batches out, and ask again if the document changed while they asked: they see a day before or after.

Belongs here: the document and its changes, as pure functions. Not here: documents of entries.
"""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from brand_monitor.backends.search.opensearch_client import Server, ask
from brand_monitor.backends.search.opensearch_schema import Names, control_index
from brand_monitor.failures import StorageError, TransientFailure

#: A writer that was overtaken may still have a request on its way: its batch stays hidden that long.
ABANDONED_SECONDS = 24 * 3600.0
#: A writer gives up before its batch could have been forgotten.
WRITE_SECONDS = 3600.0

_MOST_TRIES = 200
_POLL_SECONDS = 0.01

Stage = Literal["writing", "abandoned", "retired"]


@dataclass(frozen=True)
class Batch:
    """Documents that readers must not see. ``since`` is in seconds since 1970, by the writer's clock."""

    key: str
    stage: Stage
    since: float


@dataclass(frozen=True)
class State:
    """What the control document says.

    Attributes:
        hidden: batches that readers leave out, by name.
        rebuild: token of the rebuild that keeps other writers out, empty if there is none.
        rebuild_until: when that rebuild counts as dead, seconds since 1970.
        shown: collections that have an index; where there is none, nothing was ever written.
    """

    hidden: dict[str, Batch] = field(default_factory=dict)
    rebuild: str = ""
    rebuild_until: float = 0.0
    shown: frozenset[str] = frozenset()

    def is_rebuilt_by(self, token: str, now: float) -> bool:
        """Tell whether this rebuild still holds the index."""
        return self.rebuild == token and now < self.rebuild_until

    def is_being_rebuilt(self, now: float) -> bool:
        """Tell whether any rebuild holds the index."""
        return bool(self.rebuild) and now < self.rebuild_until


@dataclass(frozen=True)
class Version:
    """A state, and the place of its write in the history of the document; -1 before the first."""

    state: State
    seq_no: int = -1
    primary_term: int = 0


class Control:
    """Reads and changes the control document of one set of indices."""

    def __init__(self, server: Server, client: Any, names: Names) -> None:
        self._server, self._client, self._names = server, client, names

    def read(self) -> Version:
        """Return the present version; a get is real-time, it needs no refresh."""
        index, doc_id = self._names.control, self._names.control_id
        found = ask(
            self._server,
            "read the control document",
            lambda: self._client.get(index=index, id=doc_id, params={"ignore": 404}),
        )
        if not found.get("found"):
            return Version(State())
        return Version(_state(found["_source"]["state"]), found["_seq_no"], found["_primary_term"])

    def change(self, change: Callable[[State], State]) -> State:
        """Apply a function to the state by conditional writes, and return the state it led to.

        Args:
            change: applied again whenever another writer was faster, or whenever it is not known whether a
                write arrived: applied to its own result it must return it unchanged.

        Raises:
            StorageError: the document kept changing, or the server is away.
        """
        for _ in range(_MOST_TRIES):
            version = self.read()
            wanted = change(version.state)
            if wanted == version.state or self._write(version, wanted):
                return wanted
            time.sleep(_POLL_SECONDS * random.random())  # noqa: S311 - spreads writers, no secret
        raise StorageError(
            f"OpenSearch at {self._server.url}: {_MOST_TRIES} writers were faster; run fewer at once"
        )

    def wait_until_free(self, seconds: float) -> None:
        """Wait while somebody rebuilds the index.

        Raises:
            TransientFailure: it went on for longer.
        """
        deadline = time.monotonic() + seconds
        while (state := self.read().state).is_being_rebuilt(time.time()):
            if time.monotonic() >= deadline:
                raise TransientFailure(
                    f"OpenSearch at {self._server.url}: {self._names.prefix} is being rebuilt "
                    f"({state.rebuild}) and was not free within {seconds:g} s; nothing changed, "
                    "try again later"
                )
            time.sleep(0.2)

    def prepare(self) -> None:
        """Make the index of control documents if it is missing."""
        index = self._names.control
        ask(
            self._server,
            f"make the index {index}",
            lambda: (
                self._client.indices.exists(index=index)
                or self._client.indices.create(index=index, body=control_index(), params={"ignore": 400})
            ),
        )

    def forget(self) -> None:
        """Delete the document."""
        index, doc_id = self._names.control, self._names.control_id
        ask(
            self._server,
            "delete the control document",
            lambda: self._client.delete(index=index, id=doc_id, params={"ignore": 404}),
        )

    def _write(self, version: Version, state: State) -> bool:
        params: dict[str, Any] = {"op_type": "create"}
        if version.seq_no >= 0:
            params = {"if_seq_no": version.seq_no, "if_primary_term": version.primary_term}
        answer = ask(
            self._server,
            "write the control document",
            lambda: self._client.index(
                index=self._names.control,
                id=self._names.control_id,
                body={"state": _stored(state)},
                params={**params, "ignore": 409},
            ),
        )
        return "result" in answer


def claimed(state: State, batch: str, key: str, now: float) -> State:
    """Hide a new batch; other writers of the same day have lost."""
    if batch in state.hidden:
        return state
    others = {
        name: replace(each, stage="abandoned") if each.key == key and each.stage == "writing" else each
        for name, each in state.hidden.items()
    }
    return replace(state, hidden={**others, batch: Batch(key, "writing", now)})


def committed(state: State, batch: str, key: str, before: Iterable[str], now: float) -> State:
    """Show a batch and hide what stood there before.

    Raises:
        OvertakenError: another writer has claimed the day since, or the index is being rebuilt.
    """
    mine = state.hidden.get(batch)
    if mine is None:  # our own write arrived although its answer did not
        return state
    if mine.stage != "writing":
        raise OvertakenError("another run began to write the same day")
    if state.is_being_rebuilt(now):
        raise OvertakenError("a rebuild has begun")
    hidden = {name: each for name, each in state.hidden.items() if name != batch}
    retired = {name: Batch(key, "retired", now) for name in before if name not in hidden}
    shown = state.shown | {key.partition("/")[0]}
    return replace(state, hidden={**hidden, **retired}, shown=shown)


def without(state: State, batches: Iterable[str]) -> State:
    """Forget batches that no document carries any more."""
    gone = set(batches)
    return replace(state, hidden={name: each for name, each in state.hidden.items() if name not in gone})


def forgettable(state: State, now: float) -> list[str]:
    """Return the batches that nobody can be writing: those that were replaced, and those of old."""
    return [
        name
        for name, each in state.hidden.items()
        if each.stage == "retired" or each.since < now - ABANDONED_SECONDS
    ]


class OvertakenError(Exception):
    """A writer lost its day to another; ``str`` says to whom."""


def _stored(state: State) -> dict[str, Any]:
    hidden = {name: [each.key, each.stage, each.since] for name, each in state.hidden.items()}
    return {
        "hidden": hidden,
        "rebuild": state.rebuild,
        "rebuild_until": state.rebuild_until,
        "shown": sorted(state.shown),
    }


def _state(stored: dict[str, Any]) -> State:
    hidden = {name: Batch(*each) for name, each in stored["hidden"].items()}
    return State(hidden, stored["rebuild"], stored["rebuild_until"], frozenset(stored["shown"]))
