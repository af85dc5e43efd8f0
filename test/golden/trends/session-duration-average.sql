-- hogql
select counted.bucket as bucket, counted.value as value from (select per_actor.bucket as bucket, coalesce(avg(per_actor.count), 0) as value from (select dateDiff('day', toDateTime('2024-03-29 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, $session_id as actor, session.$session_duration as count from events where event = 'paid' and timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') group by bucket, $session_id, session.$session_duration) as per_actor group by per_actor.bucket) as counted

-- postgres
select "counted"."bucket" as "bucket", "counted"."value" as "value" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select coalesce(number_unscaled(avg("per_actor"."count" * power(2::float8, -560))), $3::float8) as "value" from (select "events"."session" as "actor", "session"."duration" as "count" from "events" left join lateral (select "session".* from "session_rows" as "session" where ("session"."project" = $4::int4 and "session"."session" = "events"."session") limit 1) as "session" on $5::boolean where ("events"."project" = $4::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $4::int4 and "dictionary"."key" = $6::text and "dictionary"."value" = $7::text)), $8::int4) and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to") group by "events"."session", "session"."duration") as "per_actor") as "each") as "counted"

-- params
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
0
7
true
"$event"
"paid"
-1
