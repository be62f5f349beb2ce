"""Where a report's numbers came from, as lines that a reader can check.

Belongs here: run ids, versions and the fingerprint of the inputs. Not here: the hash of the file itself,
which no file can hold.
"""

import hashlib
import json

import polars as pl

from brand_monitor.reporting.inputs import ReportInputs
from brand_monitor.reporting.text import label, plural

_RUNS_SHOWN = 12
_DIGITS = 9  # the last digits of a sum depend on the order of its parts


def provenance(inputs: ReportInputs) -> list[tuple[str, str]]:
    """Return (name, value) lines of the report's origin."""
    origin = inputs.provenance
    runs = ", ".join(label(run) for run in origin.run_ids[:_RUNS_SHOWN])
    if rest := len(origin.run_ids) - _RUNS_SHOWN:
        runs += f" and {rest} more" if rest > 0 else ""
    seconds = "not measured" if origin.model_seconds is None else f"{origin.model_seconds:,.1f} s"
    return [
        ("Monitor", inputs.monitor_id),
        ("Day (UTC)", inputs.day.isoformat()),
        ("Answers", plural(len(inputs.answers), "planned answer")),
        ("Runs", runs or "none recorded"),
        ("Code version", origin.code_version),
        *((label(name), label(version) or "in use") for name, version in sorted(origin.versions.items())),
        ("Time with a model call open", seconds),
        ("Fingerprint of the inputs", f"sha256 {fingerprint(inputs)}"),
    ]


def fingerprint(inputs: ReportInputs) -> str:
    """Return the SHA-256 of the answers' payload hashes and of the day's figures, hex.

    Two reports with one fingerprint show the same answers and the same numbers, to nine
    digits, whatever ran when.
    """
    answers = inputs.answers.select("answer_id", "status", "payload_hash").sort("answer_id")
    figures = inputs.brand_metrics.select(
        "engine_id",
        "segment",
        "subject",
        "definition",
        pl.col("value", "lower", "upper").round(_DIGITS),
        "n",
        "k",
    ).sort(pl.all())
    digest = hashlib.sha256()
    for frame in (answers, figures):
        digest.update(json.dumps(frame.rows()).encode())
    return digest.hexdigest()
