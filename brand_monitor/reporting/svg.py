"""Charts turned into SVG that stands inside a page.

Belongs here: the one place that calls vl-convert. Its JavaScript engine takes .4 s to start, once per
process, and 10 to 40 ms a chart after that. Not here: what is drawn.
"""

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    import altair as alt

_ROOT = re.compile(r"<svg\b[^>]*?viewBox=\"(?P<box>[0-9. -]+)\"[^>]*>")
# The page's own font is used, the root alone has a role, and empty group frames only add weight.
_NOISE = re.compile(
    r' (?:font-family|pointer-events|role|aria-[a-z]+|class)="[^"]*"| opacity="1"'
    r'|<path class="(?:background|foreground)"[^>]*/>'
)


def inline_svg(chart: "alt.LayerChart", description: str) -> Markup:
    """Return ``chart`` as an SVG element that scales with its box and is read aloud as ``description``."""
    import vl_convert

    drawn = _NOISE.sub("", vl_convert.vegalite_to_svg(chart.to_dict(validate=False)))
    root = _ROOT.match(drawn)
    assert root, "vl-convert always writes a viewBox"
    head = Markup('<svg viewBox="{}" role="img" aria-label="{}">').format(root["box"], escape(description))
    # Marked safe because vl-convert escapes all text of the data itself; a test feeds it hostile names.
    return head + Markup(drawn[root.end() :])  # noqa: S704 - see above
