-- hogql
select toString(persons.id) as c0 from persons join (select each_actor.actor as actor from (select active.actor as actor, min(active.bucket) as first, groupUniqArray(active.bucket) as buckets from (select dateDiff('day', toDateTime('2024-03-27 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, person_id as actor from events where timestamp >= toDateTime('2024-03-27 23:00:00', 'UTC') and timestamp < toDateTime('2024-03-30 23:00:00', 'UTC') and event = 'paid' and (properties.$process_person_profile is null or properties.$process_person_profile != 'false') group by bucket, person_id) as active group by active.actor) as each_actor left join persons on persons.id = each_actor.actor where has(each_actor.buckets, 2) and each_actor.first = 2 and persons.has_profile = true and persons.created_at >= toDateTime('2024-03-29 23:00:00', 'UTC') and persons.created_at < toDateTime('2024-03-30 23:00:00', 'UTC')) as source on source.actor = persons.id where true order by c0, persons.id limit 101

-- postgres
select "persons"."uuid"::text as "c0" from "persons" join (select "each_actor"."actor" as "actor" from (select "active"."actor" as "actor", min("active"."bucket") as "first", coalesce(array_agg(distinct "active"."bucket"::float8) filter (where "active"."bucket" is not null), '{}') as "buckets" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select "events"."person" as "actor" from "events" where ("events"."project" = $3::int4 and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to" and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4) and (("events"."properties" ->> $7::text) is null or (not (("events"."properties" ->> $7::text) = $8::text)))) group by "events"."person") as "each") as "active" group by "active"."actor") as "each_actor" left join "persons" on ("persons"."project" = $3::int4 and "persons"."id" = "each_actor"."actor") where (($9::int4 = any("each_actor"."buckets")) and coalesce(("each_actor"."first" = $9::int4 and "persons"."has_profile" = $10::boolean and "persons"."created_at" >= $11::timestamptz and "persons"."created_at" < $12::timestamptz), $13::boolean))) as "source" on "source"."actor" = "persons"."id" where "persons"."project" = $3::int4 order by "persons"."uuid"::text collate "C" nulls last, "persons"."id" limit 101

-- params
"{\"2024-03-27T23:00:00.000Z\",\"2024-03-28T23:00:00.000Z\",\"2024-03-29T23:00:00.000Z\"}"
"{\"2024-03-28T23:00:00.000Z\",\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\"}"
7
"$event"
"paid"
-1
"$process_person_profile"
"false"
2
true
"2024-03-29T23:00:00.000Z"
"2024-03-30T23:00:00.000Z"
false
