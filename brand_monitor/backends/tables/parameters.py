"""Which parameters a model was found to refuse: learned from its error once, for all later runs."""

from datetime import UTC, datetime

from sqlalchemy import select

from brand_monitor.backends.tables.adding import add_missing
from brand_monitor.backends.tables.schema import REFUSED_PARAMETERS as REFUSED
from brand_monitor.backends.tables.transactions import Transactions


class RefusedParameters:
    """The memory of refused parameters, by engine family and model."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def of(self, engine: str, model: str) -> set[str]:
        """Return what the model is known to refuse."""
        query = select(REFUSED.c.parameter).where(REFUSED.c.engine == engine, REFUSED.c.model == model)
        return self._transactions.read(
            "reading refused parameters", lambda connection: set(connection.execute(query).scalars())
        )

    def learn(self, engine: str, model: str, parameters: set[str]) -> None:
        """Remember what the model refuses. Idempotent."""
        now = datetime.now(UTC)
        rows = [
            {"engine": engine, "model": model, "parameter": parameter, "learned_at": now}
            for parameter in sorted(parameters - self.of(engine, model))
        ]
        if rows:
            self._transactions.write(
                "remembering refused parameters", lambda connection: add_missing(connection, REFUSED, rows)
            )
