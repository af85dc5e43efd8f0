-- hogql
select (persons.id, persons.created_at, persons.properties, persons.is_identified) as c0, toString(persons.id) as c1, 1 as c2 from persons order by persons.id, persons.id limit 101

-- postgres
select person_json($1::int4, "persons"."id") as "c0", "persons"."uuid"::text as "c1", $2::int4 as "c2" from "persons" where ("persons"."project" = $1::int4 and "persons"."has_profile" = $3::boolean) order by "persons"."id", "persons"."id" limit 101

-- params
7
1
true
