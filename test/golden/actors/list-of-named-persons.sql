-- hogql
select (persons.id, persons.created_at, persons.properties, persons.is_identified) as c0, persons.number as c1 from persons where toString(persons.id) in ('01920000-0000-7000-8000-000000000001', 'nobody') and persons.id in (select person_distinct_ids.person_id as person_id from person_distinct_ids where person_distinct_ids.distinct_id = 'a') order by persons.created_at desc, persons.number desc, persons.id limit 101

-- postgres
select person_json($1::int4, "persons"."id") as "c0", "persons"."id" as "c1" from "persons" where ("persons"."project" = $1::int4 and "persons"."has_profile" = $2::boolean and "persons"."id" = any(array(select "persons"."id" as "id" from "persons" where ("persons"."project" = $1::int4 and "persons"."uuid" = any($3::text[]::uuid[])))) and "persons"."id" = any(array(select "person_distinct_ids"."person" as "person_id" from "distinct_ids" as "person_distinct_ids" where ("person_distinct_ids"."project" = $1::int4 and "person_distinct_ids"."distinct_id" = $4::text)))) order by "persons"."created_at" desc, "persons"."id" desc, "persons"."id" limit 101

-- params
7
true
"{\"01920000-0000-7000-8000-000000000001\"}"
"a"
