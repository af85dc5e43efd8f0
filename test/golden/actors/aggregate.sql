-- hogql
select persons.properties.plan as c0, count() as c1 from persons group by persons.properties.plan order by c1 desc limit 101

-- postgres
select json_compacted(("persons"."properties" ->> $1::text)) as "c0", count(*)::float8 as "c1" from "persons" where ("persons"."project" = $2::int4 and "persons"."has_profile" = $3::boolean) group by ("persons"."properties" ->> $1::text) order by count(*)::float8 desc nulls last limit 101

-- params
"plan"
7
true
