-- The first and the last of the values that are not null, in the order of the rows.
do $$
begin
  if to_regprocedure('pg_catalog.any_value_transfn(anyelement, anyelement)') is not null then
    create aggregate first_of(anyelement) (sfunc = pg_catalog.any_value_transfn, stype = anyelement, parallel = safe);
  else
    create function earlier_of(kept anyelement, other anyelement) returns anyelement language plpgsql immutable parallel safe strict as
      'begin return kept; end';
    create aggregate first_of(anyelement) (sfunc = earlier_of, stype = anyelement, parallel = safe);
  end if;
end
$$
--> statement-breakpoint
create function later_of(kept anyelement, other anyelement) returns anyelement language plpgsql immutable parallel safe strict as $$
begin
  return other;
end
$$
--> statement-breakpoint
create aggregate last_of(anyelement) (sfunc = later_of, stype = anyelement, parallel = safe)
--> statement-breakpoint
-- What the rows of a group were collected in: an array of so many elements is an error that the client can read.
create function json_list(list jsonb) returns jsonb language plpgsql immutable parallel safe as $$
begin
  if jsonb_array_length(list) > 100000 then
    raise exception 'An array would have more than 100,000 elements.' using errcode = 'EH002';
  end if;
  return coalesce(list, '[]');
end
$$
--> statement-breakpoint
create function text_list(t text) returns text language plpgsql immutable parallel safe as $$
begin
  if octet_length(t) > 1000000 then
    raise exception 'A text would be longer than a million bytes.' using errcode = 'EH002';
  end if;
  return coalesce(t, '');
end
$$
--> statement-breakpoint
-- Squares of numbers that are summed stay within range.
create function number_measured(x float8) returns float8 language sql immutable parallel safe as $$
  select case when abs(x) >= 1e140 then 'NaN' else x end
$$
--> statement-breakpoint
create function number_bits(x float8) returns int8 language sql immutable parallel safe as $$
  select case when abs(x) < 9223372036854775808 then trunc(x)::int8 end
$$
--> statement-breakpoint
-- The number behind so large a part of them.
create function number_at(sorted float8[], level float8) returns float8 language sql immutable parallel safe as $$
  select sorted[least(floor(level * cardinality(sorted))::int4 + 1, cardinality(sorted))]
$$
--> statement-breakpoint
create function json_first(list jsonb, size float8) returns jsonb language sql immutable parallel safe as $$
  select case
    when size < 1 then '[]'
    when jsonb_array_length(list) <= size then list
    else jsonb_path_query_array(list, '$[0 to $last]', jsonb_build_object('last', trunc(least(size, 1e9))::int4 - 1))
  end
$$
--> statement-breakpoint
-- What stands in front of the least of the second parts of pairs, or of the greatest.
create function json_at_end(pairs jsonb, last boolean) returns jsonb language plpgsql immutable parallel safe as $$
begin
  return (select coalesce(jsonb_agg(pair -> 0 order by n), '[]')
    from (select pair, n, rank() over (order by json_order(pair -> 1) collate "C") as low,
                 rank() over (order by json_order(pair -> 1) collate "C" desc) as high
            from jsonb_array_elements(pairs) with ordinality as e(pair, n)) ranked
   where case when last then high else low end = 1);
end
$$
--> statement-breakpoint
create function aggregate_numbers(fn text, x float8[], level float8) returns float8 language plpgsql immutable parallel safe as $$
declare
  size int4 := cardinality(x);
  mean float8;
begin
  if fn in ('skewPop', 'skewSamp', 'kurtPop', 'kurtSamp') then
    mean := (select avg(number_measured(v)) from unnest(x) v);
  end if;
  return case fn
    when 'sum' then (select coalesce(number_unscaled(sum(v * power(2::float8, -560))), 0) from unnest(x) v)
    when 'sumOrNull' then (select number_unscaled(sum(v * power(2::float8, -560))) from unnest(x) v)
    when 'avg' then (select number_unscaled(avg(v * power(2::float8, -560))) from unnest(x) v)
    when 'quantile' then (select percentile_cont(level) within group (order by v) from unnest(x) v)
    when 'quantileExact' then number_at((select array_agg(v order by v) from unnest(x) v), level)
    when 'quantileExactLow' then (select percentile_disc(level) within group (order by v) from unnest(x) v)
    when 'stddevPop' then (select stddev_pop(number_measured(v)) from unnest(x) v)
    when 'stddevSamp' then (select stddev_samp(number_measured(v)) from unnest(x) v)
    when 'varPop' then (select var_pop(number_measured(v)) from unnest(x) v)
    when 'varSamp' then (select var_samp(number_measured(v)) from unnest(x) v)
    when 'groupBitAnd' then (select bit_and(number_bits(v))::float8 from unnest(x) v)
    when 'groupBitOr' then (select bit_or(number_bits(v))::float8 from unnest(x) v)
    when 'groupBitXor' then (select bit_xor(number_bits(v))::float8 from unnest(x) v)
    when 'skewPop' then (select number_divide(avg(power(number_measured(v) / 1e40 - mean / 1e40, 3)), power(var_pop(number_measured(v) / 1e40), 1.5)) from unnest(x) v)
    when 'skewSamp' then (select number_divide(avg(power(number_measured(v) / 1e40 - mean / 1e40, 3)), power(var_samp(number_measured(v) / 1e40), 1.5)) from unnest(x) v)
    when 'kurtPop' then (select number_divide(avg(power(v - mean, 4)), power(var_pop(v), 2)) from unnest(x) v)
    when 'kurtSamp' then (select number_divide(avg(power(v - mean, 4)), power(var_samp(v), 2)) from unnest(x) v)
    when 'deltaSum' then (select coalesce(sum(greatest(x[i] - x[i - 1], 0)), 0) from generate_series(2, size) i)
    when 'entropy' then (select -sum(share * ln(share) / ln(2::float8)) from (select count(*)::float8 / size as share from unnest(x) v group by v) shares)
  end;
exception when numeric_value_out_of_range or invalid_argument_for_power_function then
  return 'NaN';
end
$$
--> statement-breakpoint
-- An aggregate of the elements of an array, of which null does not count. `params`: the numbers in brackets of their own.
create function aggregate_json(fn text, items jsonb, params jsonb) returns jsonb language plpgsql immutable parallel safe as $$
declare
  list jsonb := items;
begin
  if items @> '[null]' then
    list := (select coalesce(jsonb_agg(v order by n), '[]') from jsonb_array_elements(items) with ordinality as e(v, n) where v <> 'null');
  end if;
  case fn
    when 'count' then
      return to_jsonb(jsonb_array_length(list));
    when 'uniq' then
      return (select to_jsonb(least(count(distinct v), (params -> 0)::int8 + 1)) from jsonb_array_elements(list) v);
    when 'any' then
      return list -> 0;
    when 'anyLast' then
      return list -> -1;
    when 'min' then
      return (select v from jsonb_array_elements(list) v order by json_order(v) collate "C" limit 1);
    when 'max' then
      return (select v from jsonb_array_elements(list) v order by json_order(v) collate "C" desc limit 1);
    when 'argMin' then
      return (select v -> 0 from jsonb_array_elements(list) with ordinality as e(v, n) order by json_order(v -> 1) collate "C", n limit 1);
    when 'argMax' then
      return (select v -> 0 from jsonb_array_elements(list) with ordinality as e(v, n) order by json_order(v -> 1) collate "C" desc, n limit 1);
    when 'groupArray' then
      return json_list(list);
    when 'groupUniqArray' then
      return (select coalesce(jsonb_agg(v order by n), '[]')
                from (select v, min(n) as n from jsonb_array_elements(list) with ordinality as e(v, n) group by v) different);
    when 'groupArraySorted' then
      return (select coalesce(jsonb_agg(v order by json_order(v) collate "C"), '[]') from jsonb_array_elements(list) v);
    when 'topK', 'anyHeavy' then
      list := (select coalesce(jsonb_agg(v order by times desc, n), '[]')
                 from (select v, count(*) as times, min(n) as n from jsonb_array_elements(list) with ordinality as e(v, n)
                        group by v order by times desc, n limit coalesce((params -> 0)::int4, 1)) most);
      return case when fn = 'topK' then list else list -> 0 end;
    when 'topKWeighted' then
      return (select coalesce(jsonb_agg(v order by weight desc, n), '[]')
                from (select v -> 0 as v, sum((v -> 1)::float8) as weight, min(n) as n from jsonb_array_elements(list) with ordinality as e(v, n)
                       group by v -> 0 order by weight desc, n limit coalesce((params -> 0)::int4, 1)) most);
    when 'every' then
      return (select to_jsonb(bool_and(v in ('true', '1'))) from jsonb_array_elements(list) v);
    when 'some' then
      return (select to_jsonb(bool_or(v in ('true', '1'))) from jsonb_array_elements(list) v);
    when 'retention' then
      return (select coalesce(jsonb_agg(case when did and started then 1 else 0 end order by n), '[]')
                from (select n, bool_or(v in ('true', '1')) as did, first_value(bool_or(v in ('true', '1'))) over (order by n) as started
                        from jsonb_array_elements(list) row, jsonb_array_elements(row) with ordinality as e(v, n) group by n) steps);
    when 'groupArrayMovingSum', 'groupArrayMovingAvg' then
      return (select coalesce(jsonb_agg(total / case when fn = 'groupArrayMovingAvg' then coalesce((params -> 0)::float8, size) else 1 end order by n), '[]')
                from (select n, count(*) over () as size,
                             sum((v #>> '{}')::float8) over (order by n) - coalesce(sum((v #>> '{}')::float8) over
                               (order by n rows between unbounded preceding and coalesce((params -> 0)::int4, 1000000) preceding), 0) as total
                        from jsonb_array_elements(list) with ordinality as e(v, n)) moving);
    else
      return to_jsonb(aggregate_numbers(fn, (select coalesce(array_agg((v #>> '{}')::float8 order by n), '{}') from jsonb_array_elements(list) with ordinality as e(v, n)),
        (params -> 0)::float8));
  end case;
end
$$
--> statement-breakpoint
create function aggregate_each(fn text, lists jsonb, params jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(coalesce(aggregate_json(fn, items, params), 'null') order by place), '[]')
    from (select place, jsonb_agg(v order by n) as items
            from jsonb_array_elements(lists) with ordinality as rows(list, n), jsonb_array_elements(list) with ordinality as e(v, place)
           group by place) places
$$
--> statement-breakpoint
create function aggregate_values(fn text, maps jsonb, params jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(jsonb_build_array(key, coalesce(aggregate_json(fn, items, params), 'null')) order by key), '[]')
    from (select pair -> 0 as key, jsonb_agg(pair -> 1 order by n) as items
            from jsonb_array_elements(maps) with ordinality as rows(map, n), jsonb_array_elements(map) as pair group by pair -> 0) keys
$$
--> statement-breakpoint
-- Rows are pairs of an array of keys and one of their values; keys whose sum is nothing are left out.
create function aggregate_pairs(fn text, rows jsonb, params jsonb) returns jsonb language plpgsql immutable parallel safe as $$
begin
  return (select jsonb_build_array(coalesce(jsonb_agg(key order by json_order(key) collate "C"), '[]'), coalesce(jsonb_agg(result order by json_order(key) collate "C"), '[]'))
    from (select key, coalesce(aggregate_json(fn, jsonb_agg(value order by n), params), 'null') as result
            from jsonb_array_elements(rows) with ordinality as r(pair, n),
                 rows from (jsonb_array_elements(pair -> 0), jsonb_array_elements(pair -> 1)) as e(key, value)
           where key is not null and value is not null group by key) keys
   where fn not in ('sum', 'sumOrNull') or result <> '0');
end
$$
--> statement-breakpoint
-- Rows are pairs of a time in seconds and a mask of the steps that it is: how many steps were done in their order within
-- so many seconds from the first.
create function window_funnel(rows jsonb, seconds float8) returns float8 language plpgsql immutable parallel safe as $$
declare
  row record;
  starts float8[];
  done int4 := 0;
begin
  for row in
    select (v ->> 0)::float8 as at, (v ->> 1)::float8::int8 as mask
      from jsonb_array_elements(rows) with ordinality as e(v, n) where v ->> 1 <> '0' order by 1, n
  loop
    -- later steps first: one event is not two steps of a way
    for step in reverse 32..1 loop
      continue when row.mask & (1::int8 << (step - 1)) = 0;
      if step = 1 then
        starts[1] := row.at;
        done := greatest(done, 1);
      elsif starts[step - 1] is not null and row.at <= starts[step - 1] + seconds then
        starts[step] := starts[step - 1];
        done := greatest(done, step);
      end if;
    end loop;
  end loop;
  return done;
end
$$
