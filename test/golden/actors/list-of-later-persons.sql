-- hogql
select (persons.id, persons.created_at, persons.properties, persons.is_identified) as c0, persons.number as c1 from persons where toFloat(persons.properties.age) > 18 and persons.created_at >= toDateTime('2024-03-21 00:00:00.123456', 'UTC') and (persons.created_at > toDateTime('2024-03-21 00:00:00.123456', 'UTC') or persons.number > 3) order by persons.created_at, persons.number, persons.id limit 101

-- postgres
select person_json($1::int4, "persons"."id") as "c0", "persons"."id" as "c1" from "persons" where ("persons"."project" = $1::int4 and "persons"."has_profile" = $2::boolean and property_number("persons"."properties" -> $3::text) > $4::float8 and "persons"."created_at" >= $5::timestamptz and ("persons"."created_at" > $5::timestamptz or "persons"."id" > $6::int4)) order by "persons"."created_at", "persons"."id", "persons"."id" limit 101

-- params
7
true
"age"
18
"2024-03-21T00:00:00.123456Z"
3
