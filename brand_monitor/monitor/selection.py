"""Which monitors a run works for.

Belongs here: choosing among loaded monitors by name. Not here: reading the files (see ``loader``).
"""

from collections.abc import Mapping, Sequence

from brand_monitor.failures import UnknownNameError
from brand_monitor.monitor.models import Monitor


def select_monitors(monitors: Mapping[str, Monitor], only: Sequence[str]) -> dict[str, Monitor]:
    """Return the monitors named in ``only``, or all of them if it is empty.

    Raises:
        UnknownNameError: a name that no file carries, or no monitor at all.
    """
    if not monitors:
        raise UnknownNameError("there is no monitor; write one with `brand-monitor init NAME`")
    if unknown := sorted(set(only) - set(monitors)):
        known = ", ".join(sorted(monitors))
        raise UnknownNameError(f"no monitor {', '.join(unknown)}; known: {known}")
    return {name: monitor for name, monitor in monitors.items() if not only or name in only}
