"""The stores of this installation for commands that work without a Dagster run.

Belongs here: opening them as the deployment chooses. Not here: what is done with them. It needs Dagster, so
commands import this module only when they are called.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, filterwarnings

import dagster as dg

from brand_monitor.backends.bundles import resources_for
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.deployment import Settings, current_deployment
from brand_monitor.io_managers.lake import Lake

if TYPE_CHECKING:
    from brand_monitor.backends.llm.simulation import Stores


@contextmanager
def open_stores(settings: Settings) -> Iterator[tuple["Stores", Lake]]:
    """Yield what asking works with, and the lake.

    Raises:
        SetupError: a variable of the environment holds what it cannot hold.
    """
    with _opened(settings, "stores", "objects") as opened:
        yield opened.stores, Lake(opened.objects)


@contextmanager
def open_journal(settings: Settings) -> Iterator[tuple[Journal, PayloadStore]]:
    """Yield the journal and the payloads that it names."""
    with _opened(settings, "journal", "objects") as opened:
        yield opened.journal, PayloadStore(opened.objects)


@contextmanager
def _opened(settings: Settings, *names: str) -> Iterator[Any]:
    """Yield the named resources, opened. What goes wrong is raised as it is, without Dagster around it."""
    clients = resources_for(current_deployment(), settings)
    with ExitStack() as stack:
        with catch_warnings():
            # Dagster 1.13 warns of itself when it opens a resource that holds another one.
            filterwarnings("ignore", message="InitResourceContext.dagster_run is deprecated")
            try:
                opened = stack.enter_context(dg.build_resources({name: clients[name] for name in names}))
            except dg.DagsterResourceFunctionError as error:
                raise error.user_exception from None
        yield opened
