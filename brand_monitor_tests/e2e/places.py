"""Installations that end-to-end tests run commands in."""

from dataclasses import dataclass, field
from pathlib import Path

from e2e_home import brand_monitor

from brand_monitor.deployment import current_settings
from brand_monitor.notebook import Installation

#: OpenSearch of the tests asks for no password: this one is sent all the same, and must be kept by nobody.
IGNORED_PASSWORD = "s3cr3t-canary-of-opensearch"


#: Of all servers: a place that does not name one has none, whatever the environment of the tests holds.
SERVERS = dict.fromkeys(
    ["DATABASE_URL", "DAGSTER_DATABASE_URL", "S3_BUCKET", "NEO4J_URI", "OPENSEARCH_URL", "REDIS_URL"], ""
)


@dataclass
class Place:
    """An installation: its home, its variables, and everything that its commands have printed."""

    home: Path
    variables: dict[str, str]
    printed: list[str] = field(default_factory=list)

    def run(self, *arguments: str) -> str:
        """Run a command in a process of its own and return its standard output."""
        done = brand_monitor(self.home, *arguments, env=SERVERS | self.variables)
        self.printed += [done.stdout, done.stderr]
        return done.stdout

    def open(self) -> Installation:
        """Open it in this process, whose environment must hold the variables."""
        return Installation(current_settings(self.home))


@dataclass
class KilledDay(Place):
    """The day on all servers, killed in the middle and run again; what the provider had received by then."""

    answered_before: int = 0
    in_the_air: int = 0
    requests: int = 0
