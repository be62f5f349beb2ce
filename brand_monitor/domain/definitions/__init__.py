"""The registry of metric definitions: what every published number means, in one place.

Belongs here: ids, versions and formulas in words. Not here: how a figure is computed, and the reasons and
flags that go with it (``reasons.py``). A changed formula is a new version beside the old one, so that stored
rows keep the meaning they were written with.
"""

from brand_monitor.domain.definitions.brands import BRAND_DEFINITIONS
from brand_monitor.domain.definitions.citing import CITING_DEFINITIONS
from brand_monitor.domain.definitions.definition import Definition
from brand_monitor.domain.definitions.methods import METHOD_DEFINITIONS
from brand_monitor.domain.definitions.sources import SOURCE_DEFINITIONS
from brand_monitor.domain.definitions.steadiness import STEADINESS_DEFINITIONS
from brand_monitor.failures import UnknownNameError

__all__ = ["DEFINITIONS", "Definition", "current", "definition_of"]

DEFINITIONS: tuple[Definition, ...] = (
    *BRAND_DEFINITIONS,
    *CITING_DEFINITIONS,
    *STEADINESS_DEFINITIONS,
    *SOURCE_DEFINITIONS,
    *METHOD_DEFINITIONS,
)


def definition_of(key: str) -> Definition:
    """Return the definition with this ``id@version``.

    Raises:
        UnknownNameError: no such definition; the message lists all of them.
    """
    for one in DEFINITIONS:
        if one.key == key:
            return one
    known = ", ".join(sorted(one.key for one in DEFINITIONS))
    raise UnknownNameError(f"no metric definition {key!r}; known: {known}")


def current(metric: str) -> Definition:
    """Return the newest version of a metric.

    Raises:
        UnknownNameError: no such metric; the message lists all of them.
    """
    versions = [one for one in DEFINITIONS if one.id == metric]
    if not versions:
        known = ", ".join(sorted({one.id for one in DEFINITIONS}))
        raise UnknownNameError(f"no metric {metric!r}; known: {known}")
    return max(versions, key=lambda one: one.version)
