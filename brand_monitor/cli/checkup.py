"""What ``doctor`` looks at: each check says what it found and, if something is missing, what to do.

Belongs here: the order of the checks. Not here: looking (``checks``). Nothing here creates, repairs or asks a
model, and nothing leaves the machine but questions to the servers that the settings name.
"""

from collections.abc import Callable, Iterable, Iterator

from brand_monitor.cli.checks import engines, machine, servers, stores
from brand_monitor.cli.checks.finding import Finding
from brand_monitor.deployment import Settings


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield the finding of every check; a check that breaks is a finding too."""
    for check in _CHECKS:
        try:
            found = check(settings)
            yield from (found,) if isinstance(found, Finding) else found
        except Exception as error:  # noqa: BLE001 - the doctor must reach the last patient
            name = check.__name__.replace("_", " ")
            yield Finding(name, "missing", f"{type(error).__name__}: {error}")


_CHECKS: tuple[Callable[[Settings], Finding | Iterable[Finding]], ...] = (
    machine.python,
    machine.deployment,
    engines.monitors,
    stores.lake,
    stores.journal,
    engines.model,
    engines.engines,
    machine.secrets_file,
    servers.postgres,
    servers.dagster_database,
    servers.redis,
    servers.s3,
    servers.neo4j,
    servers.opensearch,
    machine.dbt_project,
    stores.dagster,
    stores.reports,
)
