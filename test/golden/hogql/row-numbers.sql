-- hogql
select event, row_number() over (partition by person_id order by timestamp) as place from events order by timestamp, event limit 20

-- postgres
select coalesce((select "dictionary"."value" as "value" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."id" = "events"."event")), $2::text) as "c0", row_number() over (partition by "events"."person" order by "events"."ts" nulls last)::float8 as "c1" from "events" where "events"."project" = $1::int4 order by "events"."ts" nulls last, coalesce((select "dictionary"."value" as "value" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."id" = "events"."event")), $2::text) collate "C" nulls last limit 20

-- params
7
""
