"""What servers on the JVM share: a JDK, jars from Maven Central in a cache, an archive of loaded classes.

Belongs here: finding and fetching. The cache (``~/.cache/brand-monitor/servers``, or below
``XDG_CACHE_HOME``) holds nothing that cannot be fetched again: delete it at will.
"""

import functools
import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.servers.process import MissingProgram, ServerFailure

POMS = Path(__file__).parent / "maven"
JVM_FOLDER = Path("/usr/lib/jvm")
PREPARE = "run `python -m tools.servers prepare` (needs Maven and some 210 MB from Maven Central)"
#: C1 alone halves the work of a start, and no test runs long enough to gain from C2.
FLAGS = ("-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-Dlog4j2.disable.jmx=true")


@dataclass(frozen=True)
class Jdk:
    """A Java with its compiler."""

    home: Path
    version: int

    def program(self, name: str) -> str:
        """Return the path of one of its programs."""
        return str(self.home / "bin" / name)


def find_jdk(least: int) -> Jdk:
    """Return the JDK of ``JAVA_HOME`` if it is new enough, else the oldest one that is.

    Raises:
        MissingProgram: there is none.
    """
    given = os.environ.get("JAVA_HOME")
    homes = sorted({path.resolve() for path in JVM_FOLDER.glob("*")})
    found = [jdk for home in [*([Path(given)] if given else []), *homes] if (jdk := _jdk(home))]
    fitting = [jdk for jdk in found if jdk.version >= least]
    if not fitting:
        package = f"openjdk-{least}-jdk-headless"
        raise MissingProgram(
            f"a JDK {least} or newer is missing: install one, such as `apt-get install {package}` or a "
            "Temurin package, or set JAVA_HOME"
        )
    first_is_given = bool(given) and fitting[0].home == Path(given or "")
    return fitting[0] if first_is_given else min(fitting, key=lambda jdk: jdk.version)


@functools.cache
def _jdk(home: Path) -> Jdk | None:
    if not (home / "bin" / "javac").exists():
        return None
    release = home / "release"
    match = re.search(r'^JAVA_VERSION="(\d+)', release.read_text() if release.exists() else "", re.MULTILINE)
    return Jdk(home, int(match[1])) if match else None


@dataclass(frozen=True)
class Jars:
    """The jars of one server; a changed ``pom.xml`` or Java source gets a folder of its own."""

    name: str

    @property
    def sources(self) -> Path:
        """Folder with ``pom.xml`` and, maybe, a main class."""
        return POMS / self.name

    @property
    def folder(self) -> Path:
        """Folder of the cache."""
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(self.sources.iterdir())))
        return cache / "brand-monitor" / "servers" / f"{self.name}-{digest.hexdigest()[:12]}"

    @property
    def class_path(self) -> str:
        """What ``java -cp`` takes: names of jars in a fixed order, as the class archive wants them."""
        return os.pathsep.join(map(str, sorted(self.folder.glob("lib/*.jar"))))

    def archive(self, jdk: Jdk) -> Path:
        """Return the archive of loaded classes, of this JDK alone; it need not be there."""
        return self.folder / f"classes-{jdk.version}-{jdk.home.name}.jsa"

    def archive_flags(self, jdk: Jdk) -> list[str]:
        """Return the flags that use the archive if there is one."""
        if not (archive := self.archive(jdk)).exists():
            return []
        # A mismatch is no error, and must not be chat in the log either.
        return [f"-XX:SharedArchiveFile={archive}", "-Xshare:auto", "-Xlog:disable", "-Xlog:all=error:stderr"]

    def check(self) -> None:
        """Look whether the jars are there.

        Raises:
            MissingProgram: they were not fetched yet.
        """
        if not (self.folder / "complete").exists():
            raise MissingProgram(f"the jars of {self.name} are missing: {PREPARE}")

    def fetch(self, jdk: Jdk) -> None:
        """Fetch the jars with Maven, and compile the main class where there is one.

        Raises:
            MissingProgram: there is no Maven.
            ServerFailure: Maven or the compiler failed.
        """
        if (self.folder / "complete").exists():
            return
        maven = shutil.which("mvn")
        if maven is None:
            raise MissingProgram("Maven is missing: install it with `apt-get install maven`")
        library = self.folder / "lib"
        copied = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={library}"]
        _run([maven, "-q", "-B", "-f", str(self.sources / "pom.xml"), *copied], jdk)
        if sources := list(self.sources.glob("*.java")):
            classes = self.folder / "classes"
            compiled = ["-cp", self.class_path, "-d", str(classes), *map(str, sources)]
            _run([jdk.program("javac"), *compiled], jdk)
            jar = library / "main.jar"  # the class archive takes jars only
            _run([jdk.program("jar"), "--create", "--file", str(jar), "-C", str(classes), "."], jdk)
        (self.folder / "complete").touch()


def _run(command: list[str], jdk: Jdk) -> None:
    environment = os.environ | {"JAVA_HOME": str(jdk.home)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise ServerFailure(f"{Path(command[0]).name} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
