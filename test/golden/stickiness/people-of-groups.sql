-- hogql
select (group_1.key, group_1.created_at, group_1.properties) as c0 from groups as group_1 join (select active.actor as actor from (select slot.actor as actor, count() as slots from (select dateDiff('day', toDateTime('2024-03-28 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, $group_1 as actor, count() as events from events where timestamp >= toDateTime('2024-03-28 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-02 22:00:00', 'UTC') and event = 'paid' and $group_1 != '' group by bucket, $group_1) as slot where slot.events >= 2 group by slot.actor) as active where active.slots = 1) as source on source.actor = group_1.key where true order by group_1.key, group_1.key limit 101

-- postgres
select group_json($1::int4, "group_1"."id") as "c0" from "groups" as "group_1" join (select "active"."actor" as "actor" from (select "slot"."actor" as "actor", count(*) as "slots" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($2::timestamptz[], $3::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select "events"."group_1" as "actor", count(*) as "events" from "events" where ("events"."project" = $1::int4 and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to" and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4) and (not ("events"."group_1" is null))) group by "events"."group_1") as "each") as "slot" where "slot"."events" >= $7::int4 group by "slot"."actor") as "active" where "active"."slots" = $8::int4) as "source" on "source"."actor" = "group_1"."id" where "group_1"."project" = $1::int4 order by "group_1"."id", "group_1"."id" limit 101

-- params
7
"{\"2024-03-28T23:00:00.000Z\",\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\",\"2024-04-02T22:00:00.000Z\"}"
"$event"
"paid"
-1
2
1
