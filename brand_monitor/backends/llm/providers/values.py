"""Reads JSON that nobody vouches for: each reader takes anything and gives a value of its type, or nothing.

Belongs here: readers that no value can crash. Not here: what a field means (each provider's wire format).
"""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

#: Beyond it a number of JSON is no longer exact, and no field of a reply means it.
_EXACT = 2**53


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object, the empty one for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> Sequence[Any]:
    """Return the elements of an array, none for anything else."""
    return value if isinstance(value, list | tuple) else ()


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of an array; other elements are left out."""
    return [item for item in items(value) if isinstance(item, dict)]


def string(value: Any) -> str | None:
    r"""Return a text, None for anything else.

    A half of a surrogate pair (``"\ud83d"``, a legal JSON text) becomes U+FFFD: no file can hold it. The
    number of code points stays, so that spans still fit.
    """
    if not isinstance(value, str):
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in value)
    return value


def word(value: Any) -> str | None:
    """Return a text that says something, None for a blank one and for anything else."""
    found = string(value)
    return found if found and not found.isspace() else None


def strings(value: Any) -> list[str]:
    """Return the texts of an array that say something; other elements are left out."""
    return [found for item in items(value) if (found := word(item))]


def number(value: Any) -> float | None:
    """Return a finite number that is not negative, None for anything else."""
    if not isinstance(value, float | int) or isinstance(value, bool) or not 0 <= value < _EXACT:
        return None
    return float(value) if isfinite(value) else None


def count(value: Any) -> int | None:
    """Return a whole number that is not negative, None for anything else; ``3.0`` is one."""
    found = number(value)
    return int(found) if found is not None and found.is_integer() else None


def total(*values: Any) -> int | None:
    """Return the sum of those values that are counts, None if none is."""
    known = [found for value in values if (found := count(value)) is not None]
    return sum(known) if known else None
