-- hogql
select counted.bucket as bucket, counted.value as value from (with spans as (select steps.bucket as first, least(steps.bucket + 7, coalesce(lead(steps.bucket) over (partition by steps.actor order by steps.bucket), steps.bucket + 7)) as after from (select dateDiff('day', toDateTime('2024-03-23 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, person_id as actor from events where event = 'paid' and timestamp >= toDateTime('2024-03-23 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') group by bucket, person_id) as steps) select sums.at - 6 as bucket, sums.active as value from (select changes.at as at, sum(sum(changes.by)) over (order by changes.at) as active from (select spans.first as at, 1 as by from spans union all select spans.after as at, -1 as by from spans union all select every.number as at, 0 as by from numbers(9) as every) as changes group by changes.at) as sums where sums.at >= 6 and sums.at < 9) as counted

-- postgres
select "counted"."bucket" as "bucket", "counted"."value" as "value" from (with "spans" as materialized (select "steps"."bucket" as "first", least(("steps"."bucket" + $1::int4), coalesce(lead("steps"."bucket") over (partition by "steps"."actor" order by "steps"."bucket"), ("steps"."bucket" + $1::int4))) as "after" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($2::timestamptz[], $3::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select "events"."person" as "actor" from "events" where ("events"."project" = $1::int4 and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4) and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to") group by "events"."person") as "each") as "steps") select ("sums"."at" - $7::int4) as "bucket", "sums"."active"::float8 as "value" from (select "changes"."at" as "at", sum(sum("changes"."by")) over (order by "changes"."at") as "active" from (select "spans"."first" as "at", $8::int4 as "by" from "spans" union all select "spans"."after" as "at", $6::int4 as "by" from "spans" union all select "every"."index" as "at", $9::int4 as "by" from generate_series(0, $10::int4) as "every"("index")) as "changes" group by "changes"."at") as "sums" where ("sums"."at" >= $7::int4 and "sums"."at" < $11::int4)) as "counted"

-- params
7
"{\"2024-03-23T23:00:00.000Z\",\"2024-03-24T23:00:00.000Z\",\"2024-03-25T23:00:00.000Z\",\"2024-03-26T23:00:00.000Z\",\"2024-03-27T23:00:00.000Z\",\"2024-03-28T23:00:00.000Z\",\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-24T23:00:00.000Z\",\"2024-03-25T23:00:00.000Z\",\"2024-03-26T23:00:00.000Z\",\"2024-03-27T23:00:00.000Z\",\"2024-03-28T23:00:00.000Z\",\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
"$event"
"paid"
-1
6
1
0
8
9
