"""The image and a cluster as fixtures, for tests of what runs in containers.

``image`` is the image that ``python -m tools.image build`` made; ``cluster`` is a running cluster with that image
on its node (``tools.cluster``), shared by the whole session; ``namespace`` is a namespace of the test's own that
enforces the restricted Pod Security profile. One that was up before the session stays up.

What is missing is a failure in CI; on a person's machine the test is skipped and says how to get it.
"""

import os
import secrets
from collections.abc import Iterator
from typing import NoReturn

import pytest

from tools.cluster.choice import find_cluster
from tools.cluster.interface import Cluster
from tools.cluster.programs import MissingProgram
from tools.image.build import IMAGE
from tools.image.engine import Engine, find_engine

RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}


def _missing(what: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"CI runs every container, but: {what}")
    pytest.skip(what)


@pytest.fixture(scope="session")
def engine() -> Engine:
    try:
        return find_engine()
    except SystemExit as missing:
        _missing(str(missing))


@pytest.fixture(scope="session")
def image(engine: Engine) -> str:
    if not engine.has_image(IMAGE):
        _missing(f"{IMAGE} was not built: python -m tools.image build")
    return IMAGE


@pytest.fixture(scope="session")
def cluster(image: str) -> Iterator[Cluster]:
    found = find_cluster()
    was_up = found.is_up()
    try:
        found.up()
    except MissingProgram as missing:
        _missing(str(missing))
    try:
        if not was_up or found.kind == "local":
            found.load_image(image)
        yield found
    finally:
        if not was_up:
            found.down()


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    name = f"test-{secrets.token_hex(4)}"
    metadata = {"name": name, "labels": RESTRICTED}
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false")
