"""The table of ``docs/operating.md`` that says what starts by itself, written from the timetable."""

from pathlib import Path

from brand_monitor.build import build_defs
from brand_monitor.defs import timetable
from brand_monitor.deployment import Settings

PAGE = Path(__file__).parents[2] / "docs" / "operating.md"
_BEGIN, _END = "<!-- automation: begin -->", "<!-- automation: end -->"


def render() -> str:
    """Return the page with its table made anew; all else in it is written by hand."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{_table()}\n{_END}{after}"


def _table() -> str:
    defs = build_defs("production", settings=Settings(Path("var")))
    timings = [value for value in vars(timetable).values() if isinstance(value, timetable.Timing)]
    rows = [(line.name, f"`{line.cron}`", line.why) for line in timings]
    sensors = sorted(defs.sensors or [], key=lambda one: one.name)
    rows += [(one.name, "on events", one.description or "") for one in sensors]
    lines = ["| schedule or sensor | when | what it does |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| `{name}` | {when} | {what} |" for name, when, what in rows)])
