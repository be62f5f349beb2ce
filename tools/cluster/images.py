"""Two tiny images from Debian's static programs: the sandbox of every pod, and busybox for cheap test pods.

Written as ``docker save`` does, so no container engine is needed.
"""

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Sequence
from pathlib import Path

PAUSE = "localhost/pause:1"
BUSYBOX = "localhost/busybox:1"


#: What test pods call.
_APPLETS = (
    "sh",
    "cat",
    "dd",
    "echo",
    "env",
    "false",
    "id",
    "kill",
    "ls",
    "nc",
    "nslookup",
    "sleep",
    "head",
    "printf",
    "true",
)


def write_images(folder: Path) -> None:
    """Write ``pause.tar`` and ``busybox.tar`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "pause.tar", PAUSE, _program("catatonit"), [], {"Entrypoint": ["/bin/catatonit", "-P"]})
    _write(folder / "busybox.tar", BUSYBOX, _program("busybox"), _APPLETS, {"Cmd": ["sh"]})


def _write(
    target: Path, image: str, program: Path, links: Sequence[str], config: dict[str, list[str]]
) -> None:
    """Write an image of one layer: the program in /bin, and links to it."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        _add(tar, f"bin/{program.name}", program.read_bytes(), mode=0o755)
        for name in links:
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, program.name
            tar.addfile(link)
    content = layer.getvalue()
    described = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["PATH=/bin"], **config},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(content).hexdigest()}"]},
        "history": [{"created_by": "tools/cluster"}],
    }
    text = json.dumps(described).encode()
    name = f"{hashlib.sha256(text).hexdigest()}.json"
    manifest = [{"Config": name, "RepoTags": [image], "Layers": ["layer.tar"]}]
    with tarfile.open(target, "w") as tar:
        _add(tar, name, text)
        _add(tar, "manifest.json", json.dumps(manifest).encode())
        _add(tar, "layer.tar", content)


def _add(tar: tarfile.TarFile, name: str, content: bytes, *, mode: int = 0o644) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), mode
    tar.addfile(member, io.BytesIO(content))


def _program(name: str) -> Path:
    found = shutil.which(name, path="/usr/bin:/bin:/usr/sbin:/sbin")
    if found is None:
        raise FileNotFoundError(name)
    return Path(found)
