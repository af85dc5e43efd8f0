-- hogql
select persons.id as person from persons where toFloat(persons.properties.age) > 18

-- postgres
select "persons"."id" as "person" from "persons" where ("persons"."project" = $1::int4 and "persons"."has_profile" = $2::boolean and property_number("persons"."properties" -> $3::text) > $4::float8)

-- params
7
true
"age"
18
