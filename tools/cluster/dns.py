"""The names of Services for pods of the local node: ``python dns.py ADDRESS KUBECONFIG`` answers on port 53.

CoreDNS would be the real thing, and takes six minutes to build; a pod asks only for the address of a Service.
Every other name does not exist here, and is refused at once. Standard library only: any interpreter runs it.
"""

import json
import re
import socket
import ssl
import struct
import sys
import time
import urllib.request
from base64 import b64decode
from pathlib import Path
from typing import Any

_DOMAIN = ".svc.cluster.local"
_SECONDS_KEPT = 1.0
_A, _IN = 1, 1
_NO_ERROR, _NO_SUCH_NAME = 0, 3
#: IP_FREEBIND: the address may come later than the socket.
_FREEBIND = 15


class Services:
    """The addresses of all Services, read again when they are older than a second."""

    def __init__(self, kubeconfig: Path) -> None:
        text = kubeconfig.read_text()
        found = {
            key: match[1]
            for key, pattern in {
                "server": r'server: "([^"]+)"',
                "authority": r"certificate-authority-data: ([\w+/=]+)",
                "token": r"token: (\w+)",
            }.items()
            if (match := re.search(pattern, text))
        }
        self._request = urllib.request.Request(  # noqa: S310 - the address of the local API server
            f"{found['server']}/api/v1/services", headers={"Authorization": f"Bearer {found['token']}"}
        )
        self._tls = ssl.create_default_context(cadata=b64decode(found["authority"]).decode())
        self._addresses: dict[str, str] = {}
        self._read_at = 0.0

    def address(self, name: str) -> str | None:
        """Return the address of ``service.namespace``, None if there is none."""
        if time.monotonic() - self._read_at > _SECONDS_KEPT:
            with urllib.request.urlopen(self._request, context=self._tls, timeout=2) as answer:  # noqa: S310
                items: list[dict[str, Any]] = json.load(answer)["items"]
            self._addresses = {
                f"{item['metadata']['name']}.{item['metadata']['namespace']}": item["spec"]["clusterIP"]
                for item in items
                if item["spec"].get("clusterIP", "None") != "None"
            }
            self._read_at = time.monotonic()
        return self._addresses.get(name)


def answer(query: bytes, services: Services) -> bytes:
    """Return the answer to one question; of other kinds than A there is nothing about a name that exists."""
    end = query.index(0, 12)
    labels, position = [], 12
    while position < end:
        length = query[position]
        labels.append(query[position + 1 : position + 1 + length].decode("ascii", "replace").lower())
        position += 1 + length
    name, question = ".".join(labels), query[12 : end + 5]
    (kind,) = struct.unpack("!H", query[end + 1 : end + 3])
    address = services.address(name.removesuffix(_DOMAIN)) if name.endswith(_DOMAIN) else None
    records = b""
    if address and kind == _A:
        records = struct.pack("!HHHIH", 0xC00C, _A, _IN, 5, 4) + socket.inet_aton(address)
    flags = 0x8580 | (_NO_ERROR if address else _NO_SUCH_NAME)
    return query[:2] + struct.pack("!HHHHH", flags, 1, bool(records), 0, 0) + question + records


def main() -> None:
    """Answer until the process is ended."""
    services = Services(Path(sys.argv[2]))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.setsockopt(socket.SOL_IP, _FREEBIND, 1)
        listening.bind((sys.argv[1], 53))
        while True:
            query, asker = listening.recvfrom(4096)
            try:
                listening.sendto(answer(query, services), asker)
            except (OSError, ValueError, IndexError, struct.error) as error:
                print(f"{asker[0]}: {error}", flush=True)  # the pod asks again


if __name__ == "__main__":
    main()
