-- hogql
select (group_2.key, group_2.created_at, group_2.properties) as c0, group_2.number as c1 from groups as group_2 where group_2.index = 2 and group_2.is_identified = true and toFloat(group_2.properties.size) >= 3 and (toString(group_2.properties) ilike '%a%' and arrayExists(x1_1 -> if(x1_1[2] is null, NULL, x1_1[2] ilike '%a%'), JSONExtractKeysAndValuesRaw(group_2.properties)) or group_2.key ilike '%a%') and group_2.created_at <= toDateTime('2024-03-30 00:00:00', 'UTC') and (group_2.created_at < toDateTime('2024-03-30 00:00:00', 'UTC') or group_2.number < 9) order by group_2.created_at desc, group_2.number desc, group_2.key limit 3 offset 1

-- postgres
select group_json($1::int4, "group_2"."id") as "c0", "group_2"."id" as "c1" from "groups" as "group_2" where ("group_2"."project" = $1::int4 and "group_2"."group_type_index" = $2::int4 and "group_2"."is_identified" = $3::boolean and property_number("group_2"."properties" -> $4::text) >= $5::float8 and (("group_2"."properties"::text ilike $6::text and exists (select from (select jsonb_build_array("key", json_raw("value"::text)) as "value_1" from json_pair_rows("group_2"."properties") as "pairs"("key", "value")) as "each_1 " where ((json_element("each_1 "."value_1", $7::float8) #>> '{}') ilike $6::text))) or "group_2"."group_key" ilike $6::text) and "group_2"."created_at" <= $8::timestamptz and ("group_2"."created_at" < $8::timestamptz or "group_2"."id" < $9::int4)) order by "group_2"."created_at" desc, "group_2"."id" desc, "group_2"."id" limit 3 offset 1

-- params
7
2
true
"size"
3
"%a%"
2
"2024-03-30T00:00:00Z"
9
