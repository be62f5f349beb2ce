"""Who answered: one view per engine with what was asked, what came back and what it cost.

Belongs here: counting answers by status, tokens, price and time, and the words for an engine family.
"""

from collections import Counter
from dataclasses import dataclass

import polars as pl

from brand_monitor.monitor.engines import EMBEDDED_MODEL
from brand_monitor.reporting import text

EMBEDDED_LABEL = "embedded model: plumbing, not evidence"

_ORDER = {"local": 0, "grounded": 1, "import": 9}
_WHAT = {
    "local": "The model alone, with nothing to read",
    "grounded": "The model with scraped pages in its context",
    "import": "Answers captured elsewhere and imported",
}


@dataclass(frozen=True, kw_only=True)
class EngineView:
    """One engine of the day.

    Attributes:
        is_embedded: The answers come from the small built-in model and are labelled so wherever they show.
        statuses: Answers by status.
        reasons: (status, reason, count) of the answers that are no use, most frequent first.
        call_seconds: Sum of the calls' latencies; calls overlap, so this is more than the clock saw.
        cost_usd: None where the price of any answer is unknown.
    """

    engine_id: str
    family: str
    what: str
    is_embedded: bool
    models: list[str]
    planned: int
    repeats: int
    statuses: dict[str, int]
    reasons: list[tuple[str, str, int]]
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    call_seconds: float | None
    attempts: int
    reasked: int

    @property
    def ok(self) -> int:
        """Answers that enter a denominator."""
        return self.statuses.get("ok", 0)

    @property
    def cost(self) -> str:
        """The price as text."""
        return text.money(self.cost_usd)


def engine_views(answers: pl.DataFrame) -> list[EngineView]:
    """Return one view per engine of ``raw/answers``: the model alone first, imports last."""
    groups = answers.partition_by(["engine", "engine_id"], as_dict=True)
    keys = sorted(groups, key=lambda key: (_ORDER.get(key[0], 5), key))
    return [_view(str(engine), str(engine_id), groups[engine, engine_id]) for engine, engine_id in keys]


def is_embedded(answers: pl.DataFrame) -> bool:
    """Return whether the small built-in model gave these answers: a grounded engine may ask any model."""
    by_itself = answers["engine"].is_in(["local", "grounded"])
    return bool((by_itself & (answers["model"] == EMBEDDED_MODEL)).any())


def _view(family: str, engine_id: str, rows: pl.DataFrame) -> EngineView:
    bad = rows.filter(pl.col("status") != "ok").select("status", "reason").iter_rows()
    reasons = Counter((status, text.label(reason or "no reason recorded", 160)) for status, reason in bad)
    latency = _total(rows["latency_ms"])
    answered = rows.filter(pl.col("status").is_in(["ok", "refused", "empty"]))
    models = rows["served_model"].fill_null(rows["model"]).unique().sort().to_list()
    return EngineView(
        engine_id=engine_id,
        family=family,
        what=_WHAT.get(family, "A model asked through its API"),
        is_embedded=is_embedded(rows),
        models=models,
        planned=len(rows),
        repeats=rows["repeat"].n_unique(),
        statuses=dict(Counter(rows["status"].to_list())),
        reasons=[(*key, count) for key, count in reasons.most_common()],
        input_tokens=_int(_total(rows["input_tokens"])),
        output_tokens=_int(_total(rows["output_tokens"])),
        cost_usd=None if answered["cost_usd"].has_nulls() else _total(answered["cost_usd"]),
        call_seconds=None if latency is None else latency / 1_000,
        attempts=int(rows["attempts"].sum()),
        reasked=int(rows["is_reasked"].sum()),
    )


def _total(column: pl.Series) -> float | None:
    """Return the sum of what is known, None where nothing is: a sum of no values is not 0."""
    return None if column.drop_nulls().is_empty() else float(column.sum())


def _int(value: float | None) -> int | None:
    return None if value is None else int(value)
