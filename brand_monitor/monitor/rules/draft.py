"""What the rules look at and what they return. Not here: any rule."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brand_monitor.monitor.models import Brand, EngineSpec, Experiment, Monitor, Prompt, Site

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """One broken rule: the path of the field in the file, and what is wrong with it."""

    path: Path
    message: str

    def __str__(self) -> str:
        """Return ``brands.2.aliases.0: message``."""
        return f"{'.'.join(map(str, self.path))}: {self.message}"


@dataclass(frozen=True)
class Draft:
    """Parsed parts by their index in the file; a part that could not be parsed is absent.

    ``incomplete`` names the lists with such gaps: rules that count entries stay silent about them.
    """

    brands: "Mapping[int, Brand]"
    prompts: "Mapping[int, Prompt]"
    sites: "Mapping[int, Site]"
    engines: "Mapping[int, EngineSpec]"
    experiments: "Mapping[int, Experiment]" = field(default_factory=dict)
    incomplete: frozenset[str] = frozenset()


def draft_of(monitor: "Monitor") -> Draft:
    """Return the parts of a whole monitor."""
    return Draft(
        brands=dict(enumerate(monitor.brands)),
        prompts=dict(enumerate(monitor.prompts)),
        sites=dict(enumerate(monitor.sites)),
        engines=dict(enumerate(monitor.engines)),
        experiments=dict(enumerate(monitor.experiments)),
    )


def repeats(
    items: Iterable[tuple[Path, Hashable]],
) -> Iterator[tuple[Path, Path]]:
    """Yield (path, path of the first) for every key that was seen before."""
    first: dict[Hashable, Path] = {}
    for path, key in items:
        if key in first:
            yield path, first[key]
        else:
            first[key] = path
