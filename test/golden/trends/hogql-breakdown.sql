-- hogql
with counts as (select counted.bucket as bucket, counted.key as key, counted.value as value from (select dateDiff('day', toDateTime('2024-03-29 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, coalesce(concat(person.properties.country, ' : ', if(properties.paid, 'yes', upper(properties.plan))), '') as key, count() as value from events where event = 'paid' and timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') group by bucket, key) as counted), sums as (select counts.key as key, sum(counts.value) as value from counts group by counts.key), texts as (select sums.key as key, if(sums.key = '', '$$_posthog_breakdown_null_$$', sums.key) as breakdown from sums), ranks as (select texts.breakdown as breakdown, row_number() over (order by if(texts.breakdown = '$$_posthog_breakdown_null_$$', 1, 0), sum(sums.value) desc nulls first, texts.breakdown) as rank from texts join sums on sums.key = texts.key group by texts.breakdown) select counts.bucket as bucket, if(ranks.rank <= 25, texts.breakdown, '$$_posthog_breakdown_other_$$') as breakdown, sum(counts.value) as value from counts join texts on texts.key = counts.key join ranks on ranks.breakdown = texts.breakdown group by counts.bucket, breakdown

-- postgres
with "counts" as materialized (select "counted"."bucket" as "bucket", "counted"."key" as "key", "counted"."value" as "value" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select coalesce(text_concat(("persons"."properties" ->> $3::text), $4::text, case when (case lower("events"."properties" ->> $5::text) when 'true' then true when 'false' then false end) then $6::text else text_upper(("events"."properties" ->> $7::text)) end), $8::text) as "key", count(*)::float8 as "value" from "events" left join "persons" on ("persons"."project" = $9::int4 and "persons"."id" = "events"."person") where ("events"."project" = $9::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $9::int4 and "dictionary"."key" = $10::text and "dictionary"."value" = $5::text)), $11::int4) and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to") group by coalesce(text_concat(("persons"."properties" ->> $3::text), $4::text, case when (case lower("events"."properties" ->> $5::text) when 'true' then true when 'false' then false end) then $6::text else text_upper(("events"."properties" ->> $7::text)) end), $8::text)) as "each") as "counted"), "sums" as materialized (select "counts"."key" as "key", number_unscaled(sum("counts"."value" * power(2::float8, -560))) as "value" from "counts" group by "counts"."key"), "texts" as materialized (select "sums"."key" as "key", case when "sums"."key" = $8::text then $12::text else "sums"."key" end as "breakdown" from "sums"), "ranks" as materialized (select "texts"."breakdown" as "breakdown", row_number() over (order by case when "texts"."breakdown" = $12::text then $13::int4 else $14::int4 end, number_unscaled(sum("sums"."value" * power(2::float8, -560))) desc, "texts"."breakdown" collate "C") as "rank" from "texts" join "sums" on "sums"."key" = "texts"."key" group by "texts"."breakdown") select "counts"."bucket" as "bucket", case when "ranks"."rank" <= $15::int4 then "texts"."breakdown" else $16::text end as "breakdown", number_unscaled(sum("counts"."value" * power(2::float8, -560))) as "value" from "counts" join "texts" on "texts"."key" = "counts"."key" join "ranks" on "ranks"."breakdown" = "texts"."breakdown" group by "counts"."bucket", case when "ranks"."rank" <= $15::int4 then "texts"."breakdown" else $16::text end

-- params
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
"country"
" : "
"paid"
"yes"
"plan"
""
7
"$event"
-1
"$$_posthog_breakdown_null_$$"
1
0
25
"$$_posthog_breakdown_other_$$"
