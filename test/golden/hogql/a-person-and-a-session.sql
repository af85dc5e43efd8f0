-- hogql
select person.properties.email as email, max(session.$session_duration) as longest from events where person.properties.email like '%us.test' group by email order by email

-- postgres
select json_compacted(("persons"."properties" ->> $1::text)) as "c0", max("session"."duration") as "c1" from "events" left join "persons" on ("persons"."project" = $2::int4 and "persons"."id" = "events"."person") left join lateral (select "session".* from "session_rows" as "session" where ("session"."project" = $2::int4 and "session"."session" = "events"."session") limit 1) as "session" on $3::boolean where ("events"."project" = $2::int4 and ("persons"."properties" ->> $1::text) like $4::text) group by ("persons"."properties" ->> $1::text) order by ("persons"."properties" ->> $1::text) collate "C" nulls last limit 101

-- params
"email"
7
true
"%us.test"
