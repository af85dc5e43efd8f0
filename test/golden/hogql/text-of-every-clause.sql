-- hogql
with recent as (select person_id, event, timestamp from events where timestamp > '2024-03-20') select r.event as name, count() as times, uniq(r.person_id) as people from recent as r left join persons as p on p.id = r.person_id where p.properties.country in ('de', 'fr') group by name having times > 1 order by times desc, name limit 5 offset 1

-- postgres
with "recent" as (select "events"."person" as "person_id", coalesce((select "dictionary"."value" as "value" from "dictionary" where ("dictionary"."project" = $1::int4 and "dictionary"."id" = "events"."event")), $2::text) as "event", "events"."ts" as "timestamp" from "events" where ("events"."project" = $1::int4 and "events"."ts" > $3::timestamptz)) select "r"."event" as "c0", count(*)::float8 as "c1", count(distinct "r"."person_id")::float8 as "c2" from "recent" as "r" left join "persons" as "p" on ("p"."project" = $1::int4 and "p"."id" = "r"."person_id") where ("p"."properties" ->> $4::text) = any($5::text[]) group by "r"."event" having count(*)::float8 > $6::float8 order by count(*)::float8 desc nulls last, "r"."event" collate "C" nulls last limit 5 offset 1

-- params
7
""
"2024-03-19T23:00:00.000Z"
"country"
"{\"de\",\"fr\"}"
1
