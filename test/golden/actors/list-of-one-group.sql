-- hogql
select (group_1.key, group_1.created_at, group_1.properties) as c0, group_1.number as c1 from groups as group_1 where group_1.index = 1 and group_1.is_identified = true and group_1.key in ('key 1') order by group_1.created_at desc, group_1.number desc, group_1.key limit 101

-- postgres
select group_json($1::int4, "group_1"."id") as "c0", "group_1"."id" as "c1" from "groups" as "group_1" where ("group_1"."project" = $1::int4 and "group_1"."group_type_index" = $2::int4 and "group_1"."is_identified" = $3::boolean and "group_1"."group_key" = any($4::text[])) order by "group_1"."created_at" desc, "group_1"."id" desc, "group_1"."id" limit 101

-- params
7
1
true
"{\"key 1\"}"
