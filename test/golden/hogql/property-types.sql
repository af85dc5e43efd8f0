-- hogql
select sum(properties.amount) as amount, countIf(properties.paid) as paid, min(properties.due) as due, max(properties.plan) as plan from events

-- postgres
select number_unscaled(sum(property_number("events"."properties" -> $1::text) * power(2::float8, -560))) as "c0", coalesce(sum(case when (case lower("events"."properties" ->> $2::text) when 'true' then true when 'false' then false end) then $3::int4 else $4::int4 end), $4::int4)::float8 as "c1", min(property_instant("events"."properties" -> $5::text, $6::text)) as "c2", max(property_number("events"."properties" -> $7::text)) as "c3" from "events" where "events"."project" = $8::int4 limit 101

-- params
"amount"
"paid"
1
0
"due"
"Europe/Berlin"
"plan"
7
