-- hogql
select counted.bucket as bucket, counted.value as value from (select toStartOfDay(timestamp) as bucket, toFloat(count()) as value from events where (event = 'paid' and timestamp >= toDateTime64('2024-03-29 23:00:00.000', 6, 'UTC') and timestamp < toDateTime64('2024-04-01 22:00:00.000', 6, 'UTC') and coalesce((((coalesce(multiply(toFloat(properties.amount), 2) > 5, false) and (not coalesce((properties.$browser = 'a' or (properties.$browser is null and 'a' is null)), false))) and (not coalesce(like(properties.plan, 'x%'), (properties.plan is null and 'x%' is null)))) or coalesce((event = 'b' or (event is null and 'b' is null)), false)), false)) group by toStartOfDay(timestamp)) as counted

-- postgres
select "counted"."bucket" as "bucket", "counted"."value" as "value" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select count(*)::float8 as "value" from "events" where ("events"."project" = $3::int4 and "events"."event" = (select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)) and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to" and coalesce((((coalesce((property_number("events"."properties" -> $6::text) * $7::float8) > $8::float8, $9::boolean) and (not coalesce(("events"."slot_0" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $10::text and "dictionary"."value" = $11::text)), $12::int4) or ("events"."slot_0" is null and $11::text is null)), $9::boolean))) and (not coalesce(("events"."properties" ->> $13::text) like $14::text, (("events"."properties" ->> $13::text) is null and $14::text is null)))) or coalesce(("events"."event" = (select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $15::text)) or (coalesce((select "dictionary"."value" as "value" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."id" = "events"."event")), $16::text) is null and $15::text is null)), $9::boolean)), $9::boolean))) as "each") as "counted"

-- params
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
7
"$event"
"paid"
"amount"
2
5
false
"p:$browser"
"a"
-1
"plan"
"x%"
"b"
""
