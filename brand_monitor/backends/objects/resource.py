"""Dagster resource of the object store."""

from pathlib import Path

import dagster as dg

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.interface import ObjectStore


class FolderObjects(dg.ConfigurableResource[ObjectStore]):
    """Objects in a folder on this machine."""

    root: str

    def create_resource(self, context: dg.InitResourceContext) -> ObjectStore:  # noqa: ARG002 - Dagster's signature
        """Return the store."""
        return FolderStore(Path(self.root))
