-- hogql
select persons.id as person from persons left join (select each.actor as actor from (select met.actor as actor, count() as periods from (select each.actor as actor from (select person_id as actor, count() as count from events where event = 'paid' and timestamp >= toDateTime('2024-03-29 13:00:00', 'UTC') and timestamp < toDateTime('2024-04-02 12:00:00', 'UTC') group by person_id, arrayCount(start -> start <= timestamp, [toDateTime('2024-03-29 13:00:00', 'UTC'), toDateTime('2024-03-30 13:00:00', 'UTC'), toDateTime('2024-03-31 12:00:00', 'UTC'), toDateTime('2024-04-01 12:00:00', 'UTC')]) - 1) as each where each.count >= 1) as met group by met.actor) as each where each.periods >= 3) as did_0 on did_0.actor = persons.id where did_0.actor is not null

-- postgres
select "persons"."id" as "person" from "persons" left join (select "each"."actor" as "actor" from (select "met"."actor" as "actor", count(*) as "periods" from (select "each"."actor" as "actor" from (select coalesce("person_backlog"."to_person", "events"."person") as "actor", count(*) as "count" from "events" left join "person_backlog" on ("person_backlog"."project" = $1::int4 and "person_backlog"."from_person" = "events"."person") where ("events"."project" = $1::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $2::text and "dictionary"."value" = $3::text)), $4::int4) and "events"."ts" >= $5::timestamptz and "events"."ts" < $6::timestamptz) group by coalesce("person_backlog"."to_person", "events"."person"), width_bucket("events"."ts", $7::timestamptz[]) - 1) as "each" where "each"."count" >= $8::int4) as "met" group by "met"."actor") as "each" where "each"."periods" >= $9::int4) as "did_0" on "did_0"."actor" = "persons"."id" where ("persons"."project" = $1::int4 and "persons"."has_profile" = $10::boolean and (not ("did_0"."actor" is null)))

-- params
7
"$event"
"paid"
-1
"2024-03-29T13:00:00.000Z"
"2024-04-02T12:00:00.000Z"
"{\"2024-03-29T13:00:00.000Z\",\"2024-03-30T13:00:00.000Z\",\"2024-03-31T12:00:00.000Z\",\"2024-04-01T12:00:00.000Z\"}"
1
3
true
