-- hogql
select (group_2.key, group_2.created_at, group_2.properties) as c0, group_2.number as c1 from groups as group_2 where group_2.index = 2 and group_2.is_identified = true and toFloat(group_2.properties.size) >= 3 and (toString(group_2.properties) ilike '%a%' and toString(group_2.properties) =~ '(?i)a(?:[^"\\\\]|\\\\.)*(?:$|"(?:[^:]|$))' or group_2.key =~ '(?i)a') and group_2.created_at <= toDateTime('2024-03-30 00:00:00', 'UTC') and (group_2.created_at < toDateTime('2024-03-30 00:00:00', 'UTC') or group_2.number < 9) order by group_2.created_at desc, group_2.number desc, group_2.key limit 3 offset 1

-- postgres
select group_json($1::int4, "group_2"."id") as "c0", "group_2"."id" as "c1" from "groups" as "group_2" where ("group_2"."project" = $1::int4 and "group_2"."group_type_index" = $2::int4 and "group_2"."is_identified" = $3::boolean and property_number("group_2"."properties" -> $4::text) >= $5::float8 and (("group_2"."properties"::text ilike $6::text and "group_2"."properties"::text ~ $7::text) or "group_2"."group_key" ~ $8::text) and "group_2"."created_at" <= $9::timestamptz and ("group_2"."created_at" < $9::timestamptz or "group_2"."id" < $10::int4)) order by "group_2"."created_at" desc, "group_2"."id" desc, "group_2"."id" limit 3 offset 1

-- params
7
2
true
"size"
3
"%a%"
"***:(?i)a(?:[^\\U00000022\\U0000005c]|\\U0000005c.)*(?:$|\\U00000022(?:[^\\U0000003a]|$))"
"***:(?i)a"
"2024-03-30T00:00:00Z"
9
