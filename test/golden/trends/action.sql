-- hogql
select counted.bucket as bucket, counted.value as value from (select dateDiff('day', toDateTime('2024-03-29 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, count() as value from events where (event = '$autocapture' and properties.$elements_chain =~ '(?:^|;)button(?:\\.[^.:;"]+)*\\.cta(?:\\.[^.:;"]+)*(?::(?:[^";]*"(?:[^"\\\\]|\\\\.)*")*)?;div(?:\\.[^.:;"]+)*(?::(?:[^";]*"(?:[^"\\\\]|\\\\.)*")*)?(?:;|$)' and arrayExists(element -> element ilike '%Buy%', elements_chain_texts) or event = 'paid' and properties.$current_url like '%/shop%' and toFloat(properties.amount) > 5) and timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') group by bucket) as counted

-- postgres
select "counted"."bucket" as "bucket", "counted"."value" as "value" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select count(*)::float8 as "value" from "events" where ("events"."project" = $3::int4 and (("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4) and ("events"."properties" ->> $7::text) ~ $8::text and exists (select from unnest(elements_chain_values(("events"."properties" ->> $7::text), $9::text)) as "element"("value") where "element"."value" ilike $10::text)) or ("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $11::text)), $6::int4) and ("events"."properties" ->> $12::text) like $13::text and property_number("events"."properties" -> $14::text) > $15::float8)) and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to")) as "each") as "counted"

-- params
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
7
"$event"
"$autocapture"
-1
"$elements_chain"
"***:(?:^|\\U0000003b)button(?:\\U0000002e[^\\U0000002e\\U0000003a\\U0000003b\\U00000022]+)*\\U0000002ecta(?:\\U0000002e[^\\U0000002e\\U0000003a\\U0000003b\\U00000022]+)*(?:\\U0000003a(?:[^\\U00000022\\U0000003b]*\\U00000022(?:[^\\U00000022\\U0000005c]|\\U0000005c.)*\\U00000022)*)?\\U0000003bdiv(?:\\U0000002e[^\\U0000002e\\U0000003a\\U0000003b\\U00000022]+)*(?:\\U0000003a(?:[^\\U00000022\\U0000003b]*\\U00000022(?:[^\\U00000022\\U0000005c]|\\U0000005c.)*\\U00000022)*)?(?:\\U0000003b|$)"
"text"
"%Buy%"
"paid"
"$current_url"
"%/shop%"
"amount"
5
