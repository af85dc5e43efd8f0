-- hogql
with walks as (select walk.actor as actor, walk.reached as reached, walk.times as times from funnelWalks(person_id as actor, toDateTime('2024-03-29 23:00:00', 'UTC') as date_from, toDateTime('2024-04-01 22:00:00', 'UTC') as date_to, event = 'seen' as step, event = 'tried' as step, event = 'paid' as step, 'ordered' as step_order, 1209600 as window_seconds) as walk), samples as (select round(walks.times[3] - walks.times[2], 6) as seconds from walks where walks.reached > 2), stats as (select floor(min(samples.seconds)) as low, ceil(max(samples.seconds)) as high, least(greatest(ceil(cbrt(count())), 1), 60) as bins, avg(samples.seconds) as average from samples) select floor((samples.seconds - stats.low) / if(ceil((stats.high - stats.low) / stats.bins) = 0, 60, ceil((stats.high - stats.low) / stats.bins))) as bin, count() as people, stats.low as low, if(ceil((stats.high - stats.low) / stats.bins) = 0, 60, ceil((stats.high - stats.low) / stats.bins)) as width, stats.bins as bins, stats.average as average from samples cross join stats group by bin, stats.low, width, stats.bins, stats.average

-- postgres
with "matched" as materialized (select "events"."person" as "actor", date_part('epoch', "events"."ts" - $1::timestamptz) as "t", (((case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) then $6::int4 else $7::int4 end) + (case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $8::text)), $5::int4) then $9::int4 else $7::int4 end)) + (case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $10::text)), $5::int4) then $11::int4 else $7::int4 end)) as "mask" from "events" where ("events"."project" = $2::int4 and "events"."event" = any(array(select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = any($12::text[])))) and "events"."ts" >= $1::timestamptz and "events"."ts" < $13::timestamptz and ("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $8::text)), $5::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $10::text)), $5::int4)))), "actors" as materialized (select "matched"."actor" as "actor", array_agg("matched"."t" order by "matched"."t", "matched"."mask") as "times", array_agg("matched"."mask" order by "matched"."t", "matched"."mask") as "masks", bit_or("matched"."mask") as "present" from "matched" group by "matched"."actor"), "walks" as materialized (select "actors"."actor" as "actor", "walk"."reached" as "reached", "walk"."times" as "times" from "actors" join lateral "funnel_walk"("actors"."times", "actors"."masks", "actors"."present", null, $14::int4, $15::float8, $16::boolean, $7::int4, null, null, null, null) as "walk" on $17::boolean where (not "walk"."spoiled")), "samples" as materialized (select number_round(("walks"."times"[$14::int4] - "walks"."times"[$9::int4]), $18::float8) as "seconds" from "walks" where "walks"."reached" > $9::int4), "stats" as materialized (select floor(min("samples"."seconds")) as "low", ceil(max("samples"."seconds")) as "high", least(greatest(ceil(number_cube_root(count(*)::float8)), $19::float8), $20::float8) as "bins", avg("samples"."seconds") as "average" from "samples") select floor((("samples"."seconds" - "stats"."low") / nullif((case when ceil((("stats"."high" - "stats"."low") / nullif("stats"."bins", 0))) = $21::float8 then $20::float8 else ceil((("stats"."high" - "stats"."low") / nullif("stats"."bins", 0))) end), 0))) as "bin", count(*) as "people", "stats"."low" as "low", case when ceil((("stats"."high" - "stats"."low") / nullif("stats"."bins", 0))) = $21::float8 then $20::float8 else ceil((("stats"."high" - "stats"."low") / nullif("stats"."bins", 0))) end as "width", "stats"."bins" as "bins", "stats"."average" as "average" from "samples" join "stats" on $17::boolean group by floor((("samples"."seconds" - "stats"."low") / nullif((case when ceil((("stats"."high" - "stats"."low") / nullif("stats"."bins", 0))) = $21::float8 then $20::float8 else ceil((("stats"."high" - "stats"."low") / nullif("stats"."bins", 0))) end), 0))), "stats"."low", case when ceil((("stats"."high" - "stats"."low") / nullif("stats"."bins", 0))) = $21::float8 then $20::float8 else ceil((("stats"."high" - "stats"."low") / nullif("stats"."bins", 0))) end, "stats"."bins", "stats"."average"

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
"{\"seen\",\"tried\",\"paid\"}"
"2024-04-01T22:00:00.000Z"
3
1209600
false
true
6
1
60
0
