-- hogql
select persons.id as person from persons where persons.properties.plan not in ('a', '\'; --')

-- postgres
select "persons"."id" as "person" from "persons" where ("persons"."project" = $1::int4 and "persons"."has_profile" = $2::boolean and (not coalesce(("persons"."properties" ->> $3::text) = any($4::text[]), $5::boolean)))

-- params
7
true
"plan"
"{\"a\",\"'; --\"}"
false
