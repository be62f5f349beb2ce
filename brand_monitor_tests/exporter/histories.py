"""Rows of a long history in the tables that the exporter reads: the same window on top of more or less of the past."""

import random
from pathlib import Path

import psycopg

RUNS_A_DAY, MONITORS = 200, 10
#: Tables that grow with the history.
GROWING = ("runs", "run_tags", "event_logs", "job_ticks", "calls", "daily_brand_metrics")
_FILL = [
    """INSERT INTO runs (run_id, pipeline_name, status, run_body, create_timestamp, update_timestamp,
                         start_time, end_time)
       SELECT 'run-' || n, (ARRAY['daily', 'ask', 'publish'])[1 + n %% 3],
              CASE WHEN n %% 50 = 0 THEN 'FAILURE' ELSE 'SUCCESS' END, %(text)s,
              ended - interval '400 s', ended, extract(epoch FROM ended) - 300, extract(epoch FROM ended)
       FROM (SELECT n, now() AT TIME ZONE 'UTC' - n * interval '432 s' AS ended
             FROM generate_series(1, %(runs)s) AS n) AS run""",
    """INSERT INTO run_tags (run_id, key, value)
       SELECT 'run-' || n, key, 'value' FROM generate_series(1, %(runs)s) AS n,
              unnest(ARRAY['dagster/partition', '.dagster/repository', 'dagster/schedule_name', 'a', 'b',
                           CASE WHEN n %% 40 = 0 THEN 'dagster/retry_number' ELSE 'c' END]) AS key""",
    # Of the events of each run, one materializes one of five assets in a day and engine.
    """INSERT INTO event_logs (run_id, event, dagster_event_type, timestamp, step_key, asset_key, partition)
       SELECT 'run-' || n, %(event)s,
              CASE WHEN e = 1 THEN 'ASSET_MATERIALIZATION' ELSE 'STEP_OUTPUT' END, ended, 'step',
              CASE WHEN e = 1 THEN (ARRAY['["metrics", "brand_metrics"]', '["marts", "publications"]',
                   '["graph", "graph_projections"]', '["reports", "daily_reports"]',
                   '["raw", "answers"]'])[1 + n %% 5] END,
              CASE WHEN e = 1 THEN to_char(ended, 'YYYY-MM-DD')
                   || CASE WHEN n %% 5 IN (0, 4) THEN '|openai' ELSE '' END END
       FROM (SELECT n, now() AT TIME ZONE 'UTC' - n * interval '432 s' AS ended
             FROM generate_series(%(runs)s, 1, -1) AS n) AS run, generate_series(1, %(events)s) AS e""",
    """INSERT INTO instigators (selector_id, status, instigator_type)
       SELECT 'sensor-' || n, 'RUNNING', 'SENSOR' FROM generate_series(1, 11) AS n""",
    # Eleven sensors, every 30 s.
    """INSERT INTO job_ticks (job_origin_id, selector_id, status, type, timestamp, tick_body)
       SELECT 'sensor-' || s, 'sensor-' || s, 'SKIPPED', 'SENSOR',
              now() AT TIME ZONE 'UTC' - n * interval '30 s', repeat('x', 300)
       FROM generate_series(1, %(ticks)s) AS n, generate_series(1, 11) AS s""",
    """INSERT INTO brand_monitor.calls (call_id, monitor_id, date, engine, engine_id, state, spec, planned_at,
                                        cost_usd)
       SELECT d || '-' || n, 'monitor-' || n %% %(monitors)s, (now() AT TIME ZONE 'UTC')::date - d, 'openai',
              'engine-' || n %% 4, CASE WHEN n %% 30 = 0 THEN 'failed' ELSE 'received' END,
              jsonb_build_object('text', repeat('x', 500)), now(), 0.001
       FROM generate_series(0, %(days)s) AS d, generate_series(1, %(calls)s) AS n""",
    """INSERT INTO brand_monitor.spending (monitor_id, date, spent_usd)
       SELECT 'monitor-' || m, (now() AT TIME ZONE 'UTC')::date - d, 1
       FROM generate_series(0, %(monitors)s - 1) AS m, generate_series(0, %(days)s * 10) AS d""",
    """INSERT INTO marts.daily_brand_metrics (date, monitor_id)
       SELECT (now() AT TIME ZONE 'UTC')::date - d, 'monitor-' || m
       FROM generate_series(0, %(monitors)s - 1) AS m, generate_series(1, %(days)s * 10) AS d,
            generate_series(1, 50) AS rows""",
]


def fill(url: str, runs: int, calls_a_day: int = 36_000, events_a_run: int = 40) -> None:
    """Fill empty tables with a history of so many runs, 200 a day, and let the server look at them."""
    days = max(runs // RUNS_A_DAY // 10, 1)
    numbers = {"runs": runs, "events": events_a_run, "calls": calls_a_day, "monitors": MONITORS}
    # Repeated letters would be compressed away, and a table of nothing is quickly read.
    texts = {"text": random.Random(1).randbytes(700).hex(), "event": random.Random(2).randbytes(200).hex()}
    with psycopg.connect(url, autocommit=True) as admin:
        for statement in _FILL:
            admin.execute(statement.encode(), {**numbers, **texts, "ticks": runs, "days": days})
        admin.execute(b"VACUUM ANALYZE")


def write_monitors(home: Path) -> None:
    """Write monitor files with budgets."""
    (home / "monitors").mkdir(parents=True)
    for number in range(MONITORS):
        (home / "monitors" / f"{number}.yaml").write_text(
            f"id: monitor-{number}\nmarket: Shoes\nbrands:\n  - {{id: own, name: Larkstride, role: own}}\n"
            "  - {id: ctrl, name: Ombrevale, role: control}\nprompts:\n  - {id: p, text: Which shoes?}\n"
            "engines:\n  - {id: a, family: local}\nbudget: {day_usd: 4, month_usd: 100}\n"
        )
