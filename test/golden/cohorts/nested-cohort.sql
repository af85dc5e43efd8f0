-- hogql
select persons.id as person from persons where persons.id not in cohort 3

-- postgres
select "persons"."id" as "person" from "persons" where ("persons"."project" = $1::int4 and "persons"."has_profile" = $2::boolean and (not coalesce(exists (select "cohort_people"."person" as "person" from "cohort_people" where ("cohort_people"."project" = $1::int4 and "cohort_people"."cohort" = $3::int4 and "cohort_people"."person" = "persons"."id")), $4::boolean)))

-- params
7
true
3
false
