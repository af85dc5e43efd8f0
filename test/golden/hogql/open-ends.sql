-- hogql
select count() as times from events where true and timestamp < toDateTime('2024-03-31 22:00:00', 'UTC')

-- postgres
select count(*)::float8 as "c0" from "events" where ("events"."project" = $1::int4 and $2::boolean and "events"."ts" < $3::timestamptz) limit 101

-- params
7
true
"2024-03-31T22:00:00.000Z"
