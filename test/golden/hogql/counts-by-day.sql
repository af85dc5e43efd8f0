-- hogql
select toStartOfDay(timestamp) as day, count() as times, count(distinct person_id) as people from events where event = 'seen' group by day order by day

-- postgres
select date_trunc('day', "events"."ts", $1::text) as "c0", count(*)::float8 as "c1", count(distinct "events"."person")::float8 as "c2" from "events" where ("events"."project" = $2::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $2::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4)) group by date_trunc('day', "events"."ts", $1::text) order by date_trunc('day', "events"."ts", $1::text) nulls last limit 101

-- params
"Europe/Berlin"
7
"$event"
"seen"
-1
