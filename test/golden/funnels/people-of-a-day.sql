-- hogql
select toString(persons.id) as c0 from persons join (with walks as (select walk.actor as actor, walk.reached as reached, walk.bucket as bucket from funnelWalks(person_id as actor, toDateTime('2024-03-29 23:00:00', 'UTC') as date_from, toDateTime('2024-04-01 22:00:00', 'UTC') as date_to, event = 'seen' as step, event = 'tried' as step, event = 'paid' as step, 'ordered' as step_order, 1209600 as window_seconds, [toDateTime('2024-03-29 23:00:00', 'UTC'), toDateTime('2024-03-30 23:00:00', 'UTC'), toDateTime('2024-03-31 22:00:00', 'UTC')] as interval_starts, 3 as goal_step, 1 as entry_step) as walk) select walks.actor as actor, 1 as event_count from walks where walks.bucket = 1 and walks.reached > 0 and walks.reached <= 2 group by walks.actor) as source on source.actor = persons.id where true order by c0, persons.id limit 101

-- postgres
select "persons"."uuid"::text as "c0" from "persons" join (with "matched" as materialized (select "events"."person" as "actor", date_part('epoch', "events"."ts" - $1::timestamptz) as "t", (((case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) then $6::int4 else $7::int4 end) + (case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $8::text)), $5::int4) then $9::int4 else $7::int4 end)) + (case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $10::text)), $5::int4) then $11::int4 else $7::int4 end)) as "mask", width_bucket("events"."ts", $12::timestamptz[]) - 1 as "bucket" from "events" where ("events"."project" = $2::int4 and "events"."event" = any(array(select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = any($13::text[])))) and "events"."ts" >= $1::timestamptz and "events"."ts" < $14::timestamptz and ("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $8::text)), $5::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $10::text)), $5::int4)))), "actors" as materialized (select "matched"."actor" as "actor", array_agg("matched"."t" order by "matched"."t", "matched"."mask") as "times", array_agg("matched"."mask" order by "matched"."t", "matched"."mask") as "masks", bit_or("matched"."mask") as "present", array_agg("matched"."bucket" order by "matched"."t", "matched"."mask") as "buckets" from "matched" group by "matched"."actor"), "walks" as materialized (select "actors"."actor" as "actor", "walk"."reached" as "reached", "entry"."bucket" as "bucket" from "actors" join lateral "funnel_entries"("actors"."masks", "actors"."buckets", $15::int4) as "entry" on $16::boolean join lateral "funnel_walk"("actors"."times", "actors"."masks", "actors"."present", null, $15::int4, $17::float8, $18::boolean, $7::int4, null, null, "actors"."buckets", "entry"."bucket") as "walk" on $16::boolean where (not "walk"."spoiled")) select "walks"."actor" as "actor", $19::float8 as "event_count" from "walks" where ("walks"."bucket" = $6::int4 and "walks"."reached" > $7::int4 and (not ("walks"."reached" > $9::int4))) group by "walks"."actor") as "source" on "source"."actor" = "persons"."id" where "persons"."project" = $2::int4 order by "persons"."uuid"::text collate "C" nulls last, "persons"."id" limit 101

-- params
"2024-03-29T23:00:00.000Z"
7
"$event"
"seen"
-1
1
0
"tried"
2
"paid"
4
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"seen\",\"tried\",\"paid\"}"
"2024-04-01T22:00:00.000Z"
3
true
1209600
false
1
