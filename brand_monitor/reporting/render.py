"""The report as one HTML file: view in, text out.

Belongs here: the template environment, the file's content security policy, and which drawings it holds. All
text is escaped by jinja2 (autoescape on); the only markup let through is our own style, script and SVG.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from markupsafe import Markup

from brand_monitor.reporting import charts, text
from brand_monitor.reporting.engines import EMBEDDED_LABEL
from brand_monitor.reporting.inputs import ReportInputs
from brand_monitor.reporting.model import build_view
from brand_monitor.reporting.svg import inline_svg
from brand_monitor.reporting.view import EnginePanel, ReportView

if TYPE_CHECKING:
    import jinja2

_CONTENTS = [
    ("headline", "Headline"),
    ("limits", "What must not be concluded"),
    ("changes", "Changes"),
    ("engines", "Engines"),
    ("prompts", "Prompts"),
    ("time", "Over time"),
    ("steadiness", "How steady"),
    ("sentiment", "How they speak"),
    ("sources", "Sources"),
    ("effects", "Effects"),
    ("sentences", "Sentences"),
    ("uncounted", "Not counted"),
    ("candidates", "Unwatched names"),
    ("coverage", "Coverage and cost"),
    ("definitions", "Definitions"),
    ("answers", "Answers"),
    ("origin", "Origin"),
]


def render_report(inputs: ReportInputs) -> str:
    """Return the report as a self-contained HTML document, the same text for the same inputs.

    It makes no request: style and script are inline, allowed by hash, and everything else is forbidden by the
    policy in its head. Size is bounded by the caps of ``evidence``, ``grid``, ``sources`` and ``model``:
    10,000 answers of 2 engines give 1 MB with every table; each further engine adds some 75 kB.
    """
    view = build_view(inputs)
    style, script = _part("style.css"), _part("script.js")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            view=view,
            contents=_CONTENTS,
            present={name for name, _ in _CONTENTS} - view.absent,
            day_text=f"{view.day.day} {view.day:%B %Y}",
            drawings=_drawings(view),
            embedded_label=EMBEDDED_LABEL,
            branded_remarks=sorted(
                {one.missing for _, figures in view.branded for one in figures if one.missing}
            ),
            policy=_policy(style, script),
            style=style,
            script=script,
        )
    )


@lru_cache(maxsize=1)
def _environment() -> "jinja2.Environment":
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("brand_monitor.reporting"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = ("plain", "label", "href", "percent", "number", "plural")
    environment.filters.update({name: getattr(text, name) for name in names})
    return environment


def _part(name: str) -> Markup:
    """Return our own style or script; it must not hold a closing tag, which a test checks."""
    return Markup(resources.files("brand_monitor.reporting").joinpath("templates", name).read_text("utf-8"))  # noqa: S704


def _policy(style: str, script: str) -> str:
    """Return the content security policy: our own style and script by hash, and nothing else at all."""
    own = f"style-src {_hash(style)}; script-src {_hash(script)}"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"


def _hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def _drawings(view: ReportView) -> Mapping[str, Mapping[str, Markup]]:
    """Return drawing -> engine -> SVG; a drawing without rows is left out."""
    found: dict[str, dict[str, Markup]] = {"visibility": {}, "share": {}, "strips": {}, "pairs": {}}
    for panel in view.panels:
        for name, drawn in _panel_drawings(view, panel).items():
            found[name][panel.engine.engine_id] = drawn
    return found


def _panel_drawings(view: ReportView, panel: EnginePanel) -> dict[str, Markup]:
    engine, tops = panel.engine.engine_id, view.tops
    drawn = {
        name: inline_svg(charts.forest(rows, tops[name]), f"{title} in {engine}. {_read_forest(rows)}")
        for name, title, rows in (
            ("visibility", "Visibility", panel.visibility),
            ("share", "Share of voice", panel.share),
        )
    }
    if panel.strips and len(view.days) > 1:
        first, last = view.days[0], view.days[-1]
        chart = charts.strips(
            panel.strips, tops["strips"], f"{first:%d %b}", f"{last:%d %b}", (last - first).days
        )
        today = "; ".join(f"{row.name} {row.shown}" for row in panel.strips)
        drawn["strips"] = inline_svg(chart, f"Visibility by day in {engine}. Latest: {today}")
    if panel.pairs:
        rates = "; ".join(
            f"{row.name} {text.percent(row.having)} with, {text.percent(row.without)} without"
            for row in panel.pairs
        )
        drawn["pairs"] = inline_svg(
            charts.pairs(panel.pairs, tops["pairs"]), f"Named with and without a page. {rates}"
        )
    return drawn


def _read_forest(rows: Sequence[charts.ForestRow]) -> str:
    """Return what a forest says, for those who hear it."""
    return "; ".join(f"{row.name} {row.shown} {row.interval or row.note}".strip() for row in rows)
