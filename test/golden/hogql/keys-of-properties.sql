-- hogql
select arrayJoin(JSONExtractKeys(properties)) as key, count() as times, sum(arrayCount(k -> startsWith(k, '$'), JSONExtractKeys(properties))) as own, any(arrayFilter(x -> x != '', splitByChar(',', toString(properties.plan)))) as plans from events group by key order by key

-- postgres
select "elements_1"."value_1" as "c0", count(*)::float8 as "c1", coalesce(number_unscaled(sum((select count(*)::float8 from (select "key" as "value_1" from json_key_rows("events"."properties") as "keys"("key")) as "each_1 " where starts_with("each_1 "."value_1", $1::text)) * power(2::float8, -560))), 0) as "c2", first_of((select coalesce(jsonb_agg("each_1 "."value_1"), '[]') from rows from (jsonb_array_elements_text(text_split($2::text, ("events"."properties" ->> $3::text), $4::float8))) with ordinality as "each_1 "("value_1", "index") where (not coalesce("each_1 "."value_1" = $5::text, $6::boolean))) order by "elements_1"."index") as "c3" from "events" join lateral (select "key" as "value_1", row_number() over () as "index" from json_key_rows("events"."properties") as "keys"("key")) as "elements_1" on $7::boolean where "events"."project" = $8::int4 group by "elements_1"."value_1" order by "elements_1"."value_1" collate "C" nulls last limit 101

-- params
"$"
","
"plan"
0
""
false
true
7
