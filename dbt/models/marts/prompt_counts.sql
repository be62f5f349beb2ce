-- Answers and counted mentions per window, engine, prompt and brand: the cluster counts that every
-- interval starts from. A prompt is counted with all its variants. One without a mention of a brand has a
-- row with 0; one without a usable answer has n = 0, so that a window in which everything failed is null with
-- a reason and not absent.
{{ config(materialized='ephemeral') }}

with windows as (
    select unnest([7, 28]) as window_days
),

eligible as (
    select
        windows.window_days,
        answers.monitor_id,
        answers.engine,
        answers.engine_id,
        if(answers.is_branded, 'branded', 'non_branded') as segment,
        coalesce(answers.prompt_family, answers.prompt_id) as prompt_family,
        answers.answer_id,
        answers.date,
        answers.served_model,
        answers.status = 'ok' as is_usable
    from {{ source('lake', 'answers') }} as answers
    inner join windows
        on answers.date > cast('{{ var("day") }}' as date) - windows.window_days
        and answers.date <= cast('{{ var("day") }}' as date)
),

named as (
    select distinct
        answer_id,
        brand_id
    from {{ source('lake', 'answer_mentions') }}
    where is_counted
)

select
    eligible.window_days,
    eligible.monitor_id,
    eligible.engine,
    eligible.engine_id,
    eligible.segment,
    eligible.prompt_family,
    brands.brand_id,
    brands.brand,
    brands.role,
    count(*) filter (eligible.is_usable) as n,
    count(named.answer_id) filter (eligible.is_usable) as x,
    list(distinct eligible.date) filter (eligible.is_usable) as days,
    list(distinct eligible.served_model) filter (eligible.is_usable) as models
from eligible
inner join {{ source('lake', 'brands') }} as brands
    on eligible.monitor_id = brands.monitor_id
left join named
    on eligible.answer_id = named.answer_id and brands.brand_id = named.brand_id
group by all
