-- hogql
with counts as (select counted.bucket as bucket, counted.key as key, counted.value as value from (select per_actor.bucket as bucket, coalesce(persons.properties.plan, '') as key, count() as value from (select dateDiff('day', toDateTime('2024-03-29 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, person_id as actor, count() as events from events where event = 'paid' and timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') group by bucket, person_id) as per_actor left join persons on persons.id = per_actor.actor group by per_actor.bucket, key) as counted), sums as (select counts.key as key, sum(counts.value) as value from counts group by counts.key), texts as (select sums.key as key, if(sums.key = '', '$$_posthog_breakdown_null_$$', sums.key) as breakdown from sums), ranks as (select texts.breakdown as breakdown, row_number() over (order by if(texts.breakdown = '$$_posthog_breakdown_null_$$', 1, 0), sum(sums.value) desc nulls first, texts.breakdown) as rank from texts join sums on sums.key = texts.key group by texts.breakdown) select counts.bucket as bucket, if(ranks.rank <= 25, texts.breakdown, '$$_posthog_breakdown_other_$$') as breakdown, sum(counts.value) as value from counts join texts on texts.key = counts.key join ranks on ranks.breakdown = texts.breakdown group by counts.bucket, breakdown

-- postgres
with "counts" as materialized (select "counted"."bucket" as "bucket", "counted"."key" as "key", "counted"."value" as "value" from (select "per_actor"."bucket" as "bucket", coalesce(("persons"."properties" ->> $1::text), $2::text) as "key", count(*)::float8 as "value" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($3::timestamptz[], $4::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select "events"."person" as "actor", count(*)::float8 as "events" from "events" where ("events"."project" = $5::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $5::int4 and "dictionary"."key" = $6::text and "dictionary"."value" = $7::text)), $8::int4) and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to") group by "events"."person") as "each") as "per_actor" left join "persons" on ("persons"."project" = $5::int4 and "persons"."id" = "per_actor"."actor") group by "per_actor"."bucket", coalesce(("persons"."properties" ->> $1::text), $2::text)) as "counted"), "sums" as materialized (select "counts"."key" as "key", number_unscaled(sum("counts"."value" * power(2::float8, -560))) as "value" from "counts" group by "counts"."key"), "texts" as materialized (select "sums"."key" as "key", case when "sums"."key" = $2::text then $9::text else "sums"."key" end as "breakdown" from "sums"), "ranks" as materialized (select "texts"."breakdown" as "breakdown", row_number() over (order by case when "texts"."breakdown" = $9::text then $10::int4 else $11::int4 end, number_unscaled(sum("sums"."value" * power(2::float8, -560))) desc, "texts"."breakdown" collate "C") as "rank" from "texts" join "sums" on "sums"."key" = "texts"."key" group by "texts"."breakdown") select "counts"."bucket" as "bucket", case when "ranks"."rank" <= $12::int4 then "texts"."breakdown" else $13::text end as "breakdown", number_unscaled(sum("counts"."value" * power(2::float8, -560))) as "value" from "counts" join "texts" on "texts"."key" = "counts"."key" join "ranks" on "ranks"."breakdown" = "texts"."breakdown" group by "counts"."bucket", case when "ranks"."rank" <= $12::int4 then "texts"."breakdown" else $13::text end

-- params
"plan"
""
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
7
"$event"
"paid"
-1
"$$_posthog_breakdown_null_$$"
1
0
25
"$$_posthog_breakdown_other_$$"
