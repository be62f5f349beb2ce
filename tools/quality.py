"""Measure the product on real answers and write docs/quality.md, or print single measures.

    python tools/quality.py
    python tools/quality.py bench labelled

The data lie beside the repository (``../shared/data``) and are no part of it; without them there is nothing
to measure. Not part of ``make docs``: the page is measured, like docs/benchmarks.md.
"""

import argparse
import sys
from types import ModuleType

from tools.measures import bench, labelled, names, page, products, sources, unseen, variants
from tools.measures.figures import Figure
from tools.measures.markets import DATA, ROOT

MEASURES: dict[str, ModuleType] = {
    "bench": bench,
    "labelled": labelled,
    "products": products,
    "names": names,
    "sources": sources,
    "variants": variants,
    "unseen": unseen,
}
PAGE = ROOT / "docs" / "quality.md"


def measured(name: str) -> list[Figure]:
    """Return the figures of one measure."""
    figures: list[Figure] = MEASURES[name].measure()
    return figures


def main(arguments: list[str]) -> int:
    """Return 0, or 1 where the data are absent."""
    parser = argparse.ArgumentParser(prog="tools/quality.py", description=__doc__.splitlines()[0])
    parser.add_argument(
        "names", nargs="*", choices=[[], *MEASURES], help="print only these; nothing is written"
    )
    names_given = parser.parse_args(arguments).names
    if not DATA.is_dir():
        print(f"{DATA} is absent: there is nothing to measure", file=sys.stderr)
        return 1
    if names_given:
        for name in names_given:
            print(page.section(MEASURES[name], name, measured(name)))
        return 0
    sections = [page.section(module, name, measured(name)) for name, module in MEASURES.items()]
    PAGE.write_text(page.render(sections), encoding="utf-8", newline="\n")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
