"""Asks the webservers of an installation whether everything behind them answers; run by ``helm test``."""

import json
import os
import sys
import time
import urllib.error
import urllib.request

QUESTION = """{
  workspaceOrError { ... on Workspace { locationEntries { name loadStatus
    locationOrLoadError { __typename ... on PythonError { message } } } } }
  instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } }
}"""
CHANGE = """mutation { reloadWorkspace { __typename } }"""
PATIENCE_SECONDS = 90


def ask(address, query):
    """Return the answer to a GraphQL query as it came."""
    request = urllib.request.Request(
        f"{address}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def problems(address):
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
    for daemon in data["instance"]["daemonHealth"]["allDaemonStatuses"]:
        if daemon["required"] and not daemon["healthy"]:
            found.append(f"daemon {daemon['daemonType']} gives no sign of life")
    return found


def main():
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
    print("\n".join(found) or "webservers, code location and daemon answer; the read-only one refuses changes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
