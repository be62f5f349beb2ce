"""Bodies as no documentation has them, for tests that readers are total: any JSON, and documented bodies of which
parts were replaced by any JSON.
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

TEXTS = st.text(st.characters(), max_size=12) | st.sampled_from(
    ["[1]", "([a](https://a.example))", "\ud83d", "🍵"]
)
NUMBERS = st.integers() | st.floats() | st.just(2**70)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def odd(body: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """The body with some of its parts replaced or left out, at any depth."""
    return ANY_JSON | _odd(body)


def _odd(value: Any) -> st.SearchStrategy[Any]:
    whole = st.just(value)
    if isinstance(value, Mapping):
        parts = {name: _odd(part) for name, part in value.items()}
        whole = st.fixed_dictionaries({}, optional=parts) | st.fixed_dictionaries(parts)
    elif isinstance(value, list | tuple):
        whole = st.tuples(*(_odd(part) for part in value)).map(list)
    # Most parts stay, else nothing below the first level is ever reached.
    return st.integers(0, 19).flatmap(lambda chance: ANY_JSON if chance == 0 else whole)
