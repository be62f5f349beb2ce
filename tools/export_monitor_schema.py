"""Write docs/monitor.schema.json from the models, or with --check fail if the file is stale."""

import sys
from pathlib import Path

from brand_monitor.monitor.json_schema import SCHEMA_FILE, schema_text
from brand_monitor.monitor.starter import write_schema

TARGET = Path(__file__).parents[1] / "docs" / SCHEMA_FILE


def main(arguments: list[str]) -> int:
    """Return 0, or 1 if ``--check`` finds that the file and the models differ."""
    if "--check" in arguments:
        if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == schema_text():
            return 0
        print(f"{TARGET} is stale: run python tools/export_monitor_schema.py", file=sys.stderr)
        return 1
    TARGET.parent.mkdir(exist_ok=True)
    print(write_schema(TARGET))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
