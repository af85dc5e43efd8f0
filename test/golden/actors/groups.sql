-- hogql
select (group_1.key, group_1.created_at, group_1.properties) as c0 from groups as group_1 join (select $group_1 as actor, count() as event_count from events where event = 'paid' and timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') and $group_1 != '' group by $group_1) as source on source.actor = group_1.key where true order by group_1.key, group_1.key limit 101

-- postgres
select group_json($1::int4, "group_1"."id") as "c0" from "groups" as "group_1" join (select "events"."group_1" as "actor", count(*)::float8 as "event_count" from "events" where ("events"."project" = $1::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $2::text and "dictionary"."value" = $3::text)), $4::int4) and "events"."ts" >= $5::timestamptz and "events"."ts" < $6::timestamptz and (not ("events"."group_1" is null))) group by "events"."group_1") as "source" on "source"."actor" = "group_1"."id" where "group_1"."project" = $1::int4 order by "group_1"."id", "group_1"."id" limit 101

-- params
7
"$event"
"paid"
-1
"2024-03-29T23:00:00.000Z"
"2024-04-01T22:00:00.000Z"
