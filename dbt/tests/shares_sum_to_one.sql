-- Within the tracked frame, the shares of voice of one engine, segment and window sum to 1.
select monitor_id, engine_id, segment, window_days, sum(value) as total
from {{ ref('window_brand_metrics') }}
where metric = 'share_of_voice' and value is not null
group by all
having abs(sum(value) - 1) > 1e-9
