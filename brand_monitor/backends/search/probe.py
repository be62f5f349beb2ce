"""A look at OpenSearch for ``doctor``: makes an index of one shard and removes it."""

import uuid
from dataclasses import replace
from typing import Any

from brand_monitor.backends.probing import Probe
from brand_monitor.backends.search.opensearch_client import Server, ask, connect
from brand_monitor.backends.search.opensearch_schema import Names
from brand_monitor.failures import PermanentFailure

LEAST_VERSION = (2,)
#: A person waits: one try and a short time-out instead of the patience of a run.
TIMEOUT_SECONDS = 15.0


def look_at_opensearch(server: Server, names: Names) -> Probe:
    """Return what a look at the server found.

    Raises:
        PermanentFailure: it refuses the user, or an index of our prefix.
        StorageError: it cannot be reached, is busy or out of disk.
    """
    hasty = replace(server, timeout_seconds=TIMEOUT_SECONDS, attempts=1)
    probe = Probe(f"OpenSearch at {server.url}")
    client = connect(hasty)
    try:
        version = ask(hasty, "looking at it", client.info)["version"]
        product = "OpenSearch" if version.get("distribution") == "opensearch" else "Elasticsearch"
        if product == "OpenSearch":
            probe.see_version(product, version["number"], least=LEAST_VERSION)
        else:
            probe.complain(f"it is {product} {version['number']}", "let OPENSEARCH_URL name an OpenSearch")
        _write(hasty, client, names)
        probe.facts.append(f"indices {names.prefix}-* may be made")
        _see_cluster(probe, hasty, client)
        _see_blocks(probe, hasty, client, names)
    finally:
        client.close()
    return probe


def _write(server: Server, client: Any, names: Names) -> None:
    index = f"{names.prefix}-doctor-{uuid.uuid4()}"
    settings = {"settings": {"number_of_shards": 1, "number_of_replicas": 0}}
    ask(server, "making an index", lambda: client.indices.create(index=index, body=settings))
    ask(server, "removing an index", lambda: client.indices.delete(index=index))


def _see_cluster(probe: Probe, server: Server, client: Any) -> None:
    """Note clock, state and free space; a user may be content without the right to see them."""
    try:
        health = ask(server, "reading its health", lambda: client.cat.health(format="json"))[0]
        disks = ask(server, "reading its disks", lambda: client.nodes.stats(metric="fs"))["nodes"].values()
    except PermanentFailure:
        probe.facts.append("health and disks are not shown to this user")
        return
    probe.see_clock(lambda: float(client.cat.health(format="json")[0]["epoch"]))
    probe.facts.append(f"cluster {health['status']}")
    if health["status"] == "red":
        probe.complain("parts of its indices are missing (red)", "see `_cluster/allocation/explain`")
    probe.see_free_space(min(disk["fs"]["total"]["available_in_bytes"] for disk in disks))


def _see_blocks(probe: Probe, server: Server, client: Any, names: Names) -> None:
    """Complain of indices that take no writes, as they do past the flood stage of a disk."""
    found = ask(
        server,
        "reading its blocks",
        lambda: client.indices.get_settings(index=f"{names.prefix}-*", name="index.blocks.*"),
    )
    blocked = sorted(index for index, told in found.items() if told["settings"])
    if blocked:
        what = f"blocked for writes: {', '.join(blocked)}"
        probe.complain(what, "free disk space below the flood stage, or lift the block")
