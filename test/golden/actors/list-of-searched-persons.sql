-- hogql
select (persons.id, persons.created_at, persons.properties, persons.is_identified) as c0, persons.number as c1 from persons where persons.id in cohort 3 and (toString(persons.properties) ilike '%a\\\\"b%' and toString(persons.properties) =~ '(?i)a\\\\"b(?:[^"\\\\]|\\\\.)*(?:$|"(?:[^:]|$))' or persons.id in (select person_distinct_ids.person_id as person_id from person_distinct_ids where person_distinct_ids.distinct_id =~ '(?i)a"b')) order by persons.created_at desc, persons.number desc, persons.id limit 101

-- postgres
select person_json($1::int4, "persons"."id") as "c0", "persons"."id" as "c1" from "persons" where ("persons"."project" = $1::int4 and "persons"."has_profile" = $2::boolean and exists (select "cohort_people"."person" as "person" from "cohort_people" where ("cohort_people"."project" = $1::int4 and "cohort_people"."cohort" = $3::int4 and "cohort_people"."person" = "persons"."id")) and (("persons"."properties"::text ilike $4::text and "persons"."properties"::text ~ $5::text) or "persons"."id" = any(array(select "person_distinct_ids"."person" as "person_id" from "distinct_ids" as "person_distinct_ids" where ("person_distinct_ids"."project" = $1::int4 and "person_distinct_ids"."distinct_id" ~ $6::text))))) order by "persons"."created_at" desc, "persons"."id" desc, "persons"."id" limit 101

-- params
7
true
3
"%a\\\\\"b%"
"***:(?i)a\\U0000005c\\U00000022b(?:[^\\U00000022\\U0000005c]|\\U0000005c.)*(?:$|\\U00000022(?:[^\\U0000003a]|$))"
"***:(?i)a\\U00000022b"
