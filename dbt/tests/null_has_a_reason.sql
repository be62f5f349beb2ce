-- Null is never 0, and never unexplained.
select * from {{ ref('window_brand_metrics') }} where value is null and reason is null
