-- hogql
with walks as (select walk.actor as actor, walk.reached as reached, walk.bucket as bucket from funnelWalks(person_id as actor, toDateTime('2024-03-29 23:00:00', 'UTC') as date_from, toDateTime('2024-04-01 22:00:00', 'UTC') as date_to, event = 'seen' as step, event = 'tried' as step, event = 'paid' as step, 'unordered' as step_order, 1209600 as window_seconds, [toDateTime('2024-03-29 23:00:00', 'UTC'), toDateTime('2024-03-31 22:00:00', 'UTC')] as interval_starts, 3 as goal_step, 1 as entry_step) as walk) select walks.bucket as bucket, countIf(walks.reached > 2) as converted, count() as entered from walks where walks.reached > 0 group by walks.bucket

-- postgres
with "matched" as materialized (select "events"."person" as "actor", date_part('epoch', "events"."ts" - $1::timestamptz) as "t", (((case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) then $6::int4 else $7::int4 end) + (case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $8::text)), $5::int4) then $9::int4 else $7::int4 end)) + (case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $10::text)), $5::int4) then $11::int4 else $7::int4 end)) as "mask", width_bucket("events"."ts", $12::timestamptz[]) - 1 as "bucket" from "events" where ("events"."project" = $2::int4 and "events"."event" = any(array(select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = any($13::text[])))) and "events"."ts" >= $1::timestamptz and "events"."ts" < $14::timestamptz and ("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $8::text)), $5::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $10::text)), $5::int4)))), "actors" as materialized (select "matched"."actor" as "actor", array_agg("matched"."t" order by "matched"."t", "matched"."mask") as "times", array_agg("matched"."mask" order by "matched"."t", "matched"."mask") as "masks", bit_or("matched"."mask") as "present", array_agg("matched"."bucket" order by "matched"."t", "matched"."mask") as "buckets" from "matched" group by "matched"."actor"), "walks" as materialized (select "actors"."actor" as "actor", "walk"."reached" as "reached", "walk"."bucket" as "bucket" from "actors" join lateral "funnel_walk_unordered"("actors"."times", "actors"."masks", "actors"."present", null, $15::int4, $16::float8, null, "actors"."buckets") as "walk" on $17::boolean) select "walks"."bucket" as "bucket", coalesce(sum(case when "walks"."reached" > $9::int4 then $6::int4 else $7::int4 end), $7::int4) as "converted", count(*) as "entered" from "walks" where "walks"."reached" > $7::int4 group by "walks"."bucket"

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
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"seen\",\"tried\",\"paid\"}"
"2024-04-01T22:00:00.000Z"
3
1209600
true
