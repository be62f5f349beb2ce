"""How long a provider asks to wait, in the forms in which replies say it.

Belongs here: what several providers share. Not here: whether to ask again at all (each wire format).
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from brand_monitor.backends.llm.providers.values import number

_MILLISECONDS = 1_000
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|[smhd])")
_DURATION = re.compile(rf"(?:{_PART.pattern})+")


def duration(text: str | None) -> float | None:
    """Return the seconds of ``"6m0s"``, ``"120ms"`` or ``"34.4s"``, None for another form."""
    found = (text or "").strip()
    if not _DURATION.fullmatch(found):
        return None
    return sum(float(amount) * _UNITS[unit] for amount, unit in _PART.findall(found))


def seconds(text: str | None) -> float | None:
    """Return a plain number of seconds, None for another form and for a negative one."""
    try:
        return number(float(text or ""))
    except ValueError:
        return None


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``retry-after-ms`` or ``retry-after`` ask for, None if neither says.

    A ``retry-after`` that is a date is read against the reply's own ``date``, so that a wrong clock here does
    not matter. Header names are in lower case.
    """
    if (milliseconds := seconds(headers.get("retry-after-ms"))) is not None:
        return milliseconds / _MILLISECONDS
    asked = headers.get("retry-after")
    if (plain := seconds(asked)) is not None or (plain := duration(asked)) is not None:
        return plain
    try:
        until, now = parsedate_to_datetime(asked or ""), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):
        return None  # no date, or only one of the two names its time zone
