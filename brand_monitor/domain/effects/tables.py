"""The frame of ``experiments/source_effects``: every effect that an experiment found, with what it rests on.

Belongs here: groups, pooling over prompts, false discovery rates, columns. Not here: the estimates
(``methods``).
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import polars as pl

from brand_monitor.domain.effects.arms import question
from brand_monitor.domain.effects.estimates import MIN_PROMPTS, Estimates, mean_over_prompts
from brand_monitor.domain.effects.methods import Finding, findings
from brand_monitor.domain.effects.notes import DEFINITION_KEYS, SCOPE_NOTE
from brand_monitor.domain.effects.paired import pooled_effect
from brand_monitor.domain.statistics.significance import benjamini_hochberg
from brand_monitor.domain.statistics.wilson import FloatArray

EXPERIMENT: Final = ["date", "monitor_id", "engine", "engine_id", "experiment_id"]
FAMILY: Final = ["date", "monitor_id", "engine_id", "experiment_id", "method", "scope"]

SCHEMA: Final = {
    "date": pl.Date(),
    **dict.fromkeys(
        ["monitor_id", "engine", "engine_id", "experiment_id", "scope", "prompt_id"], pl.String()
    ),
    **dict.fromkeys(["frozen_hash", "document_id", "url"], pl.String()),
    "position": pl.Int64(),
    **dict.fromkeys(["brand_id", "method", "estimator", "definition"], pl.String()),
    **dict.fromkeys(["effect", "lower", "upper", "p", "q", "rate_with", "rate_without"], pl.Float64()),
    "n": pl.Int64(),
    "k": pl.Int64(),
    "lds": pl.Float64(),
    "reason": pl.String(),
    "scope_note": pl.String(),
}

Row = dict[str, Any]
#: A finding with the prompt that it belongs to.
Placed = tuple[Row, Finding]


def source_effects(answers: pl.DataFrame, mentions: pl.DataFrame, brands: pl.DataFrame) -> pl.DataFrame:
    """Return the frame of ``experiments/source_effects``.

    Per experiment, engine, source, brand and method one row for every prompt whose context has the source,
    and one over all of them that are not branded (``pooled``) where there are at least two:
    ``leave_one_out_effect@1``, ``surrogate_weight@1``, ``shapley_value@1``, ``position_effect@1``. Failed
    answers leave their arms. ``q`` is Benjamini-Hochberg over all sources and brands of one experiment,
    engine, method and scope. Per prompt O(answers x brands + 200 x sources^2 x brands x 50 fits).

    Args:
        answers: ``experiments/designed_answers``.
        mentions: ``experiments/designed_mentions``.
        brands: ``seed/brands``.
    """
    rows: list[Row] = []
    for key, group in answers.sort(*EXPERIMENT, "prompt_id").group_by(EXPERIMENT, maintain_order=True):
        place = dict(zip(EXPERIMENT, key, strict=True))
        tracked = brands.filter(pl.col("monitor_id") == place["monitor_id"])["brand_id"].sort().to_list()
        placed = list(_placed(group, _named(mentions, group), tracked))
        rows += [place | row for row in _per_prompt(placed, tracked)]
        branded = set(group.filter("is_branded")["prompt_id"])
        open_prompts = [one for one in placed if one[0]["prompt_id"] not in branded]
        rows += [place | row for row in _pooled(open_prompts, tracked)]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(
        pl.col(pl.Float64).fill_nan(None), scope_note=pl.lit(SCOPE_NOTE)
    )
    tested = [_with_q(family) for family in frame.partition_by(FAMILY, maintain_order=True)]
    order = [*EXPERIMENT, "method", "scope", "prompt_id", "brand_id"]
    return pl.concat([frame.clear(), *tested]).sort(
        *order,
        "effect",
        "url",
        "position",
        descending=[*[False] * len(order), True, False, False],
        nulls_last=True,
    )


def _named(mentions: pl.DataFrame, answers: pl.DataFrame) -> dict[str, set[str]]:
    """Return the brands that each of the answers names."""
    counted = mentions.filter("is_counted").join(answers, on=["monitor_id", "answer_id"], how="semi")
    named: dict[str, set[str]] = {}
    for answer_id, brand_id in counted.select("answer_id", "brand_id").unique().iter_rows():
        named.setdefault(answer_id, set()).add(brand_id)
    return named


def _placed(group: pl.DataFrame, named: dict[str, set[str]], brands: list[str]) -> Iterator[Placed]:
    """Yield the findings of every prompt, each with the page that its source is."""
    for (prompt_id, frozen_hash), rows in group.group_by("prompt_id", "frozen_hash", maintain_order=True):
        documents, urls = (rows[name][0] for name in ("context_documents", "context_urls"))
        for found in findings(question(rows, named, brands)):
            at = found.source
            yield (
                {
                    "prompt_id": prompt_id,
                    "frozen_hash": frozen_hash,
                    "document_id": None if documents is None else documents[at],
                    "url": None if urls is None else urls[at],
                    "position": at + 1,
                },
                found,
            )


def _per_prompt(placed: list[Placed], brands: list[str]) -> Iterator[Row]:
    for place, found in placed:
        reason = found.reason or ("lost_context" if place["url"] is None else None)
        fixed = {"scope": "prompt", "n": found.n, "k": 1, "estimator": found.estimator, "reason": reason}
        for row in _rows(found, found.values, brands):
            yield place | fixed | row


def _pooled(placed: list[Placed], brands: list[str]) -> Iterator[Row]:
    """Yield the mean over prompts of every page that at least two prompts have an effect of."""
    pages: dict[tuple[str, str], list[Placed]] = {}
    for place, found in placed:
        if place["url"] is not None and not np.isnan(found.values.variance).any():
            pages.setdefault((found.method, place["url"]), []).append((place, found))
    for same in pages.values():
        if len(same) < 2:  # noqa: PLR2004 - one prompt has its own row
            continue
        place, first = same[0]
        fixed = {
            "scope": "pooled",
            "document_id": place["document_id"],
            "url": place["url"],
            "n": sum(found.n for _, found in same),
            "k": len(same),
            "estimator": "mean_over_prompts",
            "reason": None if len(same) >= MIN_PROMPTS else "fewer_than_3_prompts",
        }
        pooled = _pool([found for _, found in same])
        for row in _rows(first, pooled, brands, others=[found for _, found in same]):
            yield fixed | row


def _pool(same: list[Finding]) -> Estimates:
    """Return the mean over prompts."""
    if all(found.strata for found in same):
        return pooled_effect([list(of_brand) for of_brand in zip(*(f.strata for f in same), strict=True)])
    effects, variances = (
        np.array([getattr(found.values, name) for found in same]) for name in ("effect", "variance")
    )
    return mean_over_prompts(effects, variances)


def _rows(
    found: Finding, values: Estimates, brands: list[str], others: Iterable[Finding] = ()
) -> Iterator[Row]:
    """Yield one row per brand; what ``others`` say of rates and correlation is averaged."""
    same = list(others) or [found]
    rates = [_mean([one.rates[side] for one in same if one.rates]) for side in (0, 1)]
    lds = _mean([one.lds for one in same if one.lds is not None])
    for at, brand in enumerate(brands):
        yield {
            "brand_id": brand,
            "method": found.method,
            "definition": DEFINITION_KEYS[found.method],
            **{name: float(getattr(values, name)[at]) for name in ("effect", "lower", "upper", "p")},
            "rate_with": None if rates[0] is None else float(rates[0][at]),
            "rate_without": None if rates[1] is None else float(rates[1][at]),
            "lds": None if lds is None else float(lds[at]),
        }


def _mean(arrays: list[FloatArray]) -> FloatArray | None:
    """Return the mean of what is defined, NaN where nothing is; None without any array."""
    if not arrays:
        return None
    defined = (~np.isnan(arrays)).sum(axis=0)
    return np.asarray(np.where(defined > 0, np.nansum(arrays, axis=0) / np.maximum(defined, 1), np.nan))


def _with_q(family: pl.DataFrame) -> pl.DataFrame:
    p = family["p"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return family.with_columns(q=pl.Series(benjamini_hochberg(p), dtype=pl.Float64).fill_nan(None))
