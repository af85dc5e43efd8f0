-- hogql
select count() as times from events as e where e.properties.plan in ('pro', 'team') and (e.person.properties.email is null or e.person.properties.email not ilike '%@us.test%') and e.timestamp < toDateTime('2024-03-31 22:00:00', 'UTC') and e.timestamp >= toDateTime('2024-03-24 23:00:00', 'UTC')

-- postgres
select count(*)::float8 as "c0" from "events" as "e" left join "persons" as "e.person" on ("e.person"."project" = $1::int4 and "e.person"."id" = "e"."person") where ("e"."project" = $1::int4 and ("e"."properties" ->> $2::text) = any($3::text[]) and (("e.person"."properties" ->> $4::text) is null or (not (("e.person"."properties" ->> $4::text) ilike $5::text))) and "e"."ts" < $6::timestamptz and "e"."ts" >= $7::timestamptz) limit 101

-- params
7
"plan"
"{\"pro\",\"team\"}"
"email"
"%@us.test%"
"2024-03-31T22:00:00.000Z"
"2024-03-24T23:00:00.000Z"
