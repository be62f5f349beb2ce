"""Write every generated page of docs/, or with --check fail where one is stale.

    python tools/docs.py
    python tools/docs.py --check

A page is a path and a function that returns its text; the functions live in ``tools/pages``, one module a
page. ``docs/benchmarks.md`` is not among them: it is measured (``make bench``), and no two machines agree.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.pages import asset_graph, cli, failures, metrics, monitor_schema, monitoring, tables, timetable

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Page:
    """A generated file: its path from the root of the repository, and what it must hold."""

    path: str
    render: Callable[[], str]


PAGES = (
    Page("docs/metrics.md", metrics.render),
    Page("docs/monitor.schema.json", monitor_schema.render),
    Page("docs/cli.md", cli.render),
    Page("docs/tables.md", tables.render),
    Page("docs/architecture.md", asset_graph.render),
    Page("docs/failures.md", failures.render),
    Page("docs/operating.md", timetable.render),
    Page("docs/monitoring.md", monitoring.render),
)


def stale(root: Path = ROOT) -> list[str]:
    """Return the paths of the pages that do not hold what they must."""
    return [page.path for page in PAGES if _text(root / page.path) != page.render()]


def write(root: Path = ROOT) -> list[str]:
    """Write the pages that are stale and return their paths."""
    changed = stale(root)
    for page in PAGES:
        if page.path in changed:
            target = root / page.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(page.render(), encoding="utf-8", newline="\n")
    return changed


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Return 0, or 1 if ``--check`` finds a stale page."""
    parser = argparse.ArgumentParser(prog="tools/docs.py", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is stale")
    if not parser.parse_args(arguments).check:
        print("\n".join(write(root)) or "every page was current")
        return 0
    for path in (found := stale(root)):
        print(f"{path} is stale: run `make docs`", file=sys.stderr)
    return 1 if found else 0


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
