-- Arrays and tuples of queries are JSON arrays (docs/hogql-values.md). The element at `i` from 1, or from the end where it is
-- negative; null outside.
create function json_element(a jsonb, i float8) returns jsonb language sql immutable parallel safe as $$
  select a -> case when i >= 1 and i < 2147483647 then (i - 1)::int4 when i <= -1 and i > -2147483647 then i::int4 end
$$
--> statement-breakpoint
-- A number as a text of 17 characters that is ordered as numbers are, -0 and 0 being one.
create function number_order(x float8) returns text language sql immutable parallel safe as $$
  select case
    when x >= 0 then '1' || encode(float8send(x + 0), 'hex')
    else '0' || translate(encode(float8send(x), 'hex'), '0123456789abcdef', 'fedcba9876543210')
  end
$$
--> statement-breakpoint
-- A text whose order by bytes is that of the value: false and true, numbers, texts by bytes, arrays by their elements, null.
-- Each part ends where no other part goes on: an array in 0, a text in two characters of which none comes first in a text.
create function json_order(v jsonb) returns text language plpgsql immutable parallel safe as $$
begin
  case jsonb_typeof(v)
    when 'number' then
      return '2' || number_order(case when scale(v::numeric) < 150 or abs(v::numeric) >= 1e-150 then v::float8 else 0 end);
    when 'string' then
      return '3' || replace(v #>> '{}', E'\x01', E'\x01\x02') || E'\x01\x01';
    when 'array' then
      return '4' || coalesce((select string_agg(json_order(e), '' order by i) from jsonb_array_elements(v) with ordinality as t(e, i)), '') || '0';
    when 'boolean' then
      return case when v::boolean then '12' else '11' end;
    when 'object' then
      return '5' || replace(v::text, E'\x01', E'\x01\x02') || E'\x01\x01';
    else
      return '9';
  end case;
end
$$
--> statement-breakpoint
-- Ends the statement; the text is for whoever asked.
create function values_too_large() returns jsonb language plpgsql stable as $$
begin
  raise exception 'The arrays or texts of the query are too large.' using errcode = 'EH002';
end
$$
--> statement-breakpoint
-- An element of an array that grows: the last of `count` elements may have its part of 4 MB.
create function value_within(v jsonb, count int8) returns jsonb language plpgsql stable parallel safe as $$
begin
  if pg_column_size(v) * count > 4000000 then
    return values_too_large();
  end if;
  return v;
end
$$
