-- hogql
select counted.bucket as bucket, counted.value as value from (select dateDiff('day', toDateTime('2024-03-29 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, count() as value from events where event = 'paid' and timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') and session.$session_duration > 30 and session.$entry_utm_source = 'google' group by bucket) as counted

-- postgres
select "counted"."bucket" as "bucket", "counted"."value" as "value" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select count(*)::float8 as "value" from "events" left join lateral (select "session".* from "session_rows" as "session" where ("session"."project" = $3::int4 and "session"."session" = "events"."session") limit 1) as "session" on $4::boolean where ("events"."project" = $3::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $5::text and "dictionary"."value" = $6::text)), $7::int4) and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to" and "session"."duration" > $8::float8 and ("session"."entry" ->> $9::text) = $10::text)) as "each") as "counted"

-- params
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
7
true
"$event"
"paid"
-1
30
"utm_source"
"google"
