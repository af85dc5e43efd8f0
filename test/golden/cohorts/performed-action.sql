-- hogql
select persons.id as person from persons left join (select each.actor as actor from (select person_id as actor, count() as count from events where event = 'paid' and event = 'paid' and properties.$current_url like '%/cart%' and timestamp >= toDateTime('2024-03-03 13:00:00', 'UTC') and timestamp < toDateTime('2024-04-02 12:00:00', 'UTC') group by person_id) as each where each.count <= 3) as did_0 on did_0.actor = persons.id where did_0.actor is not null

-- postgres
select "persons"."id" as "person" from "persons" left join (select "each"."actor" as "actor" from (select coalesce("person_backlog"."to_person", "events"."person") as "actor", count(*) as "count" from "events" left join "person_backlog" on ("person_backlog"."project" = $1::int4 and "person_backlog"."from_person" = "events"."person") where ("events"."project" = $1::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $2::text and "dictionary"."value" = $3::text)), $4::int4) and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $2::text and "dictionary"."value" = $3::text)), $4::int4) and ("events"."properties" ->> $5::text) like $6::text and "events"."ts" >= $7::timestamptz and "events"."ts" < $8::timestamptz) group by coalesce("person_backlog"."to_person", "events"."person")) as "each" where "each"."count" <= $9::int4) as "did_0" on "did_0"."actor" = "persons"."id" where ("persons"."project" = $1::int4 and "persons"."has_profile" = $10::boolean and (not ("did_0"."actor" is null)))

-- params
7
"$event"
"paid"
-1
"$current_url"
"%/cart%"
"2024-03-03T13:00:00.000Z"
"2024-04-02T12:00:00.000Z"
3
true
