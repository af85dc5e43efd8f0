-- hogql
select counted.bucket as bucket, counted.value as value from (select dateDiff('day', toDateTime('2024-03-29 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, coalesce(uniq($session_id) + uniq(if($group_0 = $group_0, $group_0, NULL)) + count() + countIf(false) + length(groupUniqArray($group_1)), 0) as value from events where event = 'paid' and timestamp >= toDateTime('2024-03-29 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') group by bucket) as counted

-- postgres
select "counted"."bucket" as "bucket", "counted"."value" as "value" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select coalesce(number_add(number_add(number_add(number_add(count(distinct coalesce("events"."session", $3::int4))::float8, count(distinct (case when coalesce(coalesce("events"."group_0", $3::int4) = coalesce("events"."group_0", $3::int4), $4::boolean) then coalesce("events"."group_0", $3::int4) else $5::int4 end))::float8), count(*)::float8), coalesce(sum(case when $4::boolean then $6::int4 else $7::int4 end), $7::int4)::float8), cardinality(coalesce(uniq(array_agg(coalesce("events"."group_1", $3::int4) order by coalesce("events"."group_1", $3::int4)) filter (where coalesce("events"."group_1", $3::int4) is not null)), '{}'))::float8), $8::float8) as "value" from "events" where ("events"."project" = $9::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $9::int4 and "dictionary"."key" = $10::text and "dictionary"."value" = $11::text)), $3::int4) and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to")) as "each") as "counted"

-- params
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
-1
false
null
1
0
0
7
"$event"
"paid"
