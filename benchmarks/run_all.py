"""Run the benchmarks and write docs/benchmarks.md: a table each, with machine, date and command.

    python benchmarks/run_all.py                     all of them: about ten quiet minutes on 2 cores
    python benchmarks/run_all.py startup mentions    these only; the other sections stay as they are

A benchmark is a script beside this one that prints a Markdown table; its docstring is its introduction.
"""

import argparse
import ast
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

BENCHMARKS = (
    "demo_overhead",
    "simulate",
    "run_overhead",
    "backfill",
    "startup",
    "mentions",
    "cluster_bootstrap",
)
#: Only where they are named: they need more than this machine may have.
ON_REQUEST = ("thousand_runs", "cluster_day", "cluster_backfill")
#: Written by hand from the others.
SUMMARY = "orchestration"
FOLDER = Path(__file__).parent
TARGET = FOLDER.parent / "docs" / "benchmarks.md"

INTRODUCTION = """\
<!-- Written by `make bench`: measured, not checked. -->
# Benchmarks

Inputs are deterministic, times are not: compare rows of one machine. Every section names the machine, the day
and the command that repeats it.
"""


def machine() -> str:
    """Return cores, CPU model, system and Python in a few words."""
    cpuinfo = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", cpuinfo.read_text()) if cpuinfo.exists() else None
    model = found[1] if found else platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores, {model}; {platform.system()}; Python {platform.python_version()}"


def section(name: str) -> str:
    """Run one benchmark and return its section.

    Raises:
        CalledProcessError: the benchmark failed; its own message is on stderr.
    """
    script = FOLDER / f"{name}.py"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script)], check=True, stdout=subprocess.PIPE, text=True
    )
    about = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or ""
    about = re.sub(r"(?m)^    python .+\n*", "", about)  # the command has its own place below the table
    where = f"{datetime.now(UTC).date()}; {machine()}; `python benchmarks/{name}.py`"
    return f"## {name}\n\n{about.strip()}\n\n{done.stdout.strip()}\n\n{where}\n"


def sections(text: str) -> dict[str, str]:
    """Return the sections of docs/benchmarks.md by name."""
    parts = re.split(r"(?m)^(?=## )", text)[1:]
    return {part[3:].partition("\n")[0]: f"{part.strip()}\n" for part in parts}


def main() -> int:
    """Return 0, or 1 if a benchmark failed; what the others measured is written all the same."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all by default: {', '.join(BENCHMARKS)}")
    names = parser.parse_args().names or BENCHMARKS
    if unknown := [name for name in names if name not in BENCHMARKS + ON_REQUEST]:
        parser.error(f"no benchmark {', '.join(unknown)}")
    found = sections(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    failed = []
    for name in names:
        print(f"> {name}", file=sys.stderr)
        try:
            found[name] = section(name)
        except subprocess.CalledProcessError as error:
            failed.append(name)
            print(f"{name} failed with exit code {error.returncode}", file=sys.stderr)
        ordered = [found[one] for one in (SUMMARY, *BENCHMARKS, *ON_REQUEST) if one in found]
        TARGET.write_text("\n".join([INTRODUCTION, *ordered]), encoding="utf-8", newline="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
