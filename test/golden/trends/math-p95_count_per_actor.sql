-- hogql
select counted.bucket as bucket, counted.value as value from (select per_actor.bucket as bucket, coalesce(quantile(0.95)(per_actor.count), 0) as value from (select dateDiff('day', toDateTime('2024-03-29 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, person_id as actor, count() as count from events where event = 'paid' and timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') group by bucket, person_id) as per_actor group by per_actor.bucket) as counted

-- postgres
select "counted"."bucket" as "bucket", "counted"."value" as "value" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select coalesce(percentile_cont($3::float8) within group (order by "per_actor"."count"), $4::float8) as "value" from (select "events"."person" as "actor", count(*)::float8 as "count" from "events" where ("events"."project" = $5::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $5::int4 and "dictionary"."key" = $6::text and "dictionary"."value" = $7::text)), $8::int4) and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to") group by "events"."person") as "per_actor") as "each") as "counted"

-- params
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
0.95
0
7
"$event"
"paid"
-1
