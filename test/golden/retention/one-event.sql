-- hogql
with starts as (select started.bucket as bucket, started.ids as ids from (select per_actor.bucket as bucket, groupUniqArray(per_actor.actor) as ids from (select dateDiff('day', toDateTime('2024-03-27 23:00:00', 'UTC'), toStartOfDay(timestamp)) as bucket, person_id as actor from events where timestamp >= toDateTime('2024-03-27 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-01 22:00:00', 'UTC') and event = 'seen' group by bucket, person_id) as per_actor group by per_actor.bucket) as started), cells as (select both.bucket as bucket, both.reached as reached, both.value as value from (select starts.bucket as bucket, 0 as reached, length(starts.ids) as value from starts union all select starts.bucket as bucket, returns.bucket - starts.bucket as reached, length(arrayIntersect(starts.ids, returns.ids)) as value from starts join starts as returns on returns.bucket > starts.bucket and returns.bucket < starts.bucket + 3) as both) select cells.bucket as bucket, cells.reached as reached, cells.value as value from cells

-- postgres
with "starts" as materialized (select "started"."bucket" as "bucket", "started"."ids" as "ids" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select coalesce(uniq(array_agg("per_actor"."actor" order by "per_actor"."actor") filter (where "per_actor"."actor" is not null)), '{}') as "ids" from (select "events"."person" as "actor" from "events" where ("events"."project" = $3::int4 and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to" and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4)) group by "events"."person") as "per_actor") as "each") as "started"), "cells" as materialized (select "both"."bucket" as "bucket", "both"."reached" as "reached", "both"."value" as "value" from (select "starts"."bucket" as "bucket", $7::int4 as "reached", cardinality("starts"."ids") as "value" from "starts" union all select "starts"."bucket" as "bucket", ("returns"."bucket" - "starts"."bucket") as "reached", cardinality(("starts"."ids" & "returns"."ids")) as "value" from "starts" join "starts" as "returns" on ("returns"."bucket" > "starts"."bucket" and "returns"."bucket" < ("starts"."bucket" + $8::int4))) as "both") select "cells"."bucket" as "bucket", "cells"."reached" as "reached", "cells"."value" as "value" from "cells"

-- params
"{\"2024-03-27T23:00:00.000Z\",\"2024-03-28T23:00:00.000Z\",\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-28T23:00:00.000Z\",\"2024-03-29T23:00:00.000Z\",\"2024-03-30T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-01T22:00:00.000Z\"}"
7
"$event"
"seen"
-1
0
3
