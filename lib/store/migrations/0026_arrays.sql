-- Functions of arrays, which are JSON arrays (docs/hogql-values.md). An array has at most 100,000 elements: a statement that
-- makes one with more ends.
create function array_within(size float8) returns boolean language plpgsql stable parallel safe as $$
begin
  if not size <= 100000 then
    perform values_too_large();
  end if;
  return true;
end
$$
--> statement-breakpoint
create function array_concat(a jsonb, b jsonb) returns jsonb language plpgsql stable parallel safe as $$
begin
  if jsonb_array_length(a) + jsonb_array_length(b) > 100000 or pg_column_size(a) + pg_column_size(b) > 8000000 then
    return values_too_large();
  end if;
  return a || b;
end
$$
--> statement-breakpoint
-- What is looked for may be an array itself.
create function array_has(a jsonb, x jsonb) returns boolean language sql immutable parallel safe as $$
  select case
    when jsonb_typeof(x) in ('array', 'object') then exists (select from jsonb_array_elements(a) as t(e) where e = x)
    else coalesce(a @> coalesce(x, 'null'), false)
  end
$$
--> statement-breakpoint
create function array_has_all(a jsonb, b jsonb) returns boolean language sql immutable parallel safe as $$
  select not exists (select from jsonb_array_elements(b) as t(e) where not array_has(a, e))
$$
--> statement-breakpoint
create function array_has_any(a jsonb, b jsonb) returns boolean language sql immutable parallel safe as $$
  select exists (select from jsonb_array_elements(b) as t(e) where array_has(a, e))
$$
--> statement-breakpoint
-- The elements of `b` stand next to each other in `a`, in their order.
create function array_has_part(a jsonb, b jsonb) returns boolean language sql immutable parallel safe as $$
  select exists (
    select from generate_series(0, jsonb_array_length(a) - jsonb_array_length(b)) as s(start)
    where not exists (
      select from jsonb_array_elements(b) with ordinality as t(e, i) where a -> (s.start + t.i - 1)::int4 <> t.e
    )
  )
$$
--> statement-breakpoint
-- The elements from `start` to `stop`, both from 0, the second one left out.
create function array_between(a jsonb, start float8, stop float8) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(e order by i), '[]')
  from jsonb_array_elements(a) with ordinality as t(e, i)
  where i > start and i <= stop
$$
--> statement-breakpoint
-- `size` elements from `start`, which counts from 1, or from the end where it is negative; a negative size leaves out as many
-- at the end.
create function array_slice(a jsonb, start float8, size float8) returns jsonb language sql immutable parallel safe as $$
  select array_between(
    a,
    case when start < 0 then jsonb_array_length(a) + start else start - 1 end,
    case
      when size is null then jsonb_array_length(a)
      when size < 0 then jsonb_array_length(a) + size
      when start < 0 then jsonb_array_length(a) + start + size
      else start - 1 + size
    end
  )
$$
--> statement-breakpoint
create function array_filled(size float8, x jsonb) returns jsonb language sql stable parallel safe as $$
  select case when array_within(size) then
    (select coalesce(jsonb_agg(value_within(x, n)), '[]') from generate_series(1, size::int4) as t(n))
  end
$$
--> statement-breakpoint
-- The array with `size` elements: the last ones are left out, or `x` is put behind them; at the start where it is negative.
create function array_resize(a jsonb, size float8, x jsonb) returns jsonb language sql stable parallel safe as $$
  select case
    when abs(size) <= jsonb_array_length(a) then
      case when size >= 0 then array_between(a, 0, size) else array_between(a, jsonb_array_length(a) + size, jsonb_array_length(a)) end
    when size > 0 then array_concat(a, array_filled(size - jsonb_array_length(a), x))
    else array_concat(array_filled(-size - jsonb_array_length(a), x), a)
  end
$$
--> statement-breakpoint
create function array_rotate(a jsonb, places float8) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(e order by mod(mod(i::numeric - 1 - trunc(places::numeric), n) + n, n)), '[]')
  from jsonb_array_elements(a) with ordinality as t(e, i), jsonb_array_length(a) as s(n)
$$
--> statement-breakpoint
-- The elements moved to the left, or to the right where `places` is negative, and `x` where none is left.
create function array_shift(a jsonb, places float8, x jsonb) returns jsonb language sql stable parallel safe as $$
  select case
    when abs(places) >= jsonb_array_length(a) then array_filled(jsonb_array_length(a), x)
    when places >= 0 then array_between(a, places, jsonb_array_length(a)) || array_filled(places, x)
    else array_filled(-places, x) || array_between(a, 0, jsonb_array_length(a) + places)
  end
$$
--> statement-breakpoint
-- Each element of `a` that is in `b`, once.
create function array_intersect(a jsonb, b jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(e order by i), '[]') from (
    select e, min(i) as i from jsonb_array_elements(a) with ordinality as t(e, i) group by e
  ) as d where e in (select jsonb_array_elements(b))
$$
--> statement-breakpoint
-- The arrays in step, which are as long as each other, as tuples; null where they are not.
create function array_zip(variadic arrays jsonb[]) returns jsonb language sql immutable parallel safe as $$
  select case when (select count(distinct jsonb_array_length(a)) from unnest(arrays) as t(a)) = 1 then (
    select coalesce(jsonb_agg(row order by i), '[]') from (
      select i, jsonb_agg(e order by n) as row
      from unnest(arrays) with ordinality as t(a, n), jsonb_array_elements(a) with ordinality as u(e, i)
      group by i
    ) as zipped
  ) end
$$
--> statement-breakpoint
-- The elements of the arrays that are its elements.
create function array_flatten(a jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(e order by i, j), '[]')
  from jsonb_array_elements(a) with ordinality as t(inner_array, i), jsonb_array_elements(inner_array) with ordinality as u(e, j)
$$
--> statement-breakpoint
-- Of elements that follow each other and are equal, one.
create function array_compact(a jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(e order by i) filter (where e is distinct from before), '[]') from (
    select e, i, lag(e) over (order by i) as before from jsonb_array_elements(a) with ordinality as t(e, i)
  ) as d
$$
--> statement-breakpoint
-- How many times each element has been there, itself included.
create function array_enumerate_uniq(a jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(n order by i), '[]') from (
    select i, row_number() over (partition by e order by i) as n from jsonb_array_elements(a) with ordinality as t(e, i)
  ) as d
$$
--> statement-breakpoint
-- The number of each element, equal ones having one, in the order in which they come first.
create function array_enumerate_dense(a jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(n order by i), '[]') from (
    select i, dense_rank() over (order by start) as n from (
      select i, min(i) over (partition by e) as start from jsonb_array_elements(a) with ordinality as t(e, i)
    ) as starts
  ) as d
$$
--> statement-breakpoint
-- The numbers from `start` up, or down, to `stop`, which is left out. Null without a step.
create function array_range(start float8, stop float8, step float8) returns jsonb language sql stable parallel safe as $$
  select case
    when trunc(step) = 0 then null
    when (trunc(stop) - trunc(start)) * sign(step) <= 0 then '[]'
    when array_within((trunc(stop) - trunc(start)) / trunc(step)) then (
      select jsonb_agg(trunc(start) + n * trunc(step) order by n)
      from generate_series(0, ceil((trunc(stop) - trunc(start)) / trunc(step))::int4 - 1) as t(n)
    )
  end
$$
--> statement-breakpoint
create function array_sums(a jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(number_unscaled(total) order by i), '[]') from (
    select i, sum((e #>> '{}')::float8 * power(2::float8, -560)) over (order by i) as total
    from jsonb_array_elements(a) with ordinality as t(e, i)
  ) as d
$$
--> statement-breakpoint
-- As `array_sums`, but what is less than 0 counts as 0 and the sum goes on from there.
create function array_sums_not_negative(a jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(number_unscaled(total - least(lowest, 0)) order by i), '[]') from (
    select i, total, min(total) over (order by i) as lowest from (
      select i, sum((e #>> '{}')::float8 * power(2::float8, -560)) over (order by i) as total
      from jsonb_array_elements(a) with ordinality as t(e, i)
    ) as totals
  ) as d
$$
--> statement-breakpoint
-- What each number has more than the one before; 0 for the first.
create function array_differences(a jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(coalesce(number_add(x, -before), 0) order by i), '[]') from (
    select i, x, lag(x) over (order by i) as before from (
      select i, (e #>> '{}')::float8 as x from jsonb_array_elements(a) with ordinality as t(e, i)
    ) as numbers
  ) as d
$$
--> statement-breakpoint
-- How probable it is that the score of what is true is higher than that of what is not.
create function array_auc(scores jsonb, labels jsonb) returns float8 language sql immutable parallel safe as $$
  select case when count(*) filter (where label) * count(*) filter (where not label) > 0 then
    (sum(place) filter (where label) - count(*) filter (where label) * (count(*) filter (where label) + 1) / 2.0)
      / (count(*) filter (where label) * count(*) filter (where not label))
  else 0 end::float8
  from (
    select label, (rank() over (order by score) + rank() over (order by score) + count(*) over (partition by score) - 1) / 2.0 as place from (
      select (score #>> '{}')::float8 as score, (label #>> '{}')::float8 > 0 as label
      from rows from (jsonb_array_elements(scores), jsonb_array_elements(labels)) as t(score, label)
    ) as labelled
  ) as placed
$$
--> statement-breakpoint
create function array_product(a jsonb) returns float8 language plpgsql immutable parallel safe as $$
declare
  product float8 := case when jsonb_array_length(a) = 0 then 0 else 1 end;
  e jsonb;
begin
  for e in select jsonb_array_elements(a) loop
    product := number_multiply(product, (e #>> '{}')::float8);
  end loop;
  return product;
end
$$
--> statement-breakpoint
create function array_dot_product(a jsonb, b jsonb) returns float8 language sql immutable parallel safe as $$
  select number_unscaled(coalesce(sum(number_multiply((x #>> '{}')::float8, (y #>> '{}')::float8) * power(2::float8, -560)), 0))
  from rows from (jsonb_array_elements(a), jsonb_array_elements(b)) as t(x, y)
$$
--> statement-breakpoint
-- Maps are arrays of pairs. The value of a key; null where there is none.
create function map_element(m jsonb, key jsonb) returns jsonb language sql immutable parallel safe as $$
  select e -> 1 from jsonb_array_elements(m) with ordinality as t(e, i) where e -> 0 = coalesce(key, 'null') order by i limit 1
$$
--> statement-breakpoint
-- The keys of a map, or its values.
create function map_side(m jsonb, side int4) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(e -> (side - 1) order by i), '[]') from jsonb_array_elements(m) with ordinality as t(e, i)
$$
--> statement-breakpoint
-- The sum of the values of each key, in the order of keys.
create function map_total(pairs jsonb) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(jsonb_build_array(key, total) order by json_order(key) collate "C"), '[]') from (
    select e -> 0 as key, number_unscaled(sum((e ->> 1)::float8 * power(2::float8, -560))) as total
    from jsonb_array_elements(pairs) as t(e)
    group by e -> 0
  ) as totals
$$
--> statement-breakpoint
create function map_add(a jsonb, b jsonb) returns jsonb language sql stable parallel safe as $$
  select map_total(array_concat(a, b))
$$
--> statement-breakpoint
create function map_subtract(a jsonb, b jsonb) returns jsonb language sql stable parallel safe as $$
  select map_total(array_concat(a, (
    select coalesce(jsonb_agg(jsonb_build_array(e -> 0, -(e ->> 1)::float8)), '[]') from jsonb_array_elements(b) as t(e)
  )))
$$
--> statement-breakpoint
create function map_update(a jsonb, b jsonb) returns jsonb language sql stable parallel safe as $$
  select array_concat(
    (
      select coalesce(jsonb_agg(jsonb_build_array(e -> 0, coalesce(map_element(b, e -> 0), e -> 1)) order by i), '[]')
      from jsonb_array_elements(a) with ordinality as t(e, i)
    ),
    (
      select coalesce(jsonb_agg(e order by i), '[]')
      from jsonb_array_elements(b) with ordinality as t(e, i) where map_element(a, e -> 0) is null
    )
  )
$$
