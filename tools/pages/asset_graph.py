"""docs/architecture.md: the asset graph between two markers; everything around it is written by hand."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path

from tools.pages.definitions import asset_specs, upstream
from tools.pages.markdown import between

ARCHITECTURE = Path(__file__).parents[2] / "docs" / "architecture.md"
BEGIN = "<!-- asset graph: written by `make docs` from the definitions -->"
END = "<!-- end of the asset graph -->"


def render() -> str:
    """Return docs/architecture.md with today's graph in it.

    Raises:
        ValueError: the file has lost a marker.
    """
    return between(ARCHITECTURE, BEGIN, END, f"```mermaid\n{chart()}```\n")


def chart() -> str:
    """Return the graph as a Mermaid flowchart: a box per group, an arrow per direct input."""
    inputs = {name: set(upstream(spec)) for name, spec in asset_specs().items()}
    return "".join(f"{line}\n" for line in _lines(inputs))


def _lines(inputs: Mapping[str, Collection[str]]) -> Iterator[str]:
    yield "flowchart LR"
    for group, names in groupby(inputs, key=_group):
        yield f"  subgraph layer_{group}[{group}]"
        yield from (f'    {_node(name)}["{name.split("/")[1]}"]' for name in names)
        yield "  end"
    for name, sources in without_shortcuts(inputs).items():
        yield from (f"  {_node(source)} --> {_node(name)}" for source in sorted(sources))


def without_shortcuts(inputs: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """Return the transitive reduction: an input that another input already leads to has no arrow of its own.

    O(assets x arrows), on a graph of some twenty assets.
    """

    @cache
    def ancestors(name: str) -> set[str]:
        return set(inputs[name]).union(*map(ancestors, inputs[name]))

    return {name: set(sources).difference(*map(ancestors, sources)) for name, sources in inputs.items()}


def _node(name: str) -> str:
    return name.replace("/", "_")


def _group(name: str) -> str:
    return name.split("/", maxsplit=1)[0]
