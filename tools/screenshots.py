"""Take the pictures of the documents: the report, and the Dagster UI on the same day. Writes docs/images/.

    make demo && python tools/screenshots.py
    python tools/screenshots.py --home var --address http://127.0.0.1:3000   # of a UI that runs already

Needs Chromium (``CHROMIUM`` names it, else the first one on PATH). Starts the Dagster webserver on a free
port of this machine, and stops it again. The page of a backfill is taken where the instance has one, which
needs a daemon: start ``dagster dev``, launch one, and name the address.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brand_monitor.notebook import open_installation

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
MOST_BYTES = 300_000
START_SECONDS = 120
SETTLE_MS = 3_000  # layout and late figures; a picture needs no more exactness than that

LOOKS: dict[str, dict[str, Any]] = {
    "report-light": {"viewport": {"width": 1100, "height": 960}, "color_scheme": "light"},
    "report-dark": {"viewport": {"width": 1100, "height": 960}, "color_scheme": "dark"},
    "report-phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}
UI_LOOK: dict[str, Any] = {
    "viewport": {"width": 1400, "height": 860},
    "color_scheme": "light",
    "timezone_id": "UTC",
}
# What a person clicked away on their first visit: the invitation to a newsletter, the wide navigation.
UI_STATE = {"communityNux": "1", "dagster-nav-collapsed": "true", "large-screen-nav-open": "false"}


@dataclass(frozen=True)
class Screen:
    """A page of the Dagster UI: its name, its path, and a text that tells that it has loaded."""

    name: str
    path: str
    text: str


def screens(day: str, engine: str, backfill: str | None) -> tuple[Screen, ...]:
    """Return the pages to take: the graph by group, one asset from its lineage to its plots, the runs."""
    asset = "/assets/metrics/brand_metrics?view="
    backfills = (
        () if backfill is None else (Screen("dagster-backfill", f"/runs/b/{backfill}", "brand_metrics"),)
    )
    return (
        Screen("dagster-lineage", "/asset-groups/", "reports"),
        Screen("dagster-upstream", f"{asset}lineage&lineageScope=upstream&lineageDepth=5", "page_snapshots"),
        Screen("dagster-partition", f"{asset}partitions&partition={day}%7C{engine}", "null_figures"),
        Screen("dagster-checks", f"{asset}checks", "answers_naming_the_control"),
        Screen("dagster-asset", f"{asset}overview", "One row per engine"),
        Screen("dagster-plots", f"{asset}events", "share_of_voice"),
        Screen("dagster-automation", "/automation", "daily_at_05_00"),
        Screen("dagster-runs", "/runs", "brand"),
        *backfills,
    )


def browser_path() -> str:
    """Return the browser to use; exits with a clear word if there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    return found or sys.exit("No Chromium found: install one or name it in CHROMIUM.")


def latest_report(home: Path) -> tuple[str, str, Path]:
    """Return the day, an engine family of it, and the file of the latest report of the installation."""
    installation = open_installation(home)
    row = installation.load("reports/daily_reports").row(0, named=True)
    engine = installation.load("raw/answers", row["date"])["engine"].sort()[0]
    return row["date"].isoformat(), engine, Path(installation.lake.store.uri(row["report_key"]))


def picture_report(browser: "Browser", report: Path, folder: Path) -> None:
    """Take the first screen of the report in every look."""
    for name, look in LOOKS.items():
        page = browser.new_context(**look).new_page()
        page.goto(report.resolve().as_uri())
        page.screenshot(path=folder / f"{name}.png")


def latest_backfill(address: str) -> str | None:
    """Return the id of the newest backfill of the instance, None if it has none."""
    query = "{ partitionBackfillsOrError(limit: 1) { ... on PartitionBackfills { results { id } } } }"
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{address}/graphql",
        json.dumps({"query": query}).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        found = json.load(answer)["data"]["partitionBackfillsOrError"]["results"]
    return found[0]["id"] if found else None


def picture_ui(browser: "Browser", address: str, day: str, engine: str, folder: Path) -> None:
    """Take the screens of the Dagster UI."""
    context = browser.new_context(**UI_LOOK)
    context.add_init_script(f"Object.assign(localStorage, {json.dumps(UI_STATE)})")
    page = context.new_page()
    for screen in screens(day, engine, latest_backfill(address)):
        page.goto(f"{address}{screen.path}")
        page.get_by_text(screen.text).first.wait_for(timeout=60_000)
        page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=folder / f"{screen.name}.png")


@contextmanager
def webserver(home: Path) -> Iterator[str]:
    """Run the Dagster webserver of an installation and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "BRAND_MONITOR_HOME": str(home.absolute()),
        "DAGSTER_HOME": str(home.absolute() / "dagster"),
    }
    command = [str(Path(sys.executable).with_name("dagster-webserver")), "--workspace", "workspace.yaml"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "--suppress-warnings"]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, server)
            yield address
        finally:
            server.terminate()


def wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    """Return when the server answers; exits if it died or takes too long."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/server_info", timeout=5).close()  # noqa: S310 - loopback
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
        else:
            return
    sys.exit(f"The Dagster webserver does not answer at {address}.")


def main() -> int:
    """Return 0, or 1 if a picture came out too large for the repository."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=ROOT / "var" / "demo", help="a finished installation")
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "images", help="where the pictures go")
    parser.add_argument("--address", help="a Dagster UI of this home that runs already")
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    day, engine, report = latest_report(options.home)
    server = nullcontext(options.address) if options.address else webserver(options.home)
    with sync_playwright() as playwright, server as address:
        browser = playwright.chromium.launch(executable_path=browser_path())
        picture_report(browser, report, options.into)
        picture_ui(browser, address, day, engine, options.into)
        browser.close()
    too_large = [file for file in options.into.glob("*.png") if file.stat().st_size >= MOST_BYTES]
    for file in too_large:
        print(f"{file} has {file.stat().st_size:,} bytes, more than {MOST_BYTES:,}", file=sys.stderr)
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
