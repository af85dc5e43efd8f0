-- hogql
select counted.bucket as bucket, counted.value as value from (select toStartOfDay(timestamp) as bucket, coalesce((divide(sum(toFloat(properties.amount)), toFloat(count(distinct person_id))) + toFloat(coalesce(sum(case when (coalesce((properties.plan = 'a' or (properties.plan is null and 'a' is null)), false) or coalesce((properties.plan = 'b' or (properties.plan is null and 'b' is null)), false)) then 1 else 0 end), 0))), 0) as value from events where (event = 'paid' and timestamp >= toDateTime64('2024-03-29 23:00:00.000', 6, 'UTC') and timestamp < toDateTime64('2024-04-01 22:00:00.000', 6, 'UTC')) group by toStartOfDay(timestamp)) as counted

-- postgres
select "counted"."bucket" as "bucket", "counted"."value" as "value" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select coalesce(((sum(property_number("events"."properties" -> $3::text)) / nullif(count(distinct "events"."person")::float8, 0)) + coalesce(sum(case when (coalesce((("events"."properties" ->> $4::text) = $5::text or (("events"."properties" ->> $4::text) is null and $5::text is null)), $6::boolean) or coalesce((("events"."properties" ->> $4::text) = $7::text or (("events"."properties" ->> $4::text) is null and $7::text is null)), $6::boolean)) then $8::int4 else $9::int4 end), $9::int4)::float8), $10::float8) as "value" from "events" where ("events"."project" = $11::int4 and "events"."event" = (select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $11::int4 and "dictionary"."key" = $12::text and "dictionary"."value" = $13::text)) and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to")) as "each") as "counted"

-- params
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
"amount"
"plan"
"a"
false
"b"
1
0
0
7
"$event"
"paid"
