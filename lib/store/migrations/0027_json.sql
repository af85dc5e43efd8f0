-- JSON texts of queries (docs/hogql-values.md). A text stays `json`, which keeps the order of its keys; columns are `jsonb`.
-- What cannot be read is null. Values of a number that no number holds are null, too.
create function json_document(t text) returns json language plpgsql immutable parallel unsafe strict as $$
begin
  if strpos(t, '\u') > 0 then
    -- what a text cannot hold is refused here and not where it is read
    perform t::jsonb;
  end if;
  return t::json;
exception when others then
  return null;
end
$$
--> statement-breakpoint
-- The item of an array, or the value of an object, at `i` from 1, or from the end where it is negative.
create function json_at(j json, i float8) returns json language plpgsql immutable parallel safe strict as $$
begin
  if abs(i) < 1 or abs(i) > 2147483646 then
    return null;
  elsif json_typeof(j) = 'array' then
    return j -> (case when i > 0 then i - 1 else i end)::int4;
  elsif json_typeof(j) = 'object' then
    return (
      select value from (select value, row_number() over () as n, count(*) over () as size from json_each(j)) as pairs
      where n = case when i > 0 then i else size + i + 1 end
    );
  end if;
  return null;
end
$$
--> statement-breakpoint
create function json_at(j jsonb, i float8) returns jsonb language plpgsql immutable parallel safe strict as $$
begin
  if abs(i) < 1 or abs(i) > 2147483646 then
    return null;
  elsif jsonb_typeof(j) = 'array' then
    return j -> (case when i > 0 then i - 1 else i end)::int4;
  end if;
  return json_at(j::json, i)::jsonb;
end
$$
--> statement-breakpoint
-- JSON as ClickHouse writes it: without blanks, numbers at their shortest, and no more escapes than needed.
create function json_rewritten(j json) returns text language plpgsql immutable parallel safe strict as $$
declare
  t text := j::text;
begin
  case json_typeof(j)
    when 'object' then
      return '{' || coalesce((select string_agg(to_json(key)::text || ':' || json_rewritten(value), ',') from json_each(j)), '') || '}';
    when 'array' then
      return '[' || coalesce((select string_agg(json_rewritten(value), ',') from json_array_elements(j)), '') || ']';
    when 'string' then
      return to_json(j #>> '{}')::text;
    when 'number' then
      return case when t ~ '^-?\d{1,19}$' then t else coalesce(number_text(text_number(t)), t) end;
    else
      return trim(t);
  end case;
end
$$
--> statement-breakpoint
-- Most texts need no more than that blanks are taken out of them.
create function json_raw(t text) returns text language plpgsql immutable parallel safe strict as $$
begin
  if t !~ '[[:space:]/\\.eE]' then
    return t;
  elsif t ~ '\\[u/]|[0-9][eE]|\.[0-9]*0([^0-9]|$)' then
    return json_rewritten(t::json);
  end if;
  return regexp_replace(t, '("(?:\\.|[^"\\])*")|[[:space:]]+', '\1', 'g');
end
$$
--> statement-breakpoint
-- A text as it is, anything else as its JSON; '' for null and for what is not there.
create function json_string(j json) returns text language plpgsql immutable parallel safe as $$
begin
  case json_typeof(j)
    when 'string' then return j #>> '{}';
    when 'null' then return '';
    else return coalesce(json_raw(j::text), '');
  end case;
end
$$
--> statement-breakpoint
create function json_string_of_other(j jsonb) returns text language plpgsql immutable parallel safe as $$
begin
  case jsonb_typeof(j)
    when 'object', 'array', 'number' then return json_raw(j::text);
    else return coalesce(j #>> '{}', '');
  end case;
end
$$
--> statement-breakpoint
create function json_string(j jsonb) returns text language sql immutable parallel safe as $$
  select case when jsonb_typeof(j) = 'string' then j #>> '{}' else json_string_of_other(j) end
$$
--> statement-breakpoint
create function json_number(j json) returns float8 language plpgsql immutable parallel safe as $$
begin
  if json_typeof(j) in ('number', 'string') then
    return coalesce(text_number(j #>> '{}'), 0);
  end if;
  return 0;
end
$$
--> statement-breakpoint
create function json_number(j jsonb) returns float8 language sql immutable parallel safe as $$
  select case when jsonb_typeof(j) = 'boolean' then 0 else coalesce(property_number(j), 0) end
$$
--> statement-breakpoint
-- Whole, and of 64 bits with or without a sign: 0 for a number that is not within.
create function number_cut(x float8, low float8, high float8) returns float8 language sql immutable parallel safe as $$
  select case when x > low - 1 and x < high + 1 then trunc(x) else 0 end
$$
--> statement-breakpoint
-- True, or a whole number other than 0.
create function json_boolean(j jsonb) returns boolean language plpgsql immutable parallel safe as $$
begin
  case jsonb_typeof(j)
    when 'boolean' then return j::boolean;
    when 'number' then return j::text ~ '^-?\d{1,20}$' and j::text !~ '^-?0+$';
    else return false;
  end case;
end
$$
--> statement-breakpoint
create function json_boolean(j json) returns boolean language plpgsql immutable parallel safe as $$
declare
  t text := j::text;
begin
  return trim(t) = 'true' or coalesce(json_typeof(j) = 'number' and t ~ '^-?\d{1,20}$' and t !~ '^-?0+$', false);
end
$$
--> statement-breakpoint
create function json_length(j json) returns float8 language plpgsql immutable parallel safe as $$
begin
  case json_typeof(j)
    when 'array' then return json_array_length(j);
    when 'object' then return (select count(*) from json_object_keys(j));
    else return 0;
  end case;
end
$$
--> statement-breakpoint
create function json_length(j jsonb) returns float8 language plpgsql immutable parallel safe as $$
begin
  case jsonb_typeof(j)
    when 'array' then return jsonb_array_length(j);
    when 'object' then return (select count(*) from jsonb_object_keys(j));
    else return 0;
  end case;
end
$$
--> statement-breakpoint
create function json_kind(j json) returns text language plpgsql immutable parallel safe as $$
declare
  t text := j::text;
begin
  case json_typeof(j)
    when 'number' then
      return case
        when t !~ '^-?\d{1,20}$' then 'Double'
        when t::numeric between -9223372036854775808 and 9223372036854775807 then 'Int64'
        when t::numeric between 0 and 18446744073709551615 then 'UInt64'
        else 'Double'
      end;
    when 'boolean' then return 'Bool';
    when 'string' then return 'String';
    when 'array' then return 'Array';
    when 'object' then return 'Object';
    else return 'Null';
  end case;
end
$$
--> statement-breakpoint
-- The key of the value that `json_at` gives.
create function json_key_at(j json, i float8) returns text language plpgsql immutable parallel safe as $$
begin
  if json_typeof(j) = 'object' then
    return coalesce((
      select key from (select key, row_number() over () as n, count(*) over () as size from json_object_keys(j) as k(key)) as pairs
      where n = case when i > 0 then i else size + i + 1 end
    ), '');
  end if;
  return '';
end
$$
--> statement-breakpoint
-- A value of a type as JSON arrays and scalars, null where it is of no such type. Of a type: `t` what it is, `n` whether it
-- may be null, `of` the types of its parts, `names` the names of those of a tuple, `low` and `high` the bounds of a whole
-- number. Parts that are of another type are what is `otherwise`.
create function json_typed(j json, type jsonb) returns jsonb language plpgsql immutable parallel safe as $$
declare
  kind text := json_typeof(j);
  x float8;
begin
  if kind is null then
    return null;
  elsif kind = 'null' then
    return case when (type ->> 'n')::boolean then 'null'::jsonb end;
  end if;
  case type ->> 't'
    when 'text' then
      return to_jsonb(json_string(j));
    when 'float', 'int' then
      x := case kind when 'boolean' then (j::text)::boolean::int4::float8 when 'number' then text_number(j::text) when 'string' then text_number(j #>> '{}') end;
      if type ->> 't' = 'int' then
        x := case when x > (type ->> 'low')::float8 - 1 and x < (type ->> 'high')::float8 + 1 then trunc(x) end;
      end if;
      return to_jsonb(x);
    when 'boolean' then
      return case kind when 'boolean' then j::jsonb when 'number' then to_jsonb(text_number(j::text) <> 0) end;
    when 'array' then
      if kind <> 'array' then
        return null;
      end if;
      return (
        select coalesce(jsonb_agg(coalesce(json_typed(value, type -> 'of' -> 0), type -> 'of' -> 0 -> 'otherwise')), '[]')
        from json_array_elements(j)
      );
    when 'map' then
      if kind <> 'object' then
        return null;
      end if;
      return (
        select coalesce(jsonb_agg(jsonb_build_array(
          coalesce(json_typed(to_json(key), type -> 'of' -> 0), type -> 'of' -> 0 -> 'otherwise'),
          coalesce(json_typed(value, type -> 'of' -> 1), type -> 'of' -> 1 -> 'otherwise')
        )), '[]')
        from json_each(j)
      );
    when 'tuple' then
      if kind not in ('array', 'object') then
        return null;
      end if;
      return (
        select jsonb_agg(coalesce(
          json_typed(
            case when kind = 'object' and type ? 'names' then j -> (type -> 'names' ->> (i - 1)::int4) else json_at(j, i) end,
            part
          ),
          part -> 'otherwise'
        ) order by i)
        from jsonb_array_elements(type -> 'of') with ordinality as t(part, i)
      );
    else
      return null;
  end case;
end
$$
--> statement-breakpoint
create function json_typed(j jsonb, type jsonb) returns jsonb language sql immutable parallel safe as $$
  select json_typed(j::json, type)
$$
--> statement-breakpoint
-- The keys and values of an object, without those of another type.
create function json_pairs_typed(j json, type jsonb) returns jsonb language plpgsql immutable parallel safe as $$
begin
  if json_typeof(j) = 'object' then
    return (
      select coalesce(jsonb_agg(jsonb_build_array(key, typed)), '[]')
      from (select key, json_typed(value, type) as typed from json_each(j)) as pairs where typed is not null
    );
  end if;
  return '[]';
end
$$
--> statement-breakpoint
-- The keys of an object, a row each; none of anything else. These are written out where they stand.
create function json_key_rows(j json) returns setof text language sql immutable as $$
  select key from json_object_keys(case when json_typeof(j) = 'object' then j end) as t(key)
$$
--> statement-breakpoint
create function json_key_rows(j jsonb) returns setof text language sql immutable parallel safe as $$
  select key from jsonb_object_keys(case when jsonb_typeof(j) = 'object' then j end) as t(key)
$$
--> statement-breakpoint
-- The items of an array.
create function json_item_rows(j json) returns setof json language sql immutable as $$
  select item from json_array_elements(case when json_typeof(j) = 'array' then j end) as t(item)
$$
--> statement-breakpoint
create function json_item_rows(j jsonb) returns setof jsonb language sql immutable parallel safe as $$
  select item from jsonb_array_elements(case when jsonb_typeof(j) = 'array' then j end) as t(item)
$$
--> statement-breakpoint
create function json_pair_rows(j json) returns table (key text, value json) language sql immutable as $$
  select t.key, t.value from json_each(case when json_typeof(j) = 'object' then j end) as t(key, value)
$$
--> statement-breakpoint
create function json_pair_rows(j jsonb) returns table (key text, value jsonb) language sql immutable parallel safe as $$
  select t.key, t.value from jsonb_each(case when jsonb_typeof(j) = 'object' then j end) as t(key, value)
$$
--> statement-breakpoint
-- As `json_number`, true being 1.
create function json_numeric(j json) returns float8 language plpgsql immutable parallel safe as $$
begin
  return case when json_typeof(j) = 'boolean' then (j #>> '{}')::boolean::int4::float8 else json_number(j) end;
end
$$
--> statement-breakpoint
create function json_numeric(j jsonb) returns float8 language sql immutable parallel safe as $$
  select coalesce(property_number(j), 0)
$$
