"""The sample day with every table that a day may lack: comparisons, sentiment, effects, names and money."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandera.polars as pa
import polars as pl

from brand_monitor.reporting.inputs import ReportInputs
from brand_monitor.schemas import comparisons, costs, discovery, experiments, sentiment, steadiness
from brand_monitor_tests.unit.report_sample import BRANDS, DAY, ENGINES, MONITOR, PAGES, day_inputs

MODELS: dict[str, type[pa.DataFrameModel]] = {
    "metrics/changes": comparisons.Changes,
    "metrics/brand_contrasts": comparisons.BrandContrasts,
    "metrics/brand_sentiments": sentiment.BrandSentiments,
    "core/answer_sentiments": sentiment.AnswerSentiments,
    "core/brand_candidates": discovery.BrandCandidates,
    "metrics/costs": costs.Costs,
    "metrics/stabilities": steadiness.Stabilities,
    "metrics/drifts": steadiness.Drifts,
    "metrics/corrected_rates": steadiness.CorrectedRates,
    "metrics/variance_components": steadiness.VarianceComponents,
    "experiments/source_effects": experiments.SourceEffects,
}
SCOPE_NOTE = "This model on this frozen context, not the consumer product."
_TRACKED = [brand_id for brand_id, _, role in BRANDS if role != "control"]
_PAIRED = {
    "segment": "non_branded",
    "metric": "visibility",
    "definition": "visibility@1",
    "window_days": 7,
    "p": 0.2,
    "q": 0.31,
    "tests": 8,
    "k": 12,
    "changed_prompts": 9,
    "flags": [],
}


def frame(table: str, rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Return rows as a valid frame of an optional table; day, monitor and engine are filled in."""
    model = MODELS[table].to_schema()
    schema = {name: column.dtype.type for name, column in model.columns.items()}
    given = {"date": DAY, "monitor_id": MONITOR, "engine": "grounded", "engine_id": "smollm2-grounded"}
    filled = [{name: ({**given, **row}).get(name) for name in schema} for row in rows]
    return model.validate(pl.DataFrame(filled, schema=schema))


def measured_inputs(**changes: pl.DataFrame) -> ReportInputs:
    """Return the sample day with every optional table; ``changes`` replaces some, ``/`` written ``__``."""
    inputs = day_inputs()
    optional = {
        "metrics/changes": _changes(),
        "metrics/brand_contrasts": _contrasts(),
        "metrics/brand_sentiments": _sentiments(),
        "core/answer_sentiments": _judged(inputs),
        "core/brand_candidates": candidates(inputs),
        "metrics/costs": _costs(),
        "metrics/stabilities": _stabilities(),
        "metrics/drifts": _drifts(),
        "metrics/corrected_rates": corrected(),
        "metrics/variance_components": _scatter(),
        "experiments/source_effects": effects(),
    }
    optional |= {name.replace("__", "/"): rows for name, rows in changes.items()}
    return replace(
        inputs,
        brand_metrics=pl.concat([inputs.brand_metrics, citing_figures(inputs)]),
        answer_mentions=with_uncounted(inputs.answer_mentions),
        optional=optional,
    )


def _stabilities() -> pl.DataFrame:
    common = {"segment": "non_branded", "n": 60, "k": 12, "window_days": 1, "flags": []}
    told = [
        ("brands", "repeat_overlap", 0.62, 0.5, 0.73, None),
        ("brands", "day_overlap", None, None, None, "model_changed"),
        ("brands", "volatility", None, None, None, "too_few_transitions"),
        ("domains", "repeat_overlap", 0.31, 0.22, 0.42, None),
    ]
    names = ("items", "metric", "value", "lower", "upper", "reason")
    rows = [dict(zip(names, one, strict=True)) for one in told]
    rows[2]["n"] = 6  # transitions, of which it takes 20
    return frame("metrics/stabilities", [common | row | {"definition": f"{row['metric']}@1"} for row in rows])


def _drifts() -> pl.DataFrame:
    common = {"window_days": 28, "n": 60, "baseline_n": 840, "baseline_days": 14}
    canaries = {"subject_kind": "engine", "subject": "smollm2-grounded", "metric": "canaries", "n": 3}
    brand = {"subject_kind": "brand", "subject": _TRACKED[0], "metric": "visibility"}
    return frame(
        "metrics/drifts",
        [
            common
            | canaries
            | {"method": "canary_test@1", "verdict": "insufficient_data", "reason": "short_baseline"},
            common
            | brand
            | {"method": "rate_cusum@1", "verdict": "drifted", "value": 0.2, "baseline": 0.4}
            | {"direction": "down", "since": DAY, "alarmed_on": DAY, "statistic": 6.1, "limit": 5.0},
        ],
    )


def corrected() -> pl.DataFrame:
    """Return the corrected visibility of the own brand."""
    row = {"segment": "non_branded", "brand_id": _TRACKED[0], "window_days": 7, "metric": "visibility"}
    row |= {"definition": "visibility@1", "method": "rogan_gladen@1", "gold_version": "a1", "gold_pairs": 80}
    row |= {"raw": 0.4, "lower": 0.3, "upper": 0.5, "corrected": 0.44, "n": 420, "k": 12}
    row |= {"corrected_lower": 0.31, "corrected_upper": 0.58, "is_clipped": False}
    return frame("metrics/corrected_rates", [row])


def _scatter() -> pl.DataFrame:
    common = {"surface": "grounded", "segment": "non_branded", "brand_id": _TRACKED[0], "n": 420}
    common |= {"definition": "variance_split@1", "window_days": 7, "is_truncated": False}
    told = [("prompt", 0.55, None), ("engine", None, "one_level"), ("repeat", 0.45, None)]
    return frame(
        "metrics/variance_components",
        [
            common | {"factor": factor, "share": share, "variance": share, "levels": 2, "reason": reason}
            for factor, share, reason in told
        ],
    )


def _changes() -> pl.DataFrame:
    verdicts = ["moved", "within_noise", "insufficient_data", "model_changed"]
    rows = []
    for engine_id, engine in ENGINES.items():
        for index, brand_id in enumerate(_TRACKED):
            verdict = verdicts[index % 4]
            told = verdict in ("moved", "within_noise")
            rows.append(
                {
                    **_PAIRED,
                    "engine": engine,
                    "engine_id": engine_id,
                    "brand_id": brand_id,
                    "method": "paired_change@1",
                    "before": 0.31,
                    "after": 0.58,
                    "difference": 0.27 if told else None,
                    "lower": 0.08 if told else None,
                    "upper": 0.44 if told else None,
                    "q": 0.0004 if verdict == "moved" else 0.31 if told else None,
                    "reason": {
                        "insufficient_data": "too_few_changed_prompts",
                        "model_changed": "model_changed",
                    }.get(verdict),
                    "n_before": 240,
                    "n_after": 238,
                    "days_before": 7,
                    "days_after": 7,
                    "unpaired_prompts": 0,
                    "models_before": ["SmolLM2-135M-Q4"],
                    "models_after": ["SmolLM2-135M-Q8"],
                    "is_forced": False,
                    "verdict": verdict,
                }
            )
        empty = {
            "before": None,
            "difference": None,
            "lower": None,
            "upper": None,
            "p": None,
            "q": None,
            "k": 0,
        }
        rows.append(
            {
                **rows[-1],
                **empty,
                "brand_id": "larkstride",
                "window_days": 1,
                "changed_prompts": 0,
                "reason": "no_answers_before",
                "verdict": "insufficient_data",
            }
        )
    return frame("metrics/changes", rows)


def _contrasts() -> pl.DataFrame:
    verdicts = {"nike": "behind", "adidas": "ahead", "hoka": "insufficient_data"}
    return frame(
        "metrics/brand_contrasts",
        [
            {
                **_PAIRED,
                "window_days": 1,
                "brand_id": "larkstride",
                "rival_id": rival,
                "method": "brand_contrast@1",
                "rate": 0.58,
                "rival_rate": 0.46,
                "difference": 0.12,
                "lower": -0.09,
                "upper": 0.31,
                "n": 34,
                "both": 8,
                "only_brand": 12,
                "only_rival": 8,
                "neither": 6,
                "mcnemar_p": 0.5,
                "reason": "too_few_changed_prompts" if rival == "hoka" else None,
                "verdict": verdicts.get(rival, "within_noise"),
            }
            for rival in _TRACKED[1:]
        ],
    )


def _sentiments() -> pl.DataFrame:
    rows = []
    for brand_id in _TRACKED[:5]:
        for aspect in ["overall", "price", "comfort"] if brand_id == "larkstride" else ["overall"]:
            named = brand_id != "asics"
            rows.append(
                {
                    "segment": "non_branded",
                    "brand_id": brand_id,
                    "aspect": aspect,
                    "definition": "net_sentiment@1",
                    "grader": "lexicon",
                    "grader_version": "lexicon@1",
                    "value": 0.42 if named else None,
                    "lower": -0.1 if named else None,
                    "upper": 0.63 if named else None,
                    "positive": 11 if named else 0,
                    "neutral": 6 if named else 0,
                    "negative": 3 if named else 0,
                    "n": 20 if named else 0,
                    "k": 9 if named else 0,
                    "unjudged": 1 if named else 0,
                    "reason": None if named else "no_mentions",
                    "flags": [],
                }
            )
    return frame("metrics/brand_sentiments", rows)


def _judged(inputs: ReportInputs) -> pl.DataFrame:
    own = inputs.answer_mentions.filter((pl.col("brand_id") == "larkstride") & ~pl.col("is_branded"))
    return frame(
        "core/answer_sentiments",
        [
            {
                **{
                    name: row[name]
                    for name in ("engine", "engine_id", "answer_id", "prompt_id", "is_branded")
                },
                "brand_id": "larkstride",
                "aspect": "overall",
                "label": ["positive", "negative", "neutral"][index % 3],
                "score": 0.5,
                "confidence": 0.8,
                "grader": "lexicon",
                "grader_version": "lexicon@1",
                "mentions": 1,
                "passages": 1,
                "evidence_start": row["sentence_start"],
                "evidence_end": row["sentence_start"] + len(row["sentence"]),
            }
            for index, row in enumerate(own.iter_rows(named=True))
        ],
    )


def candidates(inputs: ReportInputs, count: int = 12) -> pl.DataFrame:
    """Return ``count`` unknown names, the first the best."""
    answer = inputs.answers.filter(pl.col("status") == "ok")["answer_id"][0]
    return frame(
        "core/brand_candidates",
        [
            {
                "candidate_key": f"novaro {place}",
                "candidate": f"Novaro {place}",
                "score": float(count - place),
                "answers": count + 8 - place,
                "listed_answers": 4,
                "sightings": 22,
                "titles": 0,
                "prompt_ids": ["trail", "rain"],
                "products": ["Ridge 3", "Peak"],
                "sentence": f"For rock, the Novaro {place} Ridge 3 holds best.",
                "answer_id": answer,
                "sentence_start": 100,
                "name_start": 114,
                "name_end": 114 + len(f"Novaro {place}"),
            }
            for place in range(count)
        ],
    )


def effects(**changes: Any) -> pl.DataFrame:
    """Return the effects of one experiment on the own brand and a rival; ``changes`` goes into every row."""
    rows = []
    for index, (url, _, _) in enumerate(PAGES):
        for brand_id in ("larkstride", "nike"):
            told = index < 4
            rows.append(
                {
                    "experiment_id": "weekly-sources",
                    "scope": "prompt",
                    "prompt_id": "trail",
                    "frozen_hash": "f" * 64,
                    "document_id": "d",
                    "url": url,
                    "position": index + 1,
                    "brand_id": brand_id,
                    "method": "leave_one_out" if index % 2 == 0 else "shapley",
                    "estimator": "paired" if index % 2 == 0 else "exact",
                    "definition": "leave_one_out_effect@1" if index % 2 == 0 else "shapley_value@1",
                    "effect": [0.61, -0.05, 0.0, 0.02][index] if told else None,
                    "lower": [0.32, -0.2, -0.1, -0.1][index] if told else None,
                    "upper": [0.8, 0.1, 0.1, 0.15][index] if told else None,
                    "p": 0.01,
                    "q": [0.0002, 0.4, 0.9, 0.7][index] if told else None,
                    "rate_with": 0.9 if index == 0 else None,
                    "rate_without": 0.29 if index == 0 else None,
                    "n": 40,
                    "k": 1,
                    "reason": None if told else "no_pairs",
                    "scope_note": SCOPE_NOTE,
                    **changes,
                }
            )
    return frame("experiments/source_effects", rows)


def _costs() -> pl.DataFrame:
    spent = {
        "calls": 42,
        "cached": 2,
        "answers": 40,
        "units": 40,
        "unknown_prices": 0,
        "possibly_paid": 1,
        "cost_usd": 0.84,
        "known_cost_usd": 0.84,
        "cost_per_unit_usd": 0.021,
    }
    unknown = {
        "unknown_prices": 3,
        "cost_usd": None,
        "known_cost_usd": 0.5,
        "cost_per_unit_usd": None,
        "reason": "unknown_prices",
    }
    none = {"units": 0, "cost_per_unit_usd": None, "reason": "no_units"}
    rows = []
    for engine_id, engine in ENGINES.items():
        own = none if engine == "local" else {"units": 20, "cost_per_unit_usd": 0.042}
        parts = [("answer", engine_id, {}), ("informative_answer", engine_id, unknown)]
        parts += [
            ("brand", "larkstride", own),
            ("prompt", "trail", {"cost_usd": 0.05}),
            ("prompt", "rain", {}),
        ]
        rows += [
            {**spent, "engine": engine, "engine_id": engine_id, "scope": scope, "subject": subject, **changes}
            for scope, subject, changes in parts
        ]
    return frame("metrics/costs", rows)


def citing_figures(inputs: ReportInputs) -> pl.DataFrame:
    """Return figures of how the engine with pages cites, in the shape of ``metrics/brand_metrics``."""
    like = inputs.brand_metrics.filter(
        (pl.col("engine") == "grounded")
        & (pl.col("segment") == "non_branded")
        & (pl.col("metric") == "visibility")
    ).head(1)
    wanted = [
        ("brand", "larkstride", "named_and_cited", 0.1),
        ("brand", "larkstride", "named_not_cited", 0.48),
        ("brand", "larkstride", "cited_not_named", 0.07),
        ("brand", "larkstride", "not_named_not_cited", 0.35),
        ("brand", "larkstride", "ghost_rate", 0.41),
        *(("domain", page[0].split("/")[2], "word_count_impression", 0.2) for page in PAGES),
        *(("domain", page[0].split("/")[2], "position_adjusted_impression", 0.3) for page in PAGES),
    ]
    return pl.concat(
        [
            like.with_columns(
                subject_kind=pl.lit(kind),
                subject=pl.lit(subject),
                metric=pl.lit(metric),
                definition=pl.lit(f"{metric}@1"),
                value=pl.lit(value),
                lower=pl.lit(value / 2),
                upper=pl.lit(value * 1.5),
                numerator=pl.lit(None, pl.Float64),
                reason=pl.lit(None, pl.String),
                flags=pl.lit([], pl.List(pl.String)),
            )
            for kind, subject, metric, value in wanted
        ]
    )


def with_uncounted(mentions: pl.DataFrame) -> pl.DataFrame:
    """Return mentions of which some are absent, sold only or asked, and some uncertain."""
    kind = pl.int_range(pl.len()) % 9
    return mentions.with_columns(
        kind=pl.when(kind == 0)
        .then(pl.lit("absent"))
        .when(kind == 4)
        .then(pl.lit("seller"))
        .otherwise("kind"),
        is_counted=pl.col("is_counted") & ~kind.is_in([0, 4, 7]),
        reason=pl.when(kind == 0).then(pl.lit("says it knows nothing of it")).otherwise("reason"),
        is_uncertain=kind == 7,
        confidence=pl.when(kind == 7).then(0.41).otherwise(1.0),
        evidence=pl.when(kind == 7).then(["form.first_word"]).otherwise(pl.lit([], pl.List(pl.String))),
    )
