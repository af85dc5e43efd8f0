-- hogql
select count() as times from events where matchesAction('bought')

-- postgres
select count(*)::float8 as "c0" from "events" where ("events"."project" = $1::int4 and (("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $2::text and "dictionary"."value" = $3::text)), $4::int4) and ("events"."properties" ->> $5::text) ~ $6::text and exists (select from unnest(elements_chain_values(("events"."properties" ->> $5::text), $7::text)) as "element"("value") where "element"."value" ilike $8::text)) or ("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $2::text and "dictionary"."value" = $9::text)), $4::int4) and ("events"."properties" ->> $10::text) like $11::text and property_number("events"."properties" -> $12::text) > $13::float8))) limit 101

-- params
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
