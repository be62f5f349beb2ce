"""Dagster resource of the object store."""

from pathlib import Path

import dagster as dg

from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.objects.opening import open_objects
from brand_monitor.deployment import current_settings


class Objects(dg.ConfigurableResource[ObjectStore]):
    """Objects where the settings of ``home`` say; they are read when the store is opened."""

    home: str

    def create_resource(self, context: dg.InitResourceContext) -> ObjectStore:  # noqa: ARG002 - Dagster's signature
        """Return the store."""
        return open_objects(current_settings(Path(self.home)))
