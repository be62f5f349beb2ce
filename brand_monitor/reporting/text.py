"""Numbers and foreign text as a reader may safely see them.

Belongs here: formatting and defusing of single values. Escaping for HTML is the template engine's work and
is never done here, so that nothing is escaped twice or trusted by mistake.
"""

import hashlib
import re
from urllib.parse import urlsplit

NBSP = "\N{NO-BREAK SPACE}"
NO_VALUE = "\N{EM DASH}"
MAX_LABEL = 60
MAX_LINK = 2_000

# Direction overrides and isolates can make a sentence read as something that it does not say; control
# characters are not valid in HTML. Both are shown as what they are.
_UNSAFE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)


def plain(text: str | None, limit: int = 1_000) -> str:
    """Return ``text`` without control and direction characters, cut after ``limit`` characters.

    A cut text says how many characters are missing.
    """
    shown = (text or "")[:limit]
    rest = len(text or "") - len(shown)
    shown = _UNSAFE.sub(lambda match: f"[U+{ord(match.group()):04X}]", shown)
    return f"{shown}\N{HORIZONTAL ELLIPSIS} [{rest:,} more characters]" if rest else shown


def label(text: str | None, limit: int = MAX_LABEL) -> str:
    """Return ``text`` on one line with at most ``limit`` characters, for a heading, a cell or a chart."""
    line = " ".join(plain(text, limit * 4).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def href(url: str | None) -> str | None:
    """Return ``url`` if a reader may follow it (http or https with a host), else None.

    ``javascript:`` and ``data:`` URLs come out of pages and answers; they are shown as text, never as links.
    """
    if not url or _UNSAFE.search(url) or len(url) > MAX_LINK:
        return None
    try:
        parts = urlsplit(url)
        may_follow = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return url if may_follow else None


def percent(value: float | None) -> str:
    """Return a share of 1 as whole percent; a value that would round to 0 or 100 says on which side it is.

    Whole percent because the interval of a day is several points wide; null is never shown as 0.
    """
    if value is None:
        return NO_VALUE
    rounded = round(100 * value)
    if rounded == 0 and value > 0:
        return f"under 1{NBSP}%"
    if rounded == 100 and value < 1:  # noqa: PLR2004 - percent
        return f"over 99{NBSP}%"
    return f"{rounded}{NBSP}%"


def percent_range(lower: float | None, upper: float | None) -> str:
    """Return an interval as ``22 to 58 %``, or an empty string without one."""
    if lower is None or upper is None:
        return ""
    return f"{round(100 * lower)} to {round(100 * upper)}{NBSP}%"


def number(value: float | None, digits: int = 1) -> str:
    """Return a number with thousands separators, or a dash where there is none."""
    return NO_VALUE if value is None else f"{value:,.{digits}f}"


def signed(value: float | None, digits: int = 2) -> str:
    """Return a number that can lie on both sides of 0 with its sign, or a dash where there is none."""
    if value is None:
        return NO_VALUE
    shown = f"{abs(value):,.{digits}f}"
    if not float(shown.replace(",", "")):
        return shown
    return ("+" if value > 0 else "\N{MINUS SIGN}") + shown


def signed_range(lower: float | None, upper: float | None, digits: int = 2) -> str:
    """Return the interval of a signed number, empty where there is none."""
    return "" if lower is None or upper is None else f"{signed(lower, digits)} to {signed(upper, digits)}"


def points(value: float | None) -> str:
    """Return a difference of two shares in percentage points, with its sign."""
    return NO_VALUE if value is None else f"{signed(100 * value, 0)} points"


def points_range(lower: float | None, upper: float | None) -> str:
    """Return the interval of a difference in percentage points, empty where there is none."""
    return "" if lower is None or upper is None else signed_range(100 * lower, 100 * upper, 0)


def chance(value: float | None) -> str:
    """Return a p or q value with three digits, or a dash where there is none."""
    if value is None:
        return NO_VALUE
    return f"under{NBSP}0.001" if value < 0.001 else f"{value:.3f}"  # noqa: PLR2004 - the last digit shown


def count_of(numerator: float | None, denominator: float | None) -> str:
    """Return ``14 of 36``; counts that are no whole numbers keep one digit."""
    if numerator is None or denominator is None:
        return NO_VALUE
    return f"{numerator:,.{0 if numerator == int(numerator) else 1}f} of {denominator:,.0f}"


def plural(count: int, noun: str) -> str:
    """Return ``1 answer`` or ``2 answers``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def money(value: float | None) -> str:
    """Return US dollars, with enough digits to see a small price."""
    if value is None:
        return "unknown"
    return f"${value:,.2f}" if value == 0 or value >= 1 else f"${value:,.4f}"


def anchor(kind: str, *parts: str) -> str:
    """Return an HTML id that is stable over days and safe whatever the parts hold."""
    joined = "\x1f".join(parts)
    return f"{kind}-{hashlib.sha256(joined.encode()).hexdigest()[:12]}"
