-- hogql
select toString(persons.id) as c0 from persons join (with walks as (select walk.actor as actor, walk.value as value, walk.reached as reached, walk.times as times from funnelWalks(person_id as actor, toDateTime('2024-03-29 23:00:00', 'UTC') as date_from, toDateTime('2024-04-01 22:00:00', 'UTC') as date_to, event = 'seen' as step, event = 'tried' as step, event = 'paid' as step, 'ordered' as step_order, 1209600 as window_seconds, coalesce(properties.plan, '') as breakdown, 'first_touch' as attribution, true as skips_empty) as walk), totals as (select walks.value as value, countIf(walks.reached > 0) as c0, countIf(walks.reached > 1) as c1, countIf(walks.reached > 2) as c2 from walks group by walks.value), ranks as (select totals.value as value, row_number() over (order by totals.c2 desc, totals.c1 desc, totals.c0 desc, totals.value) as rank from totals) select walks.actor as actor, 1 as event_count from walks join ranks on ranks.value = walks.value where walks.reached > 1 and ranks.rank > 2 group by walks.actor) as source on source.actor = persons.id where true order by c0, persons.id limit 101

-- postgres
select "persons"."uuid"::text as "c0" from "persons" join (with "matched" as materialized (select "events"."person" as "actor", date_part('epoch', "events"."ts" - $1::timestamptz) as "t", (((case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) then $6::int4 else $7::int4 end) + (case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $8::text)), $5::int4) then $9::int4 else $7::int4 end)) + (case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $10::text)), $5::int4) then $11::int4 else $7::int4 end)) as "mask", coalesce(("events"."properties" ->> $12::text), $13::text) as "value", coalesce(("events"."properties" ->> $12::text), $13::text) != $13::text as "has_value" from "events" where ("events"."project" = $2::int4 and "events"."event" = any(array(select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = any($14::text[])))) and "events"."ts" >= $1::timestamptz and "events"."ts" < $15::timestamptz and ("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $8::text)), $5::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $10::text)), $5::int4)))), "actors" as materialized (select "matched"."actor" as "actor", coalesce((array_agg("matched"."value" order by "matched"."t") filter (where "matched"."has_value"))[1], (array_agg("matched"."value" order by "matched"."t") filter (where $16::boolean))[1]) as "value", array_agg("matched"."t" order by "matched"."t", "matched"."mask") as "times", array_agg("matched"."mask" order by "matched"."t", "matched"."mask") as "masks", bit_or("matched"."mask") as "present" from "matched" group by "matched"."actor"), "walks" as materialized (select "actors"."actor" as "actor", "actors"."value" as "value", "walk"."reached" as "reached", "walk"."times" as "times" from "actors" join lateral "funnel_walk"("actors"."times", "actors"."masks", "actors"."present", null, $17::int4, $18::float8, $19::boolean, $7::int4, null, null, null, null) as "walk" on $16::boolean where (not "walk"."spoiled")), "totals" as materialized (select "walks"."value" as "value", coalesce(sum(case when "walks"."reached" > $7::int4 then $6::int4 else $7::int4 end), $7::int4) as "c0", coalesce(sum(case when "walks"."reached" > $6::int4 then $6::int4 else $7::int4 end), $7::int4) as "c1", coalesce(sum(case when "walks"."reached" > $9::int4 then $6::int4 else $7::int4 end), $7::int4) as "c2" from "walks" group by "walks"."value"), "ranks" as materialized (select "totals"."value" as "value", row_number() over (order by "totals"."c2" desc, "totals"."c1" desc, "totals"."c0" desc, "totals"."value" collate "C") as "rank" from "totals") select "walks"."actor" as "actor", $20::float8 as "event_count" from "walks" join "ranks" on "ranks"."value" = "walks"."value" where ("walks"."reached" > $6::int4 and "ranks"."rank" > $9::int4) group by "walks"."actor") as "source" on "source"."actor" = "persons"."id" where "persons"."project" = $2::int4 order by "persons"."uuid"::text collate "C" nulls last, "persons"."id" limit 101

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
"plan"
""
"{\"seen\",\"tried\",\"paid\"}"
"2024-04-01T22:00:00.000Z"
true
3
1209600
false
1
