-- hogql
select (persons.id, persons.created_at, persons.properties, persons.is_identified) as c0, persons.number as c1 from persons where persons.number = 3 order by persons.created_at desc, persons.number desc, persons.id limit 101

-- postgres
select person_json($1::int4, "persons"."id") as "c0", "persons"."id" as "c1" from "persons" where ("persons"."project" = $1::int4 and "persons"."has_profile" = $2::boolean and "persons"."id" = $3::int4) order by "persons"."created_at" desc, "persons"."id" desc, "persons"."id" limit 101

-- params
7
true
3
