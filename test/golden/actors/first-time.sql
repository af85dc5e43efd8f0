-- hogql
select (persons.id, persons.created_at, persons.properties, persons.is_identified) as c0, toString(persons.id) as c1, 1 as c2 from persons join (select first_events.actor as actor, 1 as event_count from (select firsts.actor as actor, firsts.first as first from events join (select person_id as actor, min(timestamp) as first from events where event = 'paid' and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') group by person_id) as firsts on firsts.actor = events.person_id and firsts.first = events.timestamp where events.event = 'paid' and events.timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and events.timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') group by firsts.actor, firsts.first) as first_events where first_events.first >= toDateTime('2024-03-30 23:00:00', 'UTC') and first_events.first < toDateTime('2024-03-31 22:00:00', 'UTC')) as source on source.actor = persons.id where true order by persons.id, persons.id limit 101

-- postgres
select person_json($1::int4, "persons"."id") as "c0", "persons"."uuid"::text as "c1", $2::int4 as "c2" from "persons" join (select "first_events"."actor" as "actor", $3::float8 as "event_count" from (select "firsts"."actor" as "actor", "firsts"."first" as "first" from "events" join (select "events"."person" as "actor", min("events"."ts") as "first" from "events" where ("events"."project" = $1::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4) and "events"."ts" < $7::timestamptz) group by "events"."person") as "firsts" on ("firsts"."actor" = "events"."person" and "firsts"."first" = "events"."ts") where ("events"."project" = $1::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4) and "events"."ts" >= $8::timestamptz and "events"."ts" < $7::timestamptz) group by "firsts"."actor", "firsts"."first") as "first_events" where ("first_events"."first" >= $9::timestamptz and "first_events"."first" < $10::timestamptz)) as "source" on "source"."actor" = "persons"."id" where "persons"."project" = $1::int4 order by "persons"."id", "persons"."id" limit 101

-- params
7
1
1
"$event"
"paid"
-1
"2024-04-01T22:00:00.000Z"
"2024-03-29T23:00:00.000Z"
"2024-03-30T23:00:00.000Z"
"2024-03-31T22:00:00.000Z"
