-- Three users of the database, each with as few rights as it needs. Run once per database as its administrator:
--     psql "$ADMIN_URL" -v ON_ERROR_STOP=1 -f brand_monitor/backends/tables/roles.sql
-- and again after a version that brings new tables, after `brand-monitor db upgrade`. Safe to repeat.
-- Then give each a password of its own (\password brand_monitor_app asks, and sends no clear text):
--
--   brand_monitor_owner   owns the tables; only `brand-monitor db upgrade` logs in as it
--   brand_monitor_app     DATABASE_URL of runs: plans, sends and settles calls, publishes marts. It cannot delete a
--                         call, change a table, or see anything else
--   brand_monitor_reader  SQL and BI users: reads schema marts, and nothing else

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['brand_monitor_owner', 'brand_monitor_app', 'brand_monitor_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', name);
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), name);
    END LOOP;
END $$;

CREATE SCHEMA IF NOT EXISTS brand_monitor;
CREATE SCHEMA IF NOT EXISTS marts;
ALTER SCHEMA brand_monitor OWNER TO brand_monitor_owner;
ALTER SCHEMA marts OWNER TO brand_monitor_owner;

-- What a trial run made as another user becomes the owner's.
DO $$
DECLARE
    thing record;
BEGIN
    FOR thing IN
        SELECT schemaname, tablename AS name, 'TABLE' AS kind FROM pg_tables
        WHERE schemaname IN ('brand_monitor', 'marts')
        UNION ALL
        SELECT schemaname, viewname, 'VIEW' FROM pg_views WHERE schemaname IN ('brand_monitor', 'marts')
    LOOP
        EXECUTE format('ALTER %s %I.%I OWNER TO brand_monitor_owner', thing.kind, thing.schemaname, thing.name);
    END LOOP;
END $$;

-- Limits and pauses that machines share without a Redis: all of it may be lost, so the runs own it.
CREATE SCHEMA IF NOT EXISTS brand_monitor_limits AUTHORIZATION brand_monitor_app;

REVOKE ALL ON SCHEMA brand_monitor, marts FROM PUBLIC;
GRANT USAGE ON SCHEMA brand_monitor, marts TO brand_monitor_app;
GRANT USAGE ON SCHEMA marts TO brand_monitor_reader;

-- A call that was paid for is never deleted: no DELETE, no TRUNCATE.
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA brand_monitor TO brand_monitor_app;
GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA marts TO brand_monitor_app;
GRANT SELECT ON ALL TABLES IN SCHEMA marts TO brand_monitor_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE brand_monitor_owner IN SCHEMA brand_monitor
    GRANT SELECT, INSERT, UPDATE ON TABLES TO brand_monitor_app;
ALTER DEFAULT PRIVILEGES FOR ROLE brand_monitor_owner IN SCHEMA marts
    GRANT SELECT, INSERT, DELETE ON TABLES TO brand_monitor_app;
ALTER DEFAULT PRIVILEGES FOR ROLE brand_monitor_owner IN SCHEMA marts
    GRANT SELECT ON TABLES TO brand_monitor_reader;

-- A forgotten query of a reader must not fill the disk or hold back the clean-up.
ALTER ROLE brand_monitor_reader SET default_transaction_read_only = on;
ALTER ROLE brand_monitor_reader SET statement_timeout = '60s';
ALTER ROLE brand_monitor_reader SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE brand_monitor_reader SET search_path = marts;
ALTER ROLE brand_monitor_reader CONNECTION LIMIT 20;
