"""Dagster resources of the object store."""

from pathlib import Path

import dagster as dg

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.backends.objects.opening import open_objects
from brand_monitor.deployment import current_settings


class FolderObjects(dg.ConfigurableResource[ObjectStore]):
    """Objects in a folder on this machine."""

    root: str

    def create_resource(self, context: dg.InitResourceContext) -> ObjectStore:  # noqa: ARG002 - Dagster's signature
        """Return the store."""
        return FolderStore(Path(self.root))


class S3Objects(dg.ConfigurableResource[ObjectStore]):
    """Objects in the bucket that the settings of ``home`` name; they are read when the store is opened."""

    home: str

    def create_resource(self, context: dg.InitResourceContext) -> ObjectStore:  # noqa: ARG002 - Dagster's signature
        """Return the store."""
        return open_objects(current_settings(Path(self.home)))
