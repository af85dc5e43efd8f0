-- hogql
select persons.id as person from persons left join (select steps.actor as actor from (select person_id as actor, timestamp as at, event = 'refund' as is_second, max(if(event = 'paid', timestamp, NULL)) over (partition by person_id order by toUnixTimestamp64Micro(timestamp) range between unbounded preceding and 1 preceding) as latest from events where (event = 'paid' or event = 'refund') and timestamp >= toDateTime('2024-03-03 13:00:00', 'UTC') and timestamp < toDateTime('2024-04-02 12:00:00', 'UTC')) as steps where steps.is_second and dateDiff('microsecond', steps.latest, steps.at) / 1000000 <= 604800 group by steps.actor) as did_0 on did_0.actor = persons.id where did_0.actor is not null

-- postgres
select "persons"."id" as "person" from "persons" left join (select "steps"."actor" as "actor" from (select coalesce("person_backlog"."to_person", "events"."person") as "actor", "events"."ts" as "at", coalesce("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $2::text and "dictionary"."value" = $3::text)), $4::int4), $5::boolean) as "is_second", max(case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $2::text and "dictionary"."value" = $6::text)), $4::int4) then "events"."ts" else $7::timestamptz end) over (partition by coalesce("person_backlog"."to_person", "events"."person") order by "events"."ts" groups between unbounded preceding and 1 preceding) as "latest" from "events" left join "person_backlog" on ("person_backlog"."project" = $1::int4 and "person_backlog"."from_person" = "events"."person") where ("events"."project" = $1::int4 and ("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $2::text and "dictionary"."value" = $6::text)), $4::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $2::text and "dictionary"."value" = $3::text)), $4::int4)) and "events"."ts" >= $8::timestamptz and "events"."ts" < $9::timestamptz)) as "steps" where ("steps"."is_second" and "steps"."at" <= "steps"."latest" + make_interval(secs => $10::float8)) group by "steps"."actor") as "did_0" on "did_0"."actor" = "persons"."id" where ("persons"."project" = $1::int4 and "persons"."has_profile" = $11::boolean and (not ("did_0"."actor" is null)))

-- params
7
"$event"
"refund"
-1
false
"paid"
null
"2024-03-03T13:00:00.000Z"
"2024-04-02T12:00:00.000Z"
604800
true
