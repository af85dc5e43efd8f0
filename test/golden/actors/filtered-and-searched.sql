-- hogql
select toString(persons.id) as c0, persons.properties.email as c1, persons.created_at as c2 from persons where toFloat(persons.properties.age) > 18 and (persons.properties.email ilike '%a\' or 1=1 --%' or persons.properties.name ilike '%a\' or 1=1 --%' or toString(persons.id) ilike '%a\' or 1=1 --%' or persons.id in (select person_distinct_ids.person_id as person_id from person_distinct_ids where person_distinct_ids.distinct_id ilike '%a\' or 1=1 --%')) order by persons.properties.email desc, persons.id limit 11 offset 20

-- postgres
select "persons"."uuid"::text as "c0", json_compacted(("persons"."properties" ->> $1::text)) as "c1", "persons"."created_at" as "c2" from "persons" where ("persons"."project" = $2::int4 and "persons"."has_profile" = $3::boolean and property_number("persons"."properties" -> $4::text) > $5::float8 and (("persons"."properties" ->> $1::text) ilike $6::text or ("persons"."properties" ->> $7::text) ilike $6::text or "persons"."uuid"::text ilike $6::text or "persons"."id" = any(array(select "person_distinct_ids"."person" as "person_id" from "distinct_ids" as "person_distinct_ids" where ("person_distinct_ids"."project" = $2::int4 and "person_distinct_ids"."distinct_id" ilike $6::text))))) order by ("persons"."properties" ->> $1::text) collate "C" desc nulls last, "persons"."id" limit 11 offset 20

-- params
"email"
7
true
"age"
18
"%a' or 1=1 --%"
"name"
