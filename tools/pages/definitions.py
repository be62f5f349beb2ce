"""The asset graph that the pages describe, loaded once and independent of the environment."""

from functools import cache
from pathlib import Path

import dagster as dg

from brand_monitor.build import build_defs
from brand_monitor.deployment import Settings
from brand_monitor.schemas.registry import REGISTRY


@cache
def asset_specs() -> dict[str, dg.AssetSpec]:
    """Return the spec of every asset by its table name, ``core/documents``, in the order of the registry.

    Raises:
        ValueError: an asset is no table of the registry.
        SetupError: the dbt project was not parsed (``make setup``).
    """
    # The home is never opened: definitions only name paths below it.
    defs = build_defs("local", settings=Settings(Path("var").absolute()))
    specs = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}
    return {name: specs[name] for name in sorted(specs, key=list(REGISTRY).index)}


def upstream(spec: dg.AssetSpec) -> list[str]:
    """Return the names of the assets that ``spec`` reads."""
    return sorted(dep.asset_key.to_user_string() for dep in spec.deps)
