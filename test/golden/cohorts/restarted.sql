-- hogql
select persons.id as person from persons left join (select each.actor as actor from (select person_id as actor, sum(if(timestamp < toDateTime('2024-03-03 13:00:00', 'UTC'), 1, 0)) as before, sum(if(timestamp >= toDateTime('2024-03-26 13:00:00', 'UTC'), 1, 0)) as after, count() as count from events where event = 'paid' and timestamp < toDateTime('2024-04-02 12:00:00', 'UTC') group by person_id) as each where each.before > 0 and each.after > 0 and each.before + each.after = each.count) as did_0 on did_0.actor = persons.id where did_0.actor is not null

-- postgres
select "persons"."id" as "person" from "persons" left join (select "each"."actor" as "actor" from (select coalesce("person_backlog"."to_person", "events"."person") as "actor", sum(case when "events"."ts" < $1::timestamptz then $2::int4 else $3::int4 end) as "before", sum(case when "events"."ts" >= $4::timestamptz then $2::int4 else $3::int4 end) as "after", count(*) as "count" from "events" left join "person_backlog" on ("person_backlog"."project" = $5::int4 and "person_backlog"."from_person" = "events"."person") where ("events"."project" = $5::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $5::int4 and "dictionary"."key" = $6::text and "dictionary"."value" = $7::text)), $8::int4) and "events"."ts" < $9::timestamptz) group by coalesce("person_backlog"."to_person", "events"."person")) as "each" where ("each"."before" > $3::int4 and "each"."after" > $3::int4 and ("each"."before" + "each"."after") = "each"."count")) as "did_0" on "did_0"."actor" = "persons"."id" where ("persons"."project" = $5::int4 and "persons"."has_profile" = $10::boolean and (not ("did_0"."actor" is null)))

-- params
"2024-03-03T13:00:00.000Z"
1
0
"2024-03-26T13:00:00.000Z"
7
"$event"
"paid"
-1
"2024-04-02T12:00:00.000Z"
true
