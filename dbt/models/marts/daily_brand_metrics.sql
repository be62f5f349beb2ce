-- The day's figures about brands, all engines side by side, with the names that a person reads.
select
    figures.*,
    brands.brand,
    brands.role
from {{ source('lake', 'brand_metrics') }} as figures
inner join {{ source('lake', 'brands') }} as brands
    on figures.monitor_id = brands.monitor_id and figures.subject = brands.brand_id
where figures.subject_kind = 'brand' and figures.date = cast('{{ var("day") }}' as date)
