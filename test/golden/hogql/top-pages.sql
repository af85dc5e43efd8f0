-- hogql
select properties.$current_url as page, count() as views from events where timestamp >= now() - toIntervalDay(30) group by page order by views desc, page limit 10

-- postgres
select json_compacted(("events"."properties" ->> $1::text)) as "c0", count(*)::float8 as "c1" from "events" where ("events"."project" = $2::int4 and "events"."ts" >= instant_add($4::timestamptz, (0 - $3::float8), 'day', $5::text)) group by ("events"."properties" ->> $1::text) order by count(*)::float8 desc nulls last, ("events"."properties" ->> $1::text) collate "C" nulls last limit 10

-- params
"$current_url"
7
30
"2024-03-15T12:00:00.000Z"
"Europe/Berlin"
