-- hogql
select active.slots as slots, count() as value from (select slot.actor as actor, count() as slots from (select arrayCount(start -> start <= timestamp, [toDateTime('2024-03-28 23:00:00', 'UTC'), toDateTime('2024-03-29 23:00:00', 'UTC'), toDateTime('2024-03-31 22:00:00', 'UTC')]) - 1 as bucket, person_id as actor from events where timestamp >= toDateTime('2024-03-28 23:00:00', 'UTC') and timestamp < toDateTime('2024-04-02 22:00:00', 'UTC') and event = 'paid' group by bucket, person_id) as slot group by slot.actor) as active group by active.slots

-- postgres
select "active"."slots" as "slots", count(*)::float8 as "value" from (select "slot"."actor" as "actor", count(*) as "slots" from (select ("bucket"."n" - 1)::int4 as "bucket", "each".* from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as "bucket"("from", "to", "n"), lateral (select "events"."person" as "actor" from "events" where ("events"."project" = $3::int4 and "events"."ts" >= "bucket"."from" and "events"."ts" < "bucket"."to" and "events"."event" = coalesce((select "dictionary"."id" as "id" from "dictionary" where ("dictionary"."project" = $3::int4 and "dictionary"."key" = $4::text and "dictionary"."value" = $5::text)), $6::int4)) group by "events"."person") as "each") as "slot" group by "slot"."actor") as "active" group by "active"."slots"

-- params
"{\"2024-03-28T23:00:00.000Z\",\"2024-03-29T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\"}"
"{\"2024-03-29T23:00:00.000Z\",\"2024-03-31T22:00:00.000Z\",\"2024-04-02T22:00:00.000Z\"}"
7
"$event"
"paid"
-1
