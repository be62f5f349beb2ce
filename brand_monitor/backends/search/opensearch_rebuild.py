"""How OpenSearch is rebuilt: new indices beside the live ones, then all aliases moved in one request.

Belongs here: the lease that keeps writers out, the swap, what is deleted. Not here: what is written.
"""

import time
from dataclasses import replace
from functools import partial
from typing import Any

from brand_monitor.backends.search.interface import COLLECTIONS
from brand_monitor.backends.search.opensearch_client import Server, ask
from brand_monitor.backends.search.opensearch_control import Control, State
from brand_monitor.backends.search.opensearch_schema import Names
from brand_monitor.failures import TransientFailure

#: A rebuild that has written no day for so long counts as dead.
LEASE_SECONDS = 900.0


class Rebuild:
    """One rebuild of the indices behind ``live``.

    Args:
        server: the server.
        client: a client of it.
        live: names that are served.
        token: name of this rebuild.
    """

    def __init__(self, server: Server, client: Any, live: Names, token: str) -> None:
        self._server, self._client, self._live = server, client, live
        self.staged = Names(live.prefix, token)
        self._control = Control(server, client, live)
        self._token = token

    def begin(self, wait_seconds: float) -> None:
        """Keep other writers out and remove what a killed rebuild left.

        Raises:
            TransientFailure: another rebuild did not end in time.
        """
        self._control.wait_until_free(wait_seconds)
        state = self._control.change(self._taken)
        if state.rebuild != self._token:
            raise TransientFailure(
                f"OpenSearch at {self._server.url}: another rebuild was faster; wait for it"
            )
        self._delete_unserved()

    def renew(self) -> None:
        """Say that the rebuild is alive.

        Raises:
            TransientFailure: it was taken for dead, and another one began.
        """
        if self._control.change(self._taken).rebuild != self._token:
            raise TransientFailure(
                f"OpenSearch at {self._server.url}: the rebuild was silent for {LEASE_SECONDS:g} s and "
                "another one has begun; nothing changed"
            )

    def abandon(self) -> None:
        """Remove the new indices and let other writers in."""
        self._control.change(self._released)
        self._delete_unserved()
        Control(self._server, self._client, self.staged).forget()

    def swap(self) -> None:
        """Move all aliases to the new indices in one request, then delete the old ones.

        The alias request is what readers notice. Killed before it, everything is as before; killed after it,
        everything is as it should be, and the next rebuild removes the rest.
        """
        staged = Control(self._server, self._client, self.staged)
        # What was never shown in the new indices must stay hidden where they are served.
        unseen = {name: replace(each, stage="abandoned") for name, each in staged.read().state.hidden.items()}
        self.renew()
        self._control.change(lambda state: replace(state, hidden={**state.hidden, **unseen}))
        shown = self._move_aliases()
        self._control.change(lambda state: self._swapped(state, shown))
        self._delete_unserved()
        staged.forget()

    def _taken(self, state: State) -> State:
        now = time.time()
        if state.is_being_rebuilt(now) and state.rebuild != self._token:
            return state
        return replace(state, rebuild=self._token, rebuild_until=now + LEASE_SECONDS)

    def _released(self, state: State) -> State:
        return replace(state, rebuild="", rebuild_until=0.0) if state.rebuild == self._token else state

    def _swapped(self, state: State, shown: frozenset[str]) -> State:
        if state.rebuild != self._token:
            return state
        # Replaced days were left behind in the old indices; a writer that was overtaken may still be sending.
        hidden = {
            name: replace(each, stage="abandoned")
            for name, each in state.hidden.items()
            if each.stage != "retired"
        }
        return State(hidden, "", 0.0, shown)

    def _move_aliases(self) -> frozenset[str]:
        """Move the aliases in one request, and return the collections that have a new index."""
        new = [index for index, aliases in self._indices().items() if self._of_stage(aliases)]

        def request() -> None:
            indices = self._indices()
            if new and not self._of_stage(indices[new[0]]):
                return  # done already: the answer to an earlier attempt was lost
            actions = [
                {"remove": {"index": index, "alias": alias}}
                for index, aliases in indices.items()
                for alias in aliases
            ]
            for index in new:
                actions += [{"add": {"index": index, **added}} for added in self._served(indices[index])]
            if actions:
                self._client.indices.update_aliases(body={"actions": actions})

        ask(self._server, "move the aliases to the rebuilt indices", request)
        collections = {index.removeprefix(f"{self._live.prefix}-").partition("-")[0] for index in new}
        return frozenset(collections)

    def _served(self, staged_aliases: list[str]) -> list[dict[str, Any]]:
        """Return the live aliases for staged ones; only the alias of a month is written to."""
        reading = {self.staged.read(collection) for collection in COLLECTIONS}
        return [
            {"alias": alias.replace(f"-stage-{self._token}", "", 1)}
            | ({} if alias in reading else {"is_write_index": True})
            for alias in staged_aliases
        ]

    def _of_stage(self, aliases: list[str]) -> bool:
        return any(alias.startswith(f"{self._live.prefix}-stage-{self._token}-") for alias in aliases)

    def _delete_unserved(self) -> None:
        """Delete the indices that no live alias points to."""
        read = {self._live.read(collection) for collection in COLLECTIONS}
        unserved = [index for index, aliases in self._indices().items() if not read & set(aliases)]
        for index in unserved:
            request = partial(self._client.indices.delete, index=index, params={"ignore": 404})
            ask(self._server, f"delete the replaced index {index}", request)

    def _indices(self) -> dict[str, list[str]]:
        """Return the aliases of every index of entries, served or not, ours by the form of its name."""
        found = ask(
            self._server,
            "list the indices",
            lambda: self._client.indices.get_alias(index=self._live.all_indices),
        )
        return {
            index: sorted(each["aliases"])
            for index, each in sorted(found.items())
            if self._live.is_index(index)
        }
