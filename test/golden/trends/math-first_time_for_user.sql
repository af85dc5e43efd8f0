-- hogql
select counted.bucket as bucket, counted.value as value from (select arrayCount(start -> start <= first_events.first, [toDateTime('2024-03-29 23:00:00', 'UTC'), toDateTime('2024-03-30 23:00:00', 'UTC'), toDateTime('2024-03-31 22:00:00', 'UTC')]) - 1 as bucket, count() as value from (select firsts.actor as actor, firsts.first as first from events join (select person_id as actor, min(timestamp) as first from events where event = 'paid' and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') group by person_id) as firsts on firsts.actor = events.person_id and firsts.first = events.timestamp where events.event = 'paid' and events.timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and events.timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') group by firsts.actor, firsts.first) as first_events group by bucket) as counted

-- postgres
select "counted"."bucket" as "bucket", "counted"."value" as "value" from (select width_bucket("first_events"."first", $1::timestamptz[]) - 1 as "bucket", count(*)::float8 as "value" from (select "firsts"."actor" as "actor", "firsts"."first" as "first" from "events" join (select "events"."person" as "actor", min("events"."ts") as "first" from "events" where ("events"."project" = $2::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) and "events"."ts" < $6::timestamptz) group by "events"."person") as "firsts" on ("firsts"."actor" = "events"."person" and "firsts"."first" = "events"."ts") where ("events"."project" = $2::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) and "events"."ts" >= $7::timestamptz and "events"."ts" < $6::timestamptz) group by "firsts"."actor", "firsts"."first") as "first_events" group by width_bucket("first_events"."first", $1::timestamptz[]) - 1) as "counted"

-- params
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
7
"$event"
"paid"
-1
"2024-04-01T22:00:00.000Z"
"2024-03-29T23:00:00.000Z"
