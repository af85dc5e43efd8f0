-- hogql
select (group_1.key, group_1.created_at, group_1.properties) as c0 from groups as group_1 join (select each_actor.actor as actor from (select active.actor as actor, min(active.bucket) as first, groupUniqArray(active.bucket) as buckets from (select dateDiff('day', toDateTime('2024-03-27 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, $group_1 as actor from events where timestamp >= toDateTime('2024-03-27 23:00:00', 'UTC') and timestamp < toDateTime('2024-03-30 23:00:00', 'UTC') and event = 'paid' and (properties.$process_person_profile is null or properties.$process_person_profile != 'false') and $group_1 != '' group by bucket, $group_1) as active group by active.actor) as each_actor left join groups as group_1 on group_1.key = each_actor.actor and group_1.index = 1 where not has(each_actor.buckets, 2) and has(each_actor.buckets, 1)) as source on source.actor = group_1.key where true order by group_1.key, group_1.key limit 101

-- postgres
select group_json($1::int4, "group_1"."id") as "c0" from "groups" as "group_1" join (select "each_actor"."actor" as "actor" from (select "active"."actor" as "actor", min("active"."bucket") as "first", coalesce(array_agg(distinct "active"."bucket"::float8) filter (where "active"."bucket" is not null), '{}') as "buckets" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($2::timestamptz[], $3::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select "events"."group_1" as "actor" from "events" where ("events"."project" = $1::int4 and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to" and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4) and (("events"."properties" ->> $7::text) is null or (not (("events"."properties" ->> $7::text) = $8::text))) and (not ("events"."group_1" is null))) group by "events"."group_1") as "each") as "active" group by "active"."actor") as "each_actor" left join "groups" as "group_1" on ("group_1"."project" = $1::int4 and "group_1"."id" = "each_actor"."actor") where ((not ($9::int4 = any("each_actor"."buckets"))) and ($10::int4 = any("each_actor"."buckets")))) as "source" on "source"."actor" = "group_1"."id" where "group_1"."project" = $1::int4 order by "group_1"."id", "group_1"."id" limit 101

-- params
7
"{\"2024-03-27T23:00:00.000Z\",\"2024-03-28T23:00:00.000Z\",\"2024-03-29T23:00:00.000Z\"}"
"{\"2024-03-28T23:00:00.000Z\",\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\"}"
"$event"
"paid"
-1
"$process_person_profile"
"false"
2
1
