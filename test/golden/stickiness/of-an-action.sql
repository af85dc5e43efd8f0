-- hogql
select active.slots as slots, count() as value from (select slot.actor as actor, count() as slots from (select dateDiff('day', toDateTime('2024-03-28 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, person_id as actor from events where timestamp >= toDateTime('2024-03-28 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-02 22:00:00', 'UTC') and (event = '$autocapture' and properties.$elements_chain =~ '(?:^|;)button(?:\\.[^.:;"]+)*\\.cta(?:\\.[^.:;"]+)*(?::(?:[^";]*"(?:[^"\\\\]|\\\\.)*")*)?;div(?:\\.[^.:;"]+)*(?::(?:[^";]*"(?:[^"\\\\]|\\\\.)*")*)?(?:;|$)' and arrayExists(element -> element ilike '%Buy%', elements_chain_texts) or event = 'paid' and properties.$current_url like '%/shop%' and toFloat(properties.amount) > 5) and toFloat(person.properties.age) > 18 group by bucket, person_id) as slot group by slot.actor) as active group by active.slots

-- postgres
select "active"."slots" as "slots", count(*)::float8 as "value" from (select "slot"."actor" as "actor", count(*) as "slots" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select "events"."person" as "actor" from "events" left join "persons" on ("persons"."project" = $3::int4 and "persons"."id" = "events"."person") where ("events"."project" = $3::int4 and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to" and (("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4) and ("events"."properties" ->> $7::text) ~ $8::text and exists (select from unnest(elements_chain_values(("events"."properties" ->> $7::text), $9::text)) as "element"("value") where "element"."value" ilike $10::text)) or ("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $11::text)), $6::int4) and ("events"."properties" ->> $12::text) like $13::text and property_number("events"."properties" -> $14::text) > $15::float8)) and property_number("persons"."properties" -> $16::text) > $17::float8) group by "events"."person") as "each") as "slot" group by "slot"."actor") as "active" group by "active"."slots"

-- params
"{\"2024-03-28T23:00:00.000Z\",\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\",\"2024-04-02T22:00:00.000Z\"}"
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
"age"
18

-- hogql
select active.slots as slots, count() as value from (select slot.actor as actor, count() as slots from (select dateDiff('day', toDateTime('2024-03-21 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, person_id as actor from events where timestamp >= toDateTime('2024-03-21 23:00:00', 'UTC') and timestamp < toDateTime('2024-03-26 23:00:00', 'UTC') and (event = '$autocapture' and properties.$elements_chain =~ '(?:^|;)button(?:\\.[^.:;"]+)*\\.cta(?:\\.[^.:;"]+)*(?::(?:[^";]*"(?:[^"\\\\]|\\\\.)*")*)?;div(?:\\.[^.:;"]+)*(?::(?:[^";]*"(?:[^"\\\\]|\\\\.)*")*)?(?:;|$)' and arrayExists(element -> element ilike '%Buy%', elements_chain_texts) or event = 'paid' and properties.$current_url like '%/shop%' and toFloat(properties.amount) > 5) and toFloat(person.properties.age) > 18 group by bucket, person_id) as slot group by slot.actor) as active group by active.slots

-- postgres
select "active"."slots" as "slots", count(*)::float8 as "value" from (select "slot"."actor" as "actor", count(*) as "slots" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select "events"."person" as "actor" from "events" left join "persons" on ("persons"."project" = $3::int4 and "persons"."id" = "events"."person") where ("events"."project" = $3::int4 and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to" and (("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4) and ("events"."properties" ->> $7::text) ~ $8::text and exists (select from unnest(elements_chain_values(("events"."properties" ->> $7::text), $9::text)) as "element"("value") where "element"."value" ilike $10::text)) or ("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $11::text)), $6::int4) and ("events"."properties" ->> $12::text) like $13::text and property_number("events"."properties" -> $14::text) > $15::float8)) and property_number("persons"."properties" -> $16::text) > $17::float8) group by "events"."person") as "each") as "slot" group by "slot"."actor") as "active" group by "active"."slots"

-- params
"{\"2024-03-21T23:00:00.000Z\",\"2024-03-22T23:00:00.000Z\",\"2024-03-23T23:00:00.000Z\",\"2024-03-24T23:00:00.000Z\",\"2024-03-25T23:00:00.000Z\"}"
"{\"2024-03-22T23:00:00.000Z\",\"2024-03-23T23:00:00.000Z\",\"2024-03-24T23:00:00.000Z\",\"2024-03-25T23:00:00.000Z\",\"2024-03-26T23:00:00.000Z\"}"
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
"age"
18
