"""Where Dagster keeps what steps print: beside the lake, once that is in a bucket.

Belongs here: the block ``compute_logs`` of an instance. Not here: opening the instance (``runner``).
"""

from typing import Any

from brand_monitor.deployment import Settings

#: Folder beside the tables; a lifecycle rule may let it expire.
FOLDER = "compute_logs"
_UPLOAD_EVERY_SECONDS = 30


def compute_logs(settings: Settings) -> dict[str, Any] | None:
    """Return the block for ``dagster.yaml``, None for Dagster's own choice: a folder of this machine.

    It carries no key: dagster-aws leaves those to boto3's own search, so that keys that stand in the secrets
    file of the home alone do not serve here.
    """
    if settings.s3_bucket is None:
        return None
    config: dict[str, Any] = {
        "bucket": settings.s3_bucket,
        "prefix": f"{settings.s3_prefix.strip('/')}/{FOLDER}".lstrip("/"),
        "local_dir": str(settings.dagster_home / FOLDER),
        "skip_empty_files": True,
        "upload_interval": _UPLOAD_EVERY_SECONDS,
    }
    if settings.s3_region is not None:
        config["region"] = settings.s3_region
    if settings.s3_endpoint_url is not None:
        config["endpoint_url"] = settings.s3_endpoint_url
    if settings.s3_kms_key_id is not None:
        config["upload_extra_args"] = {
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": settings.s3_kms_key_id,
        }
    return {
        "module": "dagster_aws.s3.compute_log_manager",
        "class": "S3ComputeLogManager",
        "config": config,
    }
