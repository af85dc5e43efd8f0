-- hogql
with walks as (select walk.actor as actor, walk.reached as reached, walk.times as times from funnelWalks($group_1 as actor, toDateTime('2024-03-29 23:00:00', 'UTC') as date_from, toDateTime('2024-04-01 22:00:00', 'UTC') as date_to, $group_1 != '' as filter, event = 'seen' as step, event = 'tried' as step, event = 'paid' as step, 'ordered' as step_order, 1209600 as window_seconds) as walk) select countIf(walks.reached > 0) as c0, countIf(walks.reached > 1) as c1, countIf(walks.reached > 2) as c2, avg(nullIf(walks.times[2] - walks.times[1], 0)) as a1, quantile(0.5)(nullIf(walks.times[2] - walks.times[1], 0)) as m1, avg(nullIf(walks.times[3] - walks.times[2], 0)) as a2, quantile(0.5)(nullIf(walks.times[3] - walks.times[2], 0)) as m2 from walks

-- postgres
with "matched" as materialized (select "events"."group_1" as "actor", date_part('epoch', "events"."ts" - $1::timestamptz) as "t", (((case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) then $6::int4 else $7::int4 end) + (case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $8::text)), $5::int4) then $9::int4 else $7::int4 end)) + (case when "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $10::text)), $5::int4) then $11::int4 else $7::int4 end)) as "mask" from "events" where ("events"."project" = $2::int4 and "events"."event" = any(array(select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = any($12::text[])))) and "events"."ts" >= $1::timestamptz and "events"."ts" < $13::timestamptz and (not ("events"."group_1" is null)) and ("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $8::text)), $5::int4) or "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $10::text)), $5::int4)))), "actors" as materialized (select "matched"."actor" as "actor", array_agg("matched"."t" order by "matched"."t", "matched"."mask") as "times", array_agg("matched"."mask" order by "matched"."t", "matched"."mask") as "masks", bit_or("matched"."mask") as "present" from "matched" group by "matched"."actor"), "walks" as materialized (select "actors"."actor" as "actor", "walk"."reached" as "reached", "walk"."times" as "times" from "actors" join lateral "funnel_walk"("actors"."times", "actors"."masks", "actors"."present", null, $14::int4, $15::float8, $16::boolean, $7::int4, null, null, null, null) as "walk" on $17::boolean where (not "walk"."spoiled")) select coalesce(sum(case when "walks"."reached" > $7::int4 then $6::int4 else $7::int4 end), $7::int4) as "c0", coalesce(sum(case when "walks"."reached" > $6::int4 then $6::int4 else $7::int4 end), $7::int4) as "c1", coalesce(sum(case when "walks"."reached" > $9::int4 then $6::int4 else $7::int4 end), $7::int4) as "c2", avg(nullif(("walks"."times"[$9::int4] - "walks"."times"[$6::int4]), $18::float8)) as "a1", percentile_cont($19::float8) within group (order by nullif(("walks"."times"[$9::int4] - "walks"."times"[$6::int4]), $18::float8)) as "m1", avg(nullif(("walks"."times"[$14::int4] - "walks"."times"[$9::int4]), $18::float8)) as "a2", percentile_cont($19::float8) within group (order by nullif(("walks"."times"[$14::int4] - "walks"."times"[$9::int4]), $18::float8)) as "m2" from "walks"

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
0
0.5
