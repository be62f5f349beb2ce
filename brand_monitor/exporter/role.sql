-- The user of the exporter: it reads columns that hold numbers, states, names and times. No question, no answer, no
-- log line, no run configuration. Run it as administrator in Dagster's database and in ours, after their tables were
-- made; safe to repeat:
--     psql "$DAGSTER_ADMIN_URL" -v ON_ERROR_STOP=1 -f brand_monitor/exporter/role.sql
--     psql "$ADMIN_URL" -v ON_ERROR_STOP=1 -f brand_monitor/exporter/role.sql
-- Then give it a password (\password brand_monitor_exporter asks, and sends no clear text).

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'brand_monitor_exporter') THEN
        CREATE ROLE brand_monitor_exporter LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO brand_monitor_exporter', current_database());
END $$;

ALTER ROLE brand_monitor_exporter SET default_transaction_read_only = on;
ALTER ROLE brand_monitor_exporter SET statement_timeout = '5s';
ALTER ROLE brand_monitor_exporter SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE brand_monitor_exporter CONNECTION LIMIT 5;

DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT * FROM (VALUES
            ('public.runs', 'run_id, pipeline_name, status, create_timestamp, update_timestamp, start_time, end_time'),
            ('public.run_tags', 'run_id, key'),
            ('public.job_ticks', 'selector_id, type, status, timestamp'),
            ('public.instigators', 'selector_id'),
            ('public.daemon_heartbeats', 'daemon_type, timestamp'),
            ('public.bulk_actions', 'status'),
            ('public.concurrency_limits', 'concurrency_key'),
            ('public.concurrency_slots', 'id, concurrency_key, run_id, deleted'),
            ('public.pending_steps', 'concurrency_key, assigned_timestamp'),
            ('public.event_logs', 'id, asset_key, dagster_event_type, partition, timestamp'),
            ('brand_monitor.calls', 'monitor_id, date, engine, engine_id, purpose, state, is_current, cost_usd'),
            ('brand_monitor.spending', 'monitor_id, date, spent_usd, possible_usd, reserved_usd'),
            ('marts.daily_brand_metrics', 'date, monitor_id')
        ) AS rights (relation, columns)
        WHERE to_regclass(relation) IS NOT NULL
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO brand_monitor_exporter', split_part(granted.relation, '.', 1));
        EXECUTE format('GRANT SELECT (%s) ON %s TO brand_monitor_exporter', granted.columns, granted.relation);
    END LOOP;
END $$;
