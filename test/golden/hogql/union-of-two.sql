-- hogql
select event from events where event = 'paid' union all select event from events where event = 'left'

-- postgres
select "united"."event" as "c0" from ((select coalesce((select "dictionary"."value" as "value" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."id" = "events"."event")), $2::text) as "event" from "events" where ("events"."project" = $1::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $4::text)), $5::int4)) limit 100) union all (select coalesce((select "dictionary"."value" as "value" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."id" = "events"."event")), $2::text) as "event" from "events" where ("events"."project" = $1::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $3::text and "dictionary"."value" = $6::text)), $5::int4)) limit 100)) as "united" limit 50000

-- params
7
""
"$event"
"paid"
-1
"left"
