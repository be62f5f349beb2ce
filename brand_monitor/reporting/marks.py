"""What the drawings of the report have in common: size, colours, axes and text.

Belongs here: parts of a drawing. Colours are CSS variables of the page, so that one drawing serves light,
dark and paper; the width is that of a phone, so that no text shrinks there.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

WIDTH, LEFT, RIGHT = 358, 92, 112  # pixels: the whole drawing, and the room left and right of the plot
PLOT = WIDTH - LEFT - RIGHT

INK, MUTED, LINE, ACCENT, PAPER = (f"var(--{name})" for name in ("ink", "muted", "line", "accent", "paper"))


def row_axis(count: int, field: str = "row") -> "alt.Y":
    """Return the vertical place of a row: ``field`` counts rows from the top, 0 to ``count``."""
    import altair as alt

    return alt.Y(
        f"{field}:Q", scale=alt.Scale(domain=[0, max(count, 1)], reverse=True, nice=False), axis=None
    )


def percent_axis(field: str, top: float) -> "alt.X":
    """Return the horizontal place of a share, from 0 to ``top``, with its axis in percent."""
    import altair as alt

    ticks = [top * step / 4 for step in range(5)] if top >= 1 else [0, top / 2, top]
    scale = alt.Scale(domain=[0, top], nice=False, clamp=True)
    shown = "round(100 * datum.value) + '\u00a0%'"
    return alt.X(f"{field}:Q", scale=scale, axis=alt.Axis(values=ticks, labelExpr=shown, title=None))


def text_layer(
    base: "alt.Chart",
    field: str,
    x: float,
    *,
    align: Any = "left",
    color: str = INK,
    bold: bool = False,
    limit: int = 0,
) -> "alt.Chart":
    """Return a layer that writes ``field`` at pixel ``x`` of every row, at most ``limit`` pixels if given."""
    import altair as alt

    mark = base.mark_text(
        align=align, baseline="middle", fontSize=12, color=color, fontWeight=600 if bold else 400, limit=limit
    )
    placed: alt.Chart = mark.encode(text=alt.Text(f"{field}:N"), x=alt.value(x))
    return placed


def name_layers(base: "alt.Chart") -> list["alt.Chart"]:
    """Return the brand names at the left edge, own brands in bold accent."""
    own = text_layer(base, "name", -LEFT, color=ACCENT, bold=True, limit=LEFT - 6).transform_filter(
        "datum.own"
    )
    return [own, text_layer(base, "name", -LEFT, limit=LEFT - 6).transform_filter("!datum.own")]


def end_labels(first: str, last: str, width: int, height: int) -> list["alt.Chart"]:
    """Return the two ends of a time axis, written below the plot."""
    import altair as alt

    ends: list[tuple[str, float, Any]] = [(first, 0, "left"), (last, width, "right")]
    return [
        alt.Chart(alt.InlineData(values=[{"text": text}]))
        .mark_text(align=align, baseline="top", fontSize=11, color=MUTED)
        .encode(text=alt.Text("text:N"), x=alt.value(x), y=alt.value(height + 6))
        for text, x, align in ends
    ]


def sized(
    layers: Sequence["alt.Chart"], *, height: int, bottom: int, left: int = LEFT, right: int = RIGHT
) -> "alt.LayerChart":
    """Return the layers as one chart of exactly the phone's width: no measuring of unknown fonts."""
    import altair as alt

    chart = alt.layer(*layers).properties(
        width=WIDTH - left - right,
        height=height,
        padding={"left": left, "right": right, "top": 4, "bottom": bottom},
        autosize=alt.AutoSizeParams(type="none"),
        background="transparent",
    )
    axis = {
        "gridColor": LINE,
        "domain": False,
        "ticks": False,
        "labelColor": MUTED,
        "labelFontSize": 11,
        "labelPadding": 6,
    }
    styled: alt.LayerChart = chart.configure(aria=False, axis=axis).configure_view(stroke=None)
    return styled
