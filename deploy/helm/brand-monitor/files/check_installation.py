"""Asks the webservers of an installation whether everything behind them answers; run by ``helm test``."""
# ruff: noqa: INP001, S310, T201 - a script of its own; its addresses are the chart's

import json
import os
import sys
import time
import urllib.error
import urllib.request
from typing import Any

QUESTION = """{
  workspaceOrError { ... on Workspace { locationEntries { name loadStatus
    locationOrLoadError { __typename ... on PythonError { message } } } } }
  instance { daemonHealth { allDaemonStatuses {
    daemonType required healthy lastHeartbeatTime } } }
}"""
CHANGE = """mutation { reloadWorkspace { __typename } }"""
PATIENCE_SECONDS = 90
#: It is given every 30 s. The webserver calls a daemon healthy for half an hour after the last one.
SIGN_OF_LIFE_SECONDS = 120


def ask(address: str, query: str) -> Any:
    """Return the answer to a GraphQL query as it came."""
    request = urllib.request.Request(
        f"{address}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def problems(address: str) -> list[str]:
    """Return what is wrong behind a webserver, as sentences."""
    try:
        data = ask(address, QUESTION)["data"]
    except (OSError, ValueError, KeyError) as error:
        return [f"{address} does not answer: {error}"]
    locations = data["workspaceOrError"].get("locationEntries") or []
    found = [] if locations else [f"{address} knows no code location"]
    for location in locations:
        loaded = location["locationOrLoadError"] or {}
        if location["loadStatus"] != "LOADED" or loaded.get("__typename") != "RepositoryLocation":
            found.append(f"code location {location['name']}: {loaded.get('message', location['loadStatus'])}")
    daemons = data["instance"]["daemonHealth"]["allDaemonStatuses"]
    silent = [daemon["daemonType"] for daemon in daemons if daemon["required"] and not is_alive(daemon)]
    return found + [f"daemon {name} gives no sign of life" for name in silent]


def is_alive(daemon: dict[str, Any]) -> bool:
    """Return whether a daemon has given a sign of life lately."""
    return bool(daemon["healthy"]) and time.time() - daemon["lastHeartbeatTime"] < SIGN_OF_LIFE_SECONDS


def main() -> int:
    """Wait until all is well, or say what is not."""
    full, read_only = os.environ.get("FULL"), os.environ.get("READ_ONLY")
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = [problem for address in (full, read_only) if address for problem in problems(address)]
        if not found or time.monotonic() > end:
            break
        time.sleep(3)
    if read_only and not found:
        typename = (ask(read_only, CHANGE).get("data") or {}).get("reloadWorkspace", {}).get("__typename")
        if typename != "UnauthorizedError":
            found.append(f"{read_only} did not refuse a change: {typename}")
    print("\n".join(found) or "webservers, code location and daemon answer; read-only refuses changes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
