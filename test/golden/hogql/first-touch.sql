-- hogql
select person_id, argMin(properties.$browser, timestamp) as first_browser, min(timestamp) as first_seen from events group by person_id order by first_seen

-- postgres
select (select "persons"."uuid"::text as "text" from "persons" where ("persons"."project" = $1::int4 and "persons"."id" = "grouped"."c0")) as "c0", json_compacted("grouped"."c1") as "c1", "grouped"."c2" as "c2" from (select "events"."person" as "c0", (select "dictionary"."value" as "value" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."id" = (array_agg("events"."slot_0" order by "events"."ts") filter (where "events"."slot_0" is not null and "events"."ts" is not null))[1])) as "c1", min("events"."ts") as "c2" from "events" where "events"."project" = $1::int4 group by "events"."person") as "grouped" order by "grouped"."c2" nulls last limit 101

-- params
7
