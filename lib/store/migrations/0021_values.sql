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
--> statement-breakpoint
create function value_pattern(type jsonb) returns text language sql immutable parallel safe as $$
  select case type ->> 'format'
    when 'date' then 'YYYY-MM-DD'
    when 'seconds' then 'YYYY-MM-DD HH24:MI:SS'
    else 'YYYY-MM-DD HH24:MI:SS.US'
  end
$$
--> statement-breakpoint
-- The text of an array, a tuple or a map. Of its type: `t` what it is, `of` the types of its parts, `zone` and `format` of
-- instants.
create function value_text(v jsonb, type jsonb) returns text language plpgsql stable parallel safe as $$
declare
  t text := v #>> '{}';
begin
  if jsonb_typeof(v) = 'null' then
    return 'NULL';
  end if;
  case type ->> 't'
    when 'array' then
      return '[' || coalesce((
        select string_agg(value_text(e, type -> 'of' -> 0), ',' order by i) from jsonb_array_elements(v) with ordinality as a(e, i)
      ), '') || ']';
    when 'tuple' then
      return '(' || coalesce((
        select string_agg(value_text(e, type -> 'of' -> (i - 1)::int4), ',' order by i)
        from jsonb_array_elements(v) with ordinality as a(e, i)
      ), '') || ')';
    when 'map' then
      return '{' || coalesce((
        select string_agg(value_text(e -> 0, type -> 'of' -> 0) || ':' || value_text(e -> 1, type -> 'of' -> 1), ',' order by i)
        from jsonb_array_elements(v) with ordinality as a(e, i)
      ), '') || '}';
    when 'number' then
      return number_text(t::float8);
    when 'boolean' then
      return t;
    when 'instant' then
      return '''' || to_char(t::timestamptz at time zone (type ->> 'zone'), value_pattern(type)) || '''';
    else
      return '''' || replace(replace(replace(replace(replace(t,
        E'\\', E'\\\\'), '''', E'\\'''), E'\n', E'\\n'), E'\t', E'\\t'), E'\r', E'\\r') || '''';
  end case;
end
$$
--> statement-breakpoint
-- The same as JSON, without blanks.
create function value_json(v jsonb, type jsonb) returns text language plpgsql stable parallel safe as $$
begin
  if jsonb_typeof(v) = 'null' then
    return 'null';
  end if;
  case type ->> 't'
    when 'array' then
      return '[' || coalesce((
        select string_agg(value_json(e, type -> 'of' -> 0), ',' order by i) from jsonb_array_elements(v) with ordinality as a(e, i)
      ), '') || ']';
    when 'tuple' then
      return '[' || coalesce((
        select string_agg(value_json(e, type -> 'of' -> (i - 1)::int4), ',' order by i)
        from jsonb_array_elements(v) with ordinality as a(e, i)
      ), '') || ']';
    when 'map' then
      return '{' || coalesce((
        select string_agg(to_json(e ->> 0)::text || ':' || value_json(e -> 1, type -> 'of' -> 1), ',' order by i)
        from jsonb_array_elements(v) with ordinality as a(e, i)
      ), '') || '}';
    when 'instant' then
      return '"' || to_char((v #>> '{}')::timestamptz at time zone (type ->> 'zone'), value_pattern(type)) || '"';
    when 'number' then
      return case jsonb_typeof(v) when 'number' then number_text(v::float8) else 'null' end;
    else
      return replace(v::text, '/', '\/');
  end case;
end
$$
