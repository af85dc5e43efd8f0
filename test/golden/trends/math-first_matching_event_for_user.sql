-- hogql
select counted.bucket as bucket, counted.value as value from (select arrayCount(start -> start <= found.first, [toDateTime64('2024-03-29 23:00:00.000', 6, 'UTC'), toDateTime64('2024-03-30 23:00:00.000', 6, 'UTC'), toDateTime64('2024-03-31 22:00:00.000', 6, 'UTC')]) - 1 as bucket, toFloat(count()) as value from (select firsts.actor as actor, firsts.first as first from events join (select person_id as actor, min(timestamp) as first from events where (event = 'paid' and timestamp < toDateTime64('2024-04-01 22:00:00.000', 6, 'UTC')) group by person_id) as firsts on (firsts.actor = person_id and firsts.first = timestamp) where (event = 'paid' and timestamp >= toDateTime64('2024-03-29 23:00:00.000', 6, 'UTC') and timestamp < toDateTime64('2024-04-01 22:00:00.000', 6, 'UTC')) group by firsts.actor, firsts.first) as found group by arrayCount(start -> start <= found.first, [toDateTime64('2024-03-29 23:00:00.000', 6, 'UTC'), toDateTime64('2024-03-30 23:00:00.000', 6, 'UTC'), toDateTime64('2024-03-31 22:00:00.000', 6, 'UTC')]) - 1) as counted

-- postgres
select "counted"."bucket" as "bucket", "counted"."value" as "value" from (select width_bucket("found"."first", $1::timestamptz[]) - 1 as "bucket", count(*)::float8 as "value" from (select "firsts"."actor" as "actor", "firsts"."first" as "first" from "events" join (select "events"."person" as "actor", min("events"."ts") as "first" from "events" where ("events"."project" = $2::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) and "events"."ts" < $6::timestamptz) group by "events"."person") as "firsts" on ("firsts"."actor" = "events"."person" and "firsts"."first" = "events"."ts") where ("events"."project" = $2::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) and "events"."ts" >= $7::timestamptz and "events"."ts" < $6::timestamptz) group by "firsts"."actor", "firsts"."first") as "found" group by width_bucket("found"."first", $1::timestamptz[]) - 1) as "counted"

-- params
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
7
"$event"
"paid"
-1
"2024-04-01T22:00:00.000Z"
"2024-03-29T23:00:00.000Z"
