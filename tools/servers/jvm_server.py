"""A server on the JVM: its jars and, for a faster start, its class archive."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tools.servers.java import FLAGS, Jars, Jdk, find_jdk
from tools.servers.process import Server, ServerFailure


@dataclass
class JvmServer(Server):
    """Attributes: ``heap_mb`` bounds the Java heap, ``java_flags`` are further flags of ``java``."""

    LEAST_JAVA: ClassVar[int]

    heap_mb: int = field(default=512, kw_only=True)
    java_flags: list[str] = field(default_factory=list, kw_only=True)

    @classmethod
    def jars(cls) -> Jars:
        """Return the jars of this server."""
        return Jars(cls.name)

    @classmethod
    def jdk(cls) -> Jdk:
        """Return the JDK that it runs on."""
        return find_jdk(cls.LEAST_JAVA)

    @classmethod
    def check_programs(cls) -> None:
        """Look for a JDK and the jars."""
        cls.jdk()
        cls.jars().check()

    @classmethod
    def prepare(cls) -> None:
        """Fetch the jars, and start once to write the class archive: later starts take half the time."""
        jars, jdk = cls.jars(), cls.jdk()
        jars.fetch(jdk)
        archive = jars.archive(jdk)
        if archive.exists():
            return
        aside = archive.with_suffix(".part")
        with tempfile.TemporaryDirectory(prefix="brand-monitor-") as folder:
            server = cls(Path(folder) / cls.name, java_flags=[f"-XX:ArchiveClassesAtExit={aside}"])
            server.start()
            server.exercise()
            server.stop()
            if not aside.exists():
                raise ServerFailure(f"{cls.name} wrote no class archive:\n{server.tail()}")
        aside.rename(archive)

    def exercise(self) -> None:
        """Do what loads further classes; the archive keeps them."""

    def _java(self, *arguments: str, flags: tuple[str, ...] = ()) -> list[str]:
        jdk, jars = self.jdk(), self.jars()
        archive = [] if self.java_flags else jars.archive_flags(jdk)
        heap = [f"-Xms{self.heap_mb}m", f"-Xmx{self.heap_mb}m"]
        java = [jdk.program("java"), *FLAGS, *heap, *archive, *self.java_flags, *flags]
        return [*java, "-cp", jars.class_path, *arguments]
