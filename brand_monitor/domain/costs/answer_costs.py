"""What answers cost: time and, where a price is known, money.

Belongs here: sums over answers. Not here: what one call costs (``pricing``), prices of providers.
"""

import polars as pl

from brand_monitor.domain.metrics.populations import FRAME_ROLES, SCOPE, named_brands
from brand_monitor.domain.sentiment.grading import LLM

#: A figure is decisive if its 95 % interval reaches at most this far to either side of the middle.
DECISIVE_HALF_WIDTH = 0.10
#: What money is put over; ``SCOPES[scope]`` says what a unit is.
SCOPES = {
    "answer": "usable answers of the engine",
    "prompt": "usable answers to the prompt, all its variants together",
    "informative_answer": "answers that name any brand of the frame",
    "brand": "answers that name the brand",
    "metric": "figures of the metric whose interval is at most 10 points to either side",
    "canary": "usable answers to fixed questions",
    "judgement": "answers, brands and aspects that a language model judged",
}
COST_COLUMNS = [
    *SCOPE,
    "scope",
    "subject",
    "calls",
    "cached",
    "answers",
    "units",
    "unknown_prices",
    "possibly_paid",
    "cost_usd",
    "known_cost_usd",
    "cost_per_unit_usd",
    "reason",
]
_NO_TEXT = ["failed", "not_asked"]


def cost_tables(
    answers: pl.DataFrame,
    mentions: pl.DataFrame,
    brands: pl.DataFrame,
    metrics: pl.DataFrame,
    *,
    canaries: pl.DataFrame,
    sentiments: pl.DataFrame,
) -> pl.DataFrame:
    """Return what was spent, in all and per unit of what it was spent for (``SCOPES``).

    Canaries and judgements are calls beside those of the answers: the sum of the three is what a day cost.
    A judgement that serves several targets, or was filed before, stands once with what it cost when asked.

    A unit bears all that was spent in its scope: what failed, refused and uninformative answers cost is part
    of the price of the others. Answers, prompts: all calls. Informative answers, brands, metrics: calls of
    non-branded prompts, as the figures themselves.

    Null is never 0: where a call of the scope has no known price, the cost is null and ``known_cost_usd``,
    what the other calls cost, bounds it from below. A cached call costs 0. A failed call without a cost was
    not charged, unless ``possibly_paid`` counts it.

    Args:
        answers: ``raw/answers``, one row per planned call.
        mentions: ``core/answer_mentions`` of these answers.
        brands: ``seed/brands``.
        metrics: ``metrics/brand_metrics`` of these answers.
        canaries: ``raw/canary_answers`` of the day.
        sentiments: ``core/answer_sentiments`` of these answers.

    Returns:
        COST_COLUMNS, one row per engine, scope and subject, sorted.
    """
    calls = _calls(answers)
    open_calls = calls.filter(~pl.col("is_branded"))
    spent = _spent(open_calls, SCOPE)
    usable = open_calls.filter("is_usable").select(*SCOPE, "answer_id")
    framed = brands.filter(pl.col("role").is_in(FRAME_ROLES))
    named = named_brands(usable, mentions, framed)
    per_engine = _spent(calls, SCOPE).with_columns(subject=pl.col("engine_id"), units=pl.col("answers"))
    per_prompt = _spent(calls, [*SCOPE, "prompt_family"]).with_columns(
        subject=pl.col("prompt_family"), units=pl.col("answers")
    )
    wanted = {
        "informative_answer": spent.with_columns(subject=pl.col("engine_id")),
        "brand": spent.join(framed.select("monitor_id", subject="brand_id"), on="monitor_id"),
        "metric": _decisive(metrics).join(spent, on=SCOPE),
    }
    units = {
        "informative_answer": named.unique("answer_id").group_by(SCOPE).agg(_units()),
        "brand": named.rename({"brand_id": "subject"}).group_by(*SCOPE, "subject").agg(_units()),
    }
    per_canary = _spent(_calls(canaries), SCOPE).with_columns(
        subject=pl.col("engine_id"), units=pl.col("answers")
    )
    parts = [
        ("answer", per_engine),
        ("prompt", per_prompt),
        ("metric", wanted["metric"]),
        ("canary", per_canary),
        ("judgement", _judging(sentiments)),
    ]
    for scope, counted in units.items():
        keys = [name for name in counted.columns if name != "units"]
        parts.append((scope, wanted[scope].join(counted, on=keys, how="left")))
    return _assembled(parts)


def busy_seconds(answers: pl.DataFrame) -> float | None:
    """Return the seconds in which at least one call was open, None if no call says how long it took.

    The union of the calls' intervals: parallel calls count once. O(n log n).

    Args:
        answers: ``raw/answers``; columns ``asked_at`` (UTC) and ``latency_ms`` are read.
    """
    start, end = pl.col("start"), pl.col("end")
    calls = (
        answers.drop_nulls(["asked_at", "latency_ms"])
        .select(
            start=pl.col("asked_at").dt.epoch("ms"),
            end=pl.col("asked_at").dt.epoch("ms") + pl.col("latency_ms"),
        )
        .sort("start", "end")
    )
    if calls.is_empty():
        return None
    earlier = end.cum_max().shift(fill_value=float("-inf"))
    open_ms = calls.select((end - pl.max_horizontal(start, earlier)).clip(lower_bound=0).sum())
    return float(open_ms.item()) / 1000


def _calls(answers: pl.DataFrame) -> pl.DataFrame:
    """Return the calls that were made, with what each says of money."""
    has_text = ~pl.col("status").is_in(_NO_TEXT)
    is_unknown = pl.col("cost_usd").is_null() & (has_text | (pl.col("possibly_paid") > 0))
    return answers.filter(pl.col("status") != "not_asked").with_columns(
        is_usable=pl.col("status") == "ok", is_unpriced=is_unknown
    )


def _spent(calls: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return one row per group of calls: how many, and what they cost."""
    known = pl.col("cost_usd").drop_nulls()
    return calls.group_by(keys).agg(
        calls=pl.len().cast(pl.Int64),
        cached=pl.col("is_cached").sum().cast(pl.Int64),
        answers=pl.col("is_usable").sum().cast(pl.Int64),
        unknown_prices=pl.col("is_unpriced").sum().cast(pl.Int64),
        possibly_paid=pl.col("possibly_paid").sum().cast(pl.Int64),
        # Sorted, so that the last digits of a sum do not depend on the order of the rows.
        known_cost_usd=pl.when((known.len() > 0) | ~pl.col("is_unpriced").any()).then(known.sort().sum()),
    )


def _judging(sentiments: pl.DataFrame) -> pl.DataFrame:
    """Return what a language model's judgements cost, per grader and version."""
    cost = pl.col("cost_usd")
    judged = sentiments.filter(pl.col("grader") == LLM)
    subject = pl.concat_str("grader", "grader_version", separator="@").alias("subject")
    labelled = pl.col("label").count().cast(pl.Int64)
    none = pl.lit(0, dtype=pl.Int64)
    return judged.group_by(*SCOPE, subject).agg(
        calls=pl.len().cast(pl.Int64),
        cached=none,
        answers=labelled,
        units=labelled,
        unknown_prices=cost.null_count().cast(pl.Int64),
        possibly_paid=none,
        known_cost_usd=pl.when(cost.count() > 0).then(cost.drop_nulls().sort().sum()),
    )


def _units() -> pl.Expr:
    return pl.len().cast(pl.Int64).alias("units")


def _decisive(metrics: pl.DataFrame) -> pl.DataFrame:
    """Return how many figures of each metric are decisive, also where none is."""
    figures = metrics.filter(pl.col("segment") == "non_branded")
    narrow = (pl.col("upper") - pl.col("lower")) / 2 <= DECISIVE_HALF_WIDTH
    return (
        figures.group_by(*SCOPE, subject="metric")
        .agg(units=narrow.fill_null(value=False).sum().cast(pl.Int64), given=pl.col("lower").count())
        .filter(pl.col("given") > 0)
        .drop("given")
    )


def _assembled(parts: list[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
    is_known = pl.col("unknown_prices") == 0
    columns = [name for name in COST_COLUMNS if name not in {"cost_usd", "cost_per_unit_usd", "reason"}]
    rows = pl.concat(
        [part.with_columns(pl.col("units").fill_null(0), scope=pl.lit(scope)).select(columns)
         for scope, part in parts]
    )  # fmt: skip
    return (
        rows.with_columns(cost_usd=pl.when(is_known).then("known_cost_usd"))
        .with_columns(
            cost_per_unit_usd=pl.when(pl.col("units") > 0).then(pl.col("cost_usd") / pl.col("units")),
            reason=pl.when(~is_known)
            .then(pl.lit("unknown_prices"))
            .when(pl.col("units") == 0)
            .then(pl.lit("no_units")),
        )
        .select(COST_COLUMNS)
        .sort(*SCOPE, "scope", "subject")
    )
