-- hogql
with matched as (select person_id as actor, dateDiff('second', toDateTime64('2024-03-29 23:00:00.000', 6, 'UTC'), timestamp) as t, ((case when event = 'seen' then 1 else 0 end + case when event = 'tried' then 2 else 0 end) + case when event = 'paid' then 4 else 0 end) as mask, arrayCount(start -> start <= timestamp, [toDateTime64('2024-03-29 23:00:00.000', 6, 'UTC'), toDateTime64('2024-03-31 22:00:00.000', 6, 'UTC')]) - 1 as bucket from events where (event in ['seen', 'tried', 'paid'] and timestamp >= toDateTime64('2024-03-29 23:00:00.000', 6, 'UTC') and timestamp < toDateTime64('2024-04-01 22:00:00.000', 6, 'UTC') and (event = 'seen' or event = 'tried' or event = 'paid'))), actors as (select matched.actor as actor, arrayMap(x -> x.1, arraySort(x -> x.2, groupArray(tuple(matched.t, tuple(matched.t, matched.mask))))) as times, arrayMap(x -> x.1, arraySort(x -> x.2, groupArray(tuple(matched.mask, tuple(matched.t, matched.mask))))) as masks, groupBitOr(matched.mask) as present, arrayMap(x -> x.1, arraySort(x -> x.2, groupArray(tuple(matched.bucket, tuple(matched.t, matched.mask))))) as buckets from matched group by matched.actor), walks as (select actors.actor as actor, walk.reached as reached, walk.times as times, walk.bucket as bucket from actors join lateral funnel_walk_unordered(actors.times, actors.masks, actors.present, NULL, 3, 1209600, NULL, actors.buckets) as walk on true) select walks.bucket as bucket, coalesce(sum(case when walks.reached > 2 then 1 else 0 end), 0) as converted, count() as entered from walks where walks.reached > 0 group by walks.bucket

-- postgres
with "matched" as materialized (select "events"."person" as "actor", date_part('epoch', "events"."ts" - $1::timestamptz) as "t", (((case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) then $6::int4 else $7::int4 end) + (case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $8::text)), $5::int4) then $9::int4 else $7::int4 end)) + (case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $10::text)), $5::int4) then $11::int4 else $7::int4 end)) as "mask", width_bucket("events"."ts", $12::timestamptz[]) - 1 as "bucket" from "events" where ("events"."project" = $2::int4 and "events"."event" = any(array(select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = any($13::text[])))) and "events"."ts" >= $1::timestamptz and "events"."ts" < $14::timestamptz and ("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $8::text)), $5::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $10::text)), $5::int4)))), "actors" as materialized (select "matched"."actor" as "actor", array_agg("matched"."t" order by "matched"."t", "matched"."mask") as "times", array_agg("matched"."mask" order by "matched"."t", "matched"."mask") as "masks", bit_or("matched"."mask") as "present", array_agg("matched"."bucket" order by "matched"."t", "matched"."mask") as "buckets" from "matched" group by "matched"."actor"), "walks" as materialized (select "actors"."actor" as "actor", "walk"."reached" as "reached", "walk"."times" as "times", "walk"."bucket" as "bucket" from "actors" join lateral "funnel_walk_unordered"("actors"."times", "actors"."masks", "actors"."present", null, $15::int4, $16::float8, null, "actors"."buckets") as "walk" on $17::boolean) select "walks"."bucket" as "bucket", coalesce(sum(case when "walks"."reached" > $9::int4 then $6::int4 else $7::int4 end), $7::int4) as "converted", count(*) as "entered" from "walks" where "walks"."reached" > $7::int4 group by "walks"."bucket"

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
