-- hogql
select counted.bucket as bucket, counted.value as value from (select dateDiff('day', toDateTime('2024-03-29 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, coalesce(sum(toFloat(properties.amount)) / uniq(person_id) + countIf(properties.plan in ('a', 'b')), 0) as value from events where event = 'paid' and timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') group by bucket) as counted

-- postgres
select "counted"."bucket" as "bucket", "counted"."value" as "value" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select coalesce(number_add(number_divide(number_unscaled(sum(property_number("events"."properties" -> $3::text) * power(2::float8, -560))), count(distinct "events"."person")::float8), coalesce(sum(case when coalesce(("events"."properties" ->> $4::text) = any($5::text[]), $6::boolean) then $7::int4 else $8::int4 end), $8::int4)::float8), $9::float8) as "value" from "events" where ("events"."project" = $10::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $10::int4 and "dictionary"."key" = $11::text and "dictionary"."value" = $12::text)), $13::int4) and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to")) as "each") as "counted"

-- params
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
"amount"
"plan"
"{\"a\",\"b\"}"
false
1
0
0
7
"$event"
"paid"
-1
