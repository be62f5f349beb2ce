"""An installation with captured answers of several days, and runs of its jobs in this process."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from brand_monitor.backends.llm.importing import import_answers
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.backends.objects.payloads import PayloadStore
from brand_monitor.backends.tables.engine import open_engine
from brand_monitor.backends.tables.journal import Journal
from brand_monitor.build import build_defs
from brand_monitor.defs.jobs import ASKING
from brand_monitor.deployment import Settings
from brand_monitor.monitor.models import Monitor
from brand_monitor.partitions import day_engine_key

MONITOR: dict[str, Any] = {
    "version": 1,
    "id": "kitchen",
    "market": "Espresso machines",
    "brands": [
        {"id": "breville", "name": "Breville", "role": "own", "domains": ["breville.com"]},
        {"id": "gaggia", "name": "Gaggia", "role": "competitor"},
        {"id": "ctrl", "name": "Ombrevale", "role": "control"},
    ],
    "prompts": [
        {"id": f"q{at}", "text": f"What is the best espresso machine, question {at}?"} for at in range(6)
    ],
    "engines": [{"id": "chatgpt", "family": "import", "model": "ChatGPT"}],
}
#: One text per question, so that days differ in what they name.
TEXTS = (
    "1. **Breville Bambino** is the best.\n2. Gaggia Classic is a good choice.",
    "Gaggia is the one to buy. Avoid Breville.",
    "I would look at the Breville Barista; see [the test](https://breville.com/barista).",
    "Any machine with a good grinder will do.",
)


def captured_home(settings: Settings, days: list[date], **changes: Any) -> None:
    """Write the monitor and journal answers for each day, as an import would."""
    settings.monitors_dir.mkdir(parents=True, exist_ok=True)
    monitor = MONITOR | changes
    (settings.monitors_dir / "kitchen.yaml").write_text(yaml.safe_dump(monitor))
    path = Path(settings.home) / "captured.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in _rows(days)))
    outcome = import_answers(
        path,
        Monitor.model_validate(monitor),
        journal=Journal(open_engine(settings.journal_url)),
        payloads=PayloadStore(FolderStore(settings.lake_dir)),
        run_id=None,
    )
    assert not outcome.rejects


def _rows(days: list[date]) -> list[dict[str, Any]]:
    return [
        {
            "question": prompt["text"],
            "answer": TEXTS[(at + day.toordinal()) % len(TEXTS)],
            "engine": "ChatGPT",
            "run": 1,
            "asked_at": datetime.combine(day, time(), UTC).isoformat(),
            "sources": [{"url": "https://example.com/best"}],
        }
        for day in days
        for at, prompt in enumerate(MONITOR["prompts"])
    ]


def rederived(
    settings: Settings, instance: dg.DagsterInstance, first: date, last: date
) -> dg.ExecuteInProcessResult:
    """Run job ``rederive`` over the days, in one run."""
    keys = [str(day_engine_key(day, "import")) for day in (first, last)]
    tags = {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[1]}
    job = build_defs("ci", settings=settings).resolve_job_def("rederive")
    config = {"ops": {name: {"config": {"ask": False}} for name in ASKING}}
    if first == last:
        return job.execute_in_process(instance=instance, partition_key=keys[0], run_config=config)
    return job.execute_in_process(instance=instance, tags=tags, run_config=config)
