-- hogql
select (persons.id, persons.created_at, persons.properties, persons.is_identified) as c0, toString(persons.id) as c1, 1 as c2 from persons join (select person_id as actor, count() as event_count from events where event = 'paid' and timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') and properties.plan = 'pro' group by person_id) as source on source.actor = persons.id where true order by persons.id, persons.id limit 101

-- postgres
select person_json($1::int4, "persons"."id") as "c0", "persons"."uuid"::text as "c1", $2::int4 as "c2" from "persons" join (select "events"."person" as "actor", count(*)::float8 as "event_count" from "events" where ("events"."project" = $1::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) and "events"."ts" >= $6::timestamptz and "events"."ts" < $7::timestamptz and ("events"."properties" ->> $8::text) = $9::text) group by "events"."person") as "source" on "source"."actor" = "persons"."id" where "persons"."project" = $1::int4 order by "persons"."id", "persons"."id" limit 101

-- params
7
1
"$event"
"paid"
-1
"2024-03-29T23:00:00.000Z"
"2024-04-01T22:00:00.000Z"
"plan"
"pro"
