"""Settings of the servers that may stand in for the embedded defaults: each is chosen by one variable.

Belongs here: the variables of each server, checked. Not here: connecting (``backends``), or where the values
come from (``deployment``).
"""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, SecretStr


def is_web_address(url: str) -> str:
    """Return a web address as it is.

    Raises:
        ValueError: it is none, or carries what must not be shown.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query:
        raise ValueError("is no address such as https://host/path")
    return url


def _is_redis_address(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError("is no address such as rediss://:password@host:6379/0")
    return url


#: With or without a driver: which one is used is not for the address to say.
_DATABASE_SCHEMES = {"postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"}


def _is_database_address(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in _DATABASE_SCHEMES or not parts.path.strip("/"):
        raise ValueError("is no address such as postgresql://user:password@host:5432/database")
    return url


def _is_bolt_address(uri: str) -> str:
    parts = urlsplit(uri)
    if parts.scheme.partition("+")[0] not in {"bolt", "neo4j"} or not parts.hostname or parts.username:
        raise ValueError("is no address such as neo4j+s://host:7687")
    return uri


def _is_secret_web_address(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is no address such as https://host/path")
    return url


def _is_mail_server(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"smtp", "smtp+starttls", "smtps"} or not parts.hostname or not parts.port:
        raise ValueError("is no address such as smtp+starttls://user:password@host:587")
    return url


WebAddress = Annotated[str, AfterValidator(is_web_address)]
RedisAddress = Annotated[SecretStr, AfterValidator(_is_redis_address)]
DatabaseAddress = Annotated[SecretStr, AfterValidator(_is_database_address)]
BoltAddress = Annotated[str, AfterValidator(_is_bolt_address)]
SecretWebAddress = Annotated[SecretStr, AfterValidator(_is_secret_web_address)]
MailServer = Annotated[SecretStr, AfterValidator(_is_mail_server)]


class ServerSettings(BaseModel):
    """Which servers this installation uses. The first variable of a group chooses the server."""

    database_url: DatabaseAddress | None = None
    database_pool_size: int = Field(default=5, ge=1, le=200)
    database_max_overflow: int = Field(default=10, ge=0, le=200)
    #: Connections to the two databases go through it, as those of their addresses; TLS ends at the pooler.
    database_pooler: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._-]+:[0-9]{1,5}$")
    dagster_database_url: DatabaseAddress | None = None

    s3_bucket: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    s3_prefix: str = Field(default="", pattern=r"^([A-Za-z0-9_-][A-Za-z0-9._-]*/?)*$")
    s3_region: str | None = None
    s3_endpoint_url: WebAddress | None = None
    s3_kms_key_id: str | None = None

    neo4j_uri: BoltAddress | None = None
    neo4j_user: str = "neo4j"
    neo4j_password: SecretStr | None = None
    neo4j_database: str = "neo4j"
    neo4j_ca_file: Path | None = None

    opensearch_url: WebAddress | None = None
    opensearch_user: str | None = None
    opensearch_password: SecretStr | None = None
    opensearch_prefix: str = Field(default="brand-monitor", pattern=r"^[a-z0-9][a-z0-9-]*$")
    opensearch_ca_file: Path | None = None

    redis_url: RedisAddress | None = None
    redis_pool_size: int = Field(default=10, ge=1, le=1_000)
    redis_ca_file: Path | None = None

    notify_webhook_url: SecretWebAddress | None = None
    notify_slack_url: SecretWebAddress | None = None
    notify_email_to: str | None = None
    notify_email_from: str = "brand-monitor@localhost"
    smtp_url: MailServer | None = None
