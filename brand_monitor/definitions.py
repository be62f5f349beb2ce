"""The code location: what ``dg dev``, ``dagster dev`` and the code server load."""

import dagster as dg

from brand_monitor.build import build_defs
from brand_monitor.deployment import current_deployment


@dg.definitions
def defs() -> dg.Definitions:
    """Return the definitions of the deployment that the environment names."""
    return build_defs(current_deployment())
