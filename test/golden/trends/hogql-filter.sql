-- hogql
select counted.bucket as bucket, counted.value as value from (select dateDiff('day', toDateTime('2024-03-29 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, count() as value from events where event = 'paid' and timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') and (toFloat(properties.amount) * 2 > 5 and properties.$browser != 'a' and properties.plan not like 'x%' or event = 'b') group by bucket) as counted

-- postgres
select "counted"."bucket" as "bucket", "counted"."value" as "value" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select count(*)::float8 as "value" from "events" where ("events"."project" = $3::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4) and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to" and coalesce(((coalesce(number_multiply(property_number("events"."properties" -> $7::text), $8::float8) > $9::float8, $10::boolean) and (not coalesce("events"."slot_0" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $11::text and "dictionary"."value" = $12::text)), $6::int4), $10::boolean)) and (not coalesce(("events"."properties" ->> $13::text) like $14::text, $10::boolean))) or coalesce("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $15::text)), $6::int4), $10::boolean)), $10::boolean))) as "each") as "counted"

-- params
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
7
"$event"
"paid"
-1
"amount"
2
5
false
"p:$browser"
"a"
"plan"
"x%"
"b"
