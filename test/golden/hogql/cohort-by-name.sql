-- hogql
select count() as times from events where person_id in cohort 'Payers'

-- postgres
select count(*)::float8 as "c0" from "events" where ("events"."project" = $1::int4 and exists (select "cohort_people"."person" as "person" from "cohort_people" where ("cohort_people"."project" = $1::int4 and "cohort_people"."cohort" = $2::int4 and "cohort_people"."person" = "events"."person"))) limit 101

-- params
7
3
