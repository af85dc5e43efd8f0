-- hogql
select count() as times from events where properties.plan in ['pro', 'it\'s'] and event != 'paid'

-- postgres
select count(*)::float8 as "c0" from "events" where ("events"."project" = $1::int4 and ("events"."properties" ->> $2::text) = any($3::text[]) and (not coalesce("events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4), $7::boolean))) limit 101

-- params
7
"plan"
"{\"pro\",\"it's\"}"
"$event"
"paid"
-1
false
