"""What processes share while they ask or scrape, opened as the settings say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from brand_monitor.backends.coordination.interface import Coordination
from brand_monitor.deployment import Settings


@dataclass(frozen=True)
class Coordinations:
    """Redis where a URL is given, else SQL. A plain object, since the UI shows the fields of a resource.

    Args:
        database_url: SQLAlchemy URL of the store.
        redis_url: address with password, None without Redis.
        redis_ca_file: certificate of an authority of one's own, for ``rediss://``.
        redis_pool_size: most connections of one process.
    """

    database_url: str = field(repr=False)
    redis_url: str | None = field(default=None, repr=False)
    redis_ca_file: Path | None = None
    redis_pool_size: int = 10

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Coordination]:
        """Open the store for a block, inside the event loop that asks, and close it afterwards.

        Raises:
            SetupError: its settings are wrong.
            TransientFailure: the store cannot be reached.
        """
        coordination = self._open()
        try:
            yield coordination
        finally:
            await coordination.close()

    def _open(self) -> Coordination:
        if self.redis_url is not None:
            from brand_monitor.backends.coordination.redis import RedisCoordination
            from brand_monitor.backends.coordination.redis_access import RedisAccess

            access = RedisAccess(self.redis_url, self.redis_ca_file)
            return RedisCoordination(access, pool_size=self.redis_pool_size)
        from brand_monitor.backends.coordination.sql import SqlCoordination

        return SqlCoordination(self.database_url)


def coordinations_of(settings: Settings) -> Coordinations:
    """Return what the processes of an installation share."""
    redis = settings.redis_url
    return Coordinations(
        settings.coordination_url,
        redis_url=redis.get_secret_value() if redis else None,
        redis_ca_file=settings.redis_ca_file,
        redis_pool_size=settings.redis_pool_size,
    )
