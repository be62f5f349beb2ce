"""Dagster resource of what asking works with. It holds no key: keys are read where they are used."""

from pathlib import Path

import dagster as dg

from brand_monitor.backends.coordination.resource import coordinations_of
from brand_monitor.backends.llm.prices import PriceSheet
from brand_monitor.backends.llm.simulation import Stores
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.deployment import current_settings


class SimulationStores(dg.ConfigurableResource[Stores]):
    """Journal, payloads, prices and limits of the installation in ``home``."""

    home: str
    journal: dg.ResourceDependency[Journal]
    objects: dg.ResourceDependency[ObjectStore]

    def create_resource(self, context: dg.InitResourceContext) -> Stores:  # noqa: ARG002 - Dagster's signature
        """Return the stores. Configuration of a resource shows in the UI, so keys are no part of it."""
        home = Path(self.home)
        settings = current_settings(home)
        return Stores(
            settings=settings,
            journal=self.journal,
            payloads=PayloadStore(self.objects),
            coordinations=coordinations_of(settings),
            prices=PriceSheet(home),
        )
