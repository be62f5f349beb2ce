"""What an error of an S3 API means: who can help, and how.

Belongs here: the translation of botocore's errors. Not here: retries (botocore and ``s3`` make them first).
"""

from typing import Any

from brand_monitor.backends.objects.interface import ObjectExistsError, ObjectNotFoundError
from brand_monitor.failures import BrandMonitorError, PermanentFailure, SetupError, StorageError

#: Keys that were good once: reading them again may bring new ones.
STALE = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
    }
)
_DENIED = STALE | {"403", "AccessDenied", "AllAccessDisabled", "Forbidden"}
_ELSEWHERE = frozenset(
    {
        "301",
        "307",
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
        "PermanentRedirect",
        "TemporaryRedirect",
    }
)
_BUSY = frozenset(
    {
        "429",
        "BadDigest",
        "InternalError",
        "OperationAborted",
        "RequestTimeout",
        "RequestTimeTooSkewed",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
    }
)
_TAKEN = frozenset({"412", "ConditionalRequestConflict", "PreconditionFailed"})
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})


def code_of(error: BaseException) -> str:
    """Return the server's code of an error, empty if the server said none."""
    response: dict[str, Any] = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def is_stale(error: BaseException) -> bool:
    """Tell whether new keys may help. A bare 403, as a HEAD gets it, says nothing more."""
    return code_of(error) in STALE | {"403"}


def is_absent(error: BaseException) -> bool:
    """Tell whether the server says that there is no such object."""
    return code_of(error) in _ABSENT


def is_taken(error: BaseException) -> bool:
    """Tell whether a conditional write met another object."""
    return code_of(error) in _TAKEN


def is_cut(error: BaseException) -> bool:
    """Tell whether a body stopped before its end, or the connection did: asking again may help."""
    from botocore.exceptions import HTTPClientError, IncompleteReadError
    from urllib3.exceptions import HTTPError

    return isinstance(error, HTTPClientError | IncompleteReadError | HTTPError)


def was_retried(error: BaseException) -> bool:
    """Tell whether botocore has tried this request as often as it may: its own errors of connections."""
    from botocore.exceptions import ConnectionError as NoConnectionError
    from botocore.exceptions import ReadTimeoutError

    return isinstance(error, NoConnectionError | ReadTimeoutError)


def known_errors() -> tuple[type[Exception], ...]:
    """Return what a client of S3 raises."""
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    return ClientError, BotoCoreError, HTTPError


def translated(error: Exception, operation: str, where: object) -> BrandMonitorError:
    """Return our failure for an error: operation, bucket and server in words, and what to do.

    Args:
        error: one of ``known_errors``.
        operation: what was tried, such as ``GetObject core/documents/...``.
        where: bucket and server, without a secret.
    """
    code = code_of(error)
    what = f"{operation} on {where}"
    if not code:
        return _without_answer(error, what)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)  # type: ignore[attr-defined]
    if code in _ABSENT:
        return ObjectNotFoundError(f"{what}: there is no such object")
    if code in _TAKEN:
        return ObjectExistsError(f"{what}: another object has that key already")
    if (advice := _advice(code)) is not None:
        return SetupError(f"{what}: {advice}")
    if code in _BUSY or status >= 500:  # noqa: PLR2004 - HTTP
        return StorageError(f"{what}: the server cannot serve just now ({code})")
    return PermanentFailure(f"{what}: the server rejects the request ({code})")


def _advice(code: str) -> str | None:
    """Return what a person has to do, None if it is nothing of theirs."""
    if code == "NoSuchBucket":
        return "there is no such bucket; create it or correct S3_BUCKET"
    if code in _ELSEWHERE:
        return f"the bucket is in another region ({code}); set S3_REGION to that region"
    if code in _DENIED:
        return (
            f"refused ({code}); check the keys that boto3 finds, and that they have the rights of "
            "deploy/iam/lake-policy.json"
        )
    return None


def _without_answer(error: Exception, what: str) -> BrandMonitorError:
    """Return our failure for an error that no server sent."""
    from botocore.exceptions import (
        NoCredentialsError,
        ParamValidationError,
        PartialCredentialsError,
        ProfileNotFound,
        SSLError,
    )

    if isinstance(error, NoCredentialsError | PartialCredentialsError | ProfileNotFound):
        return SetupError(
            f"{what}: no keys ({type(error).__name__}); give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a "
            "profile or a role"
        )
    if isinstance(error, SSLError):
        return SetupError(
            f"{what}: the server's certificate is not trusted; name the file of its authority in "
            "AWS_CA_BUNDLE and SSL_CERT_FILE"
        )
    if isinstance(error, ParamValidationError):
        return PermanentFailure(f"{what}: {error}")
    return StorageError(f"{what}: no whole answer ({type(error).__name__})")
