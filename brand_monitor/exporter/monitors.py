"""The monitor files, read again only when one of them changed."""

from collections.abc import Mapping
from pathlib import Path

from brand_monitor.monitor.loader import load_monitors, monitor_files
from brand_monitor.monitor.models import Monitor


class MonitorFiles:
    """The monitors of a folder, which a mounted ConfigMap replaces while the process runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: object = None
        self._monitors: Mapping[str, Monitor] = {}

    def now(self) -> Mapping[str, Monitor]:
        """Return the monitors by id; parsing is paid for once a change.

        Raises:
            MonitorFileError: a file is wrong.
        """
        seen = [
            (path, found.st_ino, found.st_mtime_ns, found.st_size)
            for path in monitor_files(self._folder)
            for found in [path.stat()]
        ]
        if seen != self._seen:
            self._monitors, self._seen = load_monitors(self._folder), seen
        return self._monitors
