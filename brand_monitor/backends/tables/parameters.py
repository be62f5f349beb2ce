"""Which parameters a model was found to refuse: learned from its error once, for all later runs."""

from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from brand_monitor.backends.tables.schema import REFUSED_PARAMETERS as REFUSED


class RefusedParameters:
    """The memory of refused parameters, by engine family and model."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, engine: str, model: str) -> set[str]:
        """Return what the model is known to refuse."""
        query = select(REFUSED.c.parameter).where(REFUSED.c.engine == engine, REFUSED.c.model == model)
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def learn(self, engine: str, model: str, parameters: set[str]) -> None:
        """Remember what the model refuses. Idempotent."""
        for parameter in sorted(parameters - self.of(engine, model)):
            row = {"engine": engine, "model": model, "parameter": parameter, "learned_at": datetime.now(UTC)}
            with suppress(IntegrityError), self._engine.begin() as connection:
                connection.execute(insert(REFUSED).values(**row))
