"""Which store the settings choose, what of it Dagster shows, and what an answer of S3 means to a person."""

from pathlib import Path

import dagster as dg
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from brand_monitor.backends.bundles import resources_for
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.interface import ObjectExistsError, ObjectNotFoundError
from brand_monitor.backends.objects.opening import objects_at, open_objects
from brand_monitor.backends.objects.s3 import S3Store
from brand_monitor.backends.objects.s3_client import S3Location
from brand_monitor.backends.objects.s3_errors import translated
from brand_monitor.deployment import Settings, current_settings
from brand_monitor.failures import BrandMonitorError, PermanentFailure, SetupError, StorageError

CANARY = "s3cr3t-canary-77aa"


@pytest.fixture
def with_bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in {
        "S3_BUCKET": "lake",
        "S3_PREFIX": "prod/",
        "S3_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": CANARY,
    }.items():
        monkeypatch.setenv(name, value)
    return current_settings(tmp_path)


def test_without_a_bucket_the_lake_is_a_folder_of_the_home(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    store = open_objects(settings)
    assert isinstance(store, FolderStore)
    assert store.root == settings.lake_dir
    with dg.build_resources({"objects": resources_for("local", settings)["objects"]}) as opened:
        assert isinstance(opened.objects, FolderStore)


def test_a_bucket_is_used_in_every_deployment(with_bucket: Settings) -> None:
    for deployment in ("local", "production"):
        with dg.build_resources({"objects": resources_for(deployment, with_bucket)["objects"]}) as opened:
            assert isinstance(opened.objects, S3Store)
    store = open_objects(with_bucket)
    assert isinstance(store, S3Store)
    assert store.uri("raw/x") == "s3://lake/prod/raw/x"
    assert str(store.location) == "bucket lake at AWS S3"


def test_nothing_that_shows_holds_a_key(with_bucket: Settings) -> None:
    resource = resources_for("production", with_bucket)["objects"]
    store = open_objects(with_bucket)
    shown = [repr(resource), str(resource._convert_to_config_dictionary()), repr(store), repr(vars(store))]
    shown += [repr(store.scan_options), repr(with_bucket)]
    assert all(CANARY not in text for text in shown)
    assert store.scan_options["credential_provider"]()[0]["aws_secret_access_key"] == CANARY


def test_an_address_names_a_folder_or_a_bucket(tmp_path: Path, with_bucket: Settings) -> None:
    assert isinstance(objects_at(str(tmp_path), with_bucket), FolderStore)
    assert objects_at("s3://other/some/prefix/", with_bucket).uri("k") == "s3://other/some/prefix/k"
    with pytest.raises(SetupError, match="names no bucket"):
        objects_at("s3:///prefix", with_bucket)


def answer(code: str, status: int = 400) -> ClientError:
    response = {"Error": {"Code": code, "Message": "m"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "GetObject")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (answer("NoSuchKey", 404), ObjectNotFoundError, "no such object"),
        (answer("404", 404), ObjectNotFoundError, "no such object"),
        (answer("NoSuchBucket", 404), SetupError, "S3_BUCKET"),
        (answer("PreconditionFailed", 412), ObjectExistsError, "already"),
        (answer("ConditionalRequestConflict", 409), ObjectExistsError, "already"),
        (answer("PermanentRedirect", 301), SetupError, "S3_REGION"),
        (answer("AuthorizationHeaderMalformed"), SetupError, "S3_REGION"),
        (answer("AccessDenied", 403), SetupError, "lake-policy"),
        (answer("403", 403), SetupError, "keys"),
        (answer("ExpiredToken"), SetupError, "keys"),
        (answer("SlowDown", 503), StorageError, "just now"),
        (answer("SomethingNew", 502), StorageError, "just now"),
        (answer("RequestTimeout"), StorageError, "just now"),
        (answer("KMS.DisabledException"), PermanentFailure, "KMS.DisabledException"),
        (NoCredentialsError(), SetupError, "AWS_ACCESS_KEY_ID"),
        (EndpointConnectionError(endpoint_url="http://x"), StorageError, "no whole answer"),
    ],
)
def test_each_answer_says_whether_waiting_helps_and_who_can_act(
    error: Exception, kind: type[BrandMonitorError], says: str
) -> None:
    where = S3Location("lake", endpoint_url="https://s3.example")
    failure = translated(error, "GetObject raw/x", where)
    assert type(failure) is kind
    assert says in str(failure)
    assert "GetObject raw/x on bucket lake at https://s3.example" in str(failure)
