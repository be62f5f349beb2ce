"""OpenSearch, from its Maven artifacts: one node, plain HTTP, no security plugin."""

import json
from dataclasses import dataclass
from typing import ClassVar
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
        for method, path in (("PUT", "a/_doc/1?refresh"), ("POST", "a/_search")):
            query = {"query": {"match": {"text": "one"}}} if method == "POST" else {"text": "one"}
            headers = {"Content-Type": "application/json"}
            request = Request(f"{self.url}/{path}", json.dumps(query).encode(), headers, method=method)
            with urlopen(request, timeout=30) as response:
                response.read()

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
        try:
            with urlopen(
                f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=2s", timeout=5
            ) as response:
                return not json.load(response)["timed_out"]
        except HTTPError as error:
            with error:
                return False
