-- 7- and 28-day figures, recomputed from the answers of the window (METRICS: daily figures are never
-- averaged). Intervals come from rate_interval and share_interval, the platform's own implementation.
with counts as (
    select * from {{ ref('prompt_counts') }}
),

brand_rates as (
    select
        window_days,
        monitor_id,
        engine,
        engine_id,
        segment,
        brand_id,
        brand,
        role,
        rate_interval(list(x order by prompt_family), list(n order by prompt_family)) as figure,
        sum(x) as numerator,
        sum(n) as n,
        count(*) filter (n > 0) as k,
        coalesce(len(list_distinct(flatten(list(days)))), 0) as days_with_answers,
        coalesce(len(list_distinct(flatten(list(models)))), 0) as served_models
    from counts
    group by all
),

-- The tracked frame: the own brand and its competitors; the control is never part of it.
framed as (
    select
        window_days,
        monitor_id,
        engine,
        engine_id,
        segment,
        prompt_family,
        any_value(n) as n,
        list(x order by brand_id) as xs,
        list(brand_id order by brand_id) as frame
    from counts
    where role != 'control'
    group by all
),

shares as (
    select
        window_days,
        monitor_id,
        engine,
        engine_id,
        segment,
        any_value(frame) as frame,
        list(xs order by prompt_family) as matrix,
        list(n order by prompt_family) as ns
    from framed
    group by window_days, monitor_id, engine, engine_id, segment
),

brand_shares as (
    select
        rates.* exclude (figure, numerator, n),
        share_interval(shares.matrix, shares.ns, list_position(shares.frame, rates.brand_id) - 1) as figure,
        rates.numerator,
        list_sum(flatten(shares.matrix)) as denominator,
        rates.n
    from brand_rates as rates
    inner join shares using (window_days, monitor_id, engine, engine_id, segment)
    where rates.role != 'control'
),

figures as (
    select *, 'visibility' as metric, 'visibility@1' as definition, n as denominator from brand_rates
    union all by name
    select *, 'share_of_voice' as metric, 'share_of_voice@1' as definition from brand_shares
)

select
    cast('{{ var("day") }}' as date) as date,
    * exclude (figure, days_with_answers, served_models),
    days_with_answers,
    served_models,
    figure.value as value,
    figure.lower as lower,
    figure.upper as upper,
    figure.reason as reason
from figures
