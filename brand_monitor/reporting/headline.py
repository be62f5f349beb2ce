"""The headline: visibility and share of voice per engine and brand, non-branded prompts only.

Belongs here: the rows that the report draws first. Not here: the table that the terminal prints (``cli``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from brand_monitor.reporting.charts import ForestRow
from brand_monitor.reporting.engines import EngineView
from brand_monitor.reporting.figures import Figures
from brand_monitor.reporting.inputs import ReportInputs
from brand_monitor.reporting.text import label

HEADLINE_METRICS = ("visibility", "share_of_voice")
RIVALS_DRAWN = 12


@dataclass(frozen=True, kw_only=True)
class BrandView:
    """A tracked brand by its name and role."""

    brand_id: str
    name: str
    role: str


def brand_views(inputs: ReportInputs) -> list[BrandView]:
    """Return the tracked brands: own, then competitors as in the monitor file, then the control."""
    order = {"own": 0, "competitor": 1, "control": 2}
    rows = inputs.brands.select("brand_id", "brand", "role").iter_rows()
    views = [BrandView(brand_id=brand_id, name=label(name), role=role) for brand_id, name, role in rows]
    return sorted(views, key=lambda brand: order[brand.role])


def drawn_brands(
    brands: Sequence[BrandView], engines: Sequence[EngineView], figures: Figures
) -> list[BrandView]:
    """Return the brands to draw, in one order for all engines: own, most named competitors, control.

    Competitors are ordered by their largest visibility in any engine, so that a row stays in its place from
    engine to engine; past twelve competitors the least named are left to the tables.
    """

    def largest(brand: BrandView) -> float:
        found = (figures.get(engine.engine_id, brand.brand_id, "visibility").value for engine in engines)
        return max((value for value in found if value is not None), default=0.0)

    rivals = sorted((brand for brand in brands if brand.role == "competitor"), key=largest, reverse=True)
    own, control = ([brand for brand in brands if brand.role == role] for role in ("own", "control"))
    return own + rivals[:RIVALS_DRAWN] + control


def forest_rows(
    brands: Sequence[BrandView], figures: Figures, engine_id: str, metric: str
) -> list[ForestRow]:
    """Return what the drawing of one engine and metric shows, one row per brand.

    The control is no part of the frame that voice is shared in: it has a row only where it has a figure or
    where its absence is news.
    """
    rows = []
    for brand in brands:
        figure = figures.get(engine_id, brand.brand_id, metric)
        if figure.reason == "not_in_frame":
            continue
        rows.append(
            ForestRow(
                name=brand.name,
                role=brand.role,
                value=figure.value,
                lower=figure.lower,
                upper=figure.upper,
                shown=figure.shown,
                interval=figure.interval or ("no interval" if figure.value is not None else ""),
                note=figure.missing,
            )
        )
    return rows
