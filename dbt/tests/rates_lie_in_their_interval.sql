select * from {{ ref('window_brand_metrics') }}
where value < lower - 1e-9 or value > upper + 1e-9 or lower < 0 or upper > 1
