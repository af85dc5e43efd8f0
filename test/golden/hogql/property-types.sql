-- hogql
select sum(properties.amount) as amount, countIf(properties.paid) as paid, min(properties.due) as due, max(properties.plan) as plan from events

-- postgres
select number_unscaled(sum(property_number("events"."properties" -> $1::text) * power(2::float8, -560))) as "c0", count(*) filter (where (case lower("events"."properties" ->> $2::text) when 'true' then true when 'false' then false end))::float8 as "c1", min(property_instant("events"."properties" -> $3::text, $4::text)) as "c2", json_compacted(max((("events"."properties" ->> $5::text) collate "C"))) as "c3" from "events" where "events"."project" = $6::int4 limit 101

-- params
"amount"
"paid"
"due"
"Europe/Berlin"
"plan"
7
