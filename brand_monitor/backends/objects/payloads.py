"""Raw payloads: JSON, compressed, stored under the hash of its own bytes.

Belongs here: the address and the encoding. Not here: which call a payload belongs to (the journal).
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.failures import CorruptPayloadError


class PayloadStore:
    """Content-addressed payloads in an object store: the same payload is stored once."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.parallel_writes = store.parallel_writes

    def put(self, payload: Mapping[str, Any]) -> str:
        """Store the payload durably and return its SHA-256 (of the canonical JSON), hex."""
        data = _encoded(payload)
        digest = hashlib.sha256(data).hexdigest()
        # mtime=0 keeps the compressed bytes equal for equal content: writing again changes nothing, and costs
        # less than asking each time whether it is there.
        self._store.put(payload_key(digest), gzip.compress(data, 6, mtime=0))
        return digest

    def holds(self, digest: str) -> bool:
        """Tell whether a payload is stored under the hash; not whether it is whole."""
        return self._store.exists(payload_key(digest))

    def delete(self, digest: str) -> None:
        """Remove a payload; no error if there is none."""
        self._store.delete(payload_key(digest))

    def get(self, digest: str) -> dict[str, Any]:
        """Return the payload.

        Raises:
            ObjectNotFoundError: nothing is stored under the hash.
            CorruptPayloadError: the stored bytes are not what the hash says.
        """
        key = payload_key(digest)
        try:
            data = gzip.decompress(self._store.get(key))
        except (OSError, EOFError, zlib.error) as error:
            raise CorruptPayloadError(f"{key}: cannot be decompressed ({error})") from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise CorruptPayloadError(f"{key}: the content does not match its hash")
        payload: dict[str, Any] = json.loads(data)
        return payload


def payload_key(digest: str) -> str:
    """Return the object key of a payload; two levels keep folders small."""
    return f"payloads/{digest[:2]}/{digest}.json.gz"


def _encoded(payload: Mapping[str, Any]) -> bytes:
    """Return the canonical JSON of a payload."""
    try:
        return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which is legal in JSON and has no UTF-8: kept escaped
        return json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()
