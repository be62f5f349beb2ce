"""Raw payloads are stored once, under the hash of their content, and checked when read."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.interface import ObjectNotFoundError
from brand_monitor.backends.objects.payloads import PayloadStore, payload_key
from brand_monitor.failures import CorruptPayloadError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(payload=st.dictionaries(st.text("abc", max_size=3), JSON, max_size=4))
def test_any_json_survives(tmp_path_factory: pytest.TempPathFactory, payload: dict) -> None:
    payloads = PayloadStore(FolderStore(tmp_path_factory.mktemp("lake")))
    assert payloads.get(payloads.put(payload)) == payload


def test_equal_payloads_share_one_object(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    first = PayloadStore(store).put({"a": 1, "b": 2})
    second = PayloadStore(store).put({"b": 2, "a": 1})
    assert first == second
    assert list(store.list("payloads")) == [payload_key(first)]


@pytest.mark.parametrize(
    "damage", [b"", b"not gzip", b"\x1f\x8b", b"\x1f\x8b\x08" + 7 * b"\0" + 20 * b"\xff"]
)
def test_damaged_bytes_are_a_typed_error(tmp_path: Path, damage: bytes) -> None:
    store = FolderStore(tmp_path)
    digest = PayloadStore(store).put({"a": 1})
    store.put(payload_key(digest), damage)
    with pytest.raises(CorruptPayloadError, match=digest):
        PayloadStore(store).get(digest)


def test_swapped_content_is_noticed(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    payloads = PayloadStore(store)
    true, other = payloads.put({"a": 1}), payloads.put({"a": 2})
    store.put(payload_key(true), store.get(payload_key(other)))
    with pytest.raises(CorruptPayloadError, match="does not match its hash"):
        payloads.get(true)


def test_a_lost_payload_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(ObjectNotFoundError):
        PayloadStore(FolderStore(tmp_path)).get("0" * 64)


def test_half_a_character_in_a_reply_is_kept_and_comes_back(tmp_path: Path) -> None:
    """JSON may hold one half of a surrogate pair; the paid answer around it must not be lost for it."""
    payloads = PayloadStore(FolderStore(tmp_path))
    payload = json.loads('{"response": {"text": "Caf\\u00e9 \\ud83d"}}')
    assert payloads.get(payloads.put(payload)) == payload
