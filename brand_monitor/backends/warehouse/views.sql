-- Views for SQL and BI users, in schema marts. Made by `brand-monitor db upgrade`; a change here is a new version of
-- the definitions. Several statements that must speak of the same state belong in one REPEATABLE READ transaction.

CREATE OR REPLACE VIEW marts.visibility_by_day AS
SELECT date, monitor_id, engine, engine_id, segment, subject AS brand_id, brand, role,
       value AS visibility, lower, upper, numerator, denominator, n AS answers, k AS prompts, reason, flags
FROM marts.daily_brand_metrics
WHERE metric = 'visibility' AND subject_kind = 'brand';
COMMENT ON VIEW marts.visibility_by_day IS
    'One row per day, engine, segment and brand: the share of answers that name the brand, with its 95 percent interval. A null is no zero: see reason.';

CREATE OR REPLACE VIEW marts.share_of_voice_28_days AS
SELECT date AS until_date, monitor_id, engine, engine_id, segment, brand_id, brand, role,
       value AS share_of_voice, lower, upper, n AS answers, k AS prompts, days_with_answers, served_models, reason
FROM marts.window_brand_metrics
WHERE metric = 'share_of_voice' AND window_days = 28;
COMMENT ON VIEW marts.share_of_voice_28_days IS
    'One row per day, engine, segment and brand: the share of voice over the 28 days that end on the day. served_models above 1: the model changed in the window.';

CREATE OR REPLACE VIEW marts.latest_brand_metrics AS
SELECT d.*
FROM marts.daily_brand_metrics AS d
JOIN (SELECT monitor_id, max(date) AS date FROM marts.daily_brand_metrics GROUP BY monitor_id) AS latest
  USING (monitor_id, date);
COMMENT ON VIEW marts.latest_brand_metrics IS
    'daily_brand_metrics of the last published day of each monitor.';
