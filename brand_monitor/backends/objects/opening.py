"""Opening the object store that settings name, with or without Dagster.

Belongs here: from settings to a store. Not here: the stores.
"""

from collections.abc import Callable
from pathlib import Path

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.deployment import Settings, current_settings
from brand_monitor.failures import SetupError

_KEY_VARIABLES = {
    "AWS_ACCESS_KEY_ID": "aws_access_key_id",
    "AWS_SECRET_ACCESS_KEY": "aws_secret_access_key",
    "AWS_SESSION_TOKEN": "aws_session_token",
}


def open_objects(settings: Settings) -> ObjectStore:
    """Return the store of an installation: the bucket if there is one, else the folder ``lake``."""
    if settings.s3_bucket is None:
        return FolderStore(settings.lake_dir)
    return _bucket(settings, settings.s3_bucket, settings.s3_prefix)


def objects_at(address: str, settings: Settings) -> ObjectStore:
    """Return the store at an address: a folder, or ``s3://bucket/prefix`` on the server of the settings.

    Raises:
        SetupError: the address names no bucket.
    """
    if not address.startswith("s3://"):
        return FolderStore(Path(address))
    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    if not bucket:
        raise SetupError(f"{address} names no bucket; write s3://bucket/prefix")
    return _bucket(settings, bucket, prefix)


def _bucket(settings: Settings, bucket: str, prefix: str) -> ObjectStore:
    from brand_monitor.backends.objects.s3 import S3Store
    from brand_monitor.backends.objects.s3_client import S3Location

    location = S3Location(
        bucket=bucket,
        prefix=prefix,
        region=settings.s3_region,
        endpoint_url=settings.s3_endpoint_url,
        kms_key_id=settings.s3_kms_key_id,
    )
    return S3Store(location, keys=_reader_of_keys(settings.home))


def _reader_of_keys(home: Path) -> Callable[[], dict[str, str] | None]:
    """Return what reads the keys of the secrets file or folder as they are when it is called.

    Without them boto3 searches for itself: a profile, the role of a pod or machine, a process.
    """

    def read() -> dict[str, str] | None:
        settings = current_settings(home)
        found = {argument: settings.variable(name) for name, argument in _KEY_VARIABLES.items()}
        keys = {argument: key.get_secret_value() for argument, key in found.items() if key is not None}
        return keys if "aws_access_key_id" in keys else None

    return read
