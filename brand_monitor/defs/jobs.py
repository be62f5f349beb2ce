"""Jobs: the stages of a day, and the re-derivation that asks nobody.

A Dagster run has one partition axis, and a run is a day or a day and an engine, never a prompt. So a day
is ``daily`` (pages), then ``ask`` once per engine, then ``publish``; the sensors and the automation
conditions lead from one to the next, and ``brand-monitor run`` runs them in order in one process.
"""

import dagster as dg

from brand_monitor import labels

#: Ops that ask models; their config says whether they may.
#: ``core__answer_sentiments`` asks where a monitor names an engine as its judge.
ASKING = ("raw__answers", "raw__canary_answers", "core__answer_sentiments")
#: Looks at many days, so it is no part of the run of one (``inventory``).
STANDING_CHECK = dg.AssetCheckKey(dg.AssetKey(["reports", "daily_reports"]), "no_day_failed_or_missing")
_SEED = dg.AssetSelection.groups(labels.SEED)
PAGES = dg.AssetSelection.assets(["raw", "page_snapshots"], ["core", "documents"], ["core", "page_mentions"])
#: Over all engines, so by day alone: it waits for the last of them.
OVER_ENGINES = "metrics/variance_components"
_OVER_ENGINES = dg.AssetSelection.assets(OVER_ENGINES.split("/"))
_ENGINE = dg.AssetSelection.assets(
    ["raw", "answers"],
    ["raw", "canary_answers"],
    ["core", "answer_mentions"],
    ["core", "citations"],
    ["core", "brand_candidates"],
    ["core", "impressions"],
    ["core", "cited_page_brands"],
    ["core", "model_changes"],
    ["core", "answer_sentiments"],
) | (dg.AssetSelection.groups(labels.METRICS) - _OVER_ENGINES)
#: What a day becomes once its engines are through: built by the job and, in production, by itself.
PUBLISHED = _OVER_ENGINES | dg.AssetSelection.groups(
    labels.MARTS, labels.GRAPH, labels.SEARCH, labels.REPORTS
)

daily = dg.define_asset_job(
    "daily",
    selection=_SEED | PAGES,
    description="Scrapes the day's pages and reads them. Its success asks the engines (sensor).",
)
ask = dg.define_asset_job(
    "ask",
    selection=_SEED | _ENGINE,
    description="Asks one engine family what is not answered yet, and measures the answers.",
)
rederive = dg.define_asset_job(
    "rederive",
    selection=_SEED | _ENGINE,
    config={"ops": {name: {"config": {"ask": False}} for name in ASKING}},
    description="Rebuilds a day and engine from the stored payloads with today's monitor file. Asks nobody.",
)
publish = dg.define_asset_job(
    "publish",
    selection=PUBLISHED - dg.AssetSelection.checks(STANDING_CHECK),
    description="Builds the day's marts, graph, search entries and report from the lake.",
)
