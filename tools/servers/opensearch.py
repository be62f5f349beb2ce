"""OpenSearch, from its Maven artifacts: one node, plain HTTP, no security plugin."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tools.servers.jvm_server import JvmServer


@dataclass
class OpenSearch(JvmServer):
    """Snapshots may be written below ``snapshots`` of its folder."""

    name: ClassVar[str] = "opensearch"
    LEAST_JAVA: ClassVar[int] = 21

    @property
    def url(self) -> str:
        """The address."""
        return f"http://{self.host}:{self.port}"

    def variables(self) -> dict[str, str]:
        """Return the variable of the search index."""
        return {"OPENSEARCH_URL": self.url}

    def exercise(self) -> None:
        """Index a document and find it."""
        self._ask("PUT", "a/_doc/1?refresh", {"text": "one"})
        self._ask("POST", "a/_search", {"query": {"match": {"text": "one"}}})

    def _prepare(self) -> None:
        for name in ("snapshots", "tmp"):
            (self.folder / name).mkdir(exist_ok=True)

    def _command(self) -> list[str]:
        flags = [f"-Djava.io.tmpdir={self.folder / 'tmp'}", "-Dio.netty.noUnsafe=true", "-XX:+UseSerialGC"]
        given = [f"{key}={value}" for key, value in self.settings.items()]
        main = ["Node", str(self.folder), str(self.port), *given]
        return self._java(*main, flags=(*flags, "--enable-native-access=ALL-UNNAMED"))

    def _answers(self) -> bool:
        """Every primary shard has a place."""
        health = self._ask("GET", "_cluster/health?wait_for_status=yellow&timeout=2s")
        return health.get("timed_out") is False

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.url}/{path}", data, headers, method=method)  # noqa: S310 - our own address
        try:
            with urlopen(request, timeout=30) as response:  # noqa: S310 - our own address
                return dict(json.load(response))
        except HTTPError as error:
            with error:
                return {}
