-- What data can hold must not end a statement: whatever a function cannot give is null. A number is finite, and either 0
-- or at least 1e-150, so that sums can be taken in a smaller scale (`number_unscaled`). An instant lies in the years 1 to 9999.

-- Text that is nothing but a number; null for any other, and for one that is too large.
create function text_number(t text) returns float8 language plpgsql immutable parallel safe strict as $$
begin
  if octet_length(t) > 250 or t !~ '^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?$' then
    return null;
  elsif abs(t::numeric) > 1.7976931348623157e308 then
    return null;
  elsif abs(t::numeric) < 1e-150 then
    return 0;
  end if;
  return t::float8;
end
$$
--> statement-breakpoint
-- A JSON value as a number: a number, 1 or 0 for true or false, or text that is nothing but a number; anything else is null.
create or replace function property_number(v jsonb) returns float8 language sql immutable parallel safe as $$
  select case jsonb_typeof(v)
    when 'number' then case when scale(v::numeric) < 150 or abs(v::numeric) >= 1e-150 then v::float8 else 0 end
    when 'boolean' then v::boolean::int4::float8
    when 'string' then text_number(v #>> '{}')
  end
$$
--> statement-breakpoint
-- Text that is nothing but a whole number of 64 bits.
create function text_whole(t text) returns float8 language plpgsql immutable parallel safe strict as $$
begin
  if t !~ '^[-+]?\d{1,19}$' then
    return null;
  end if;
  return case when abs(t::numeric) <= 9223372036854775807 then t::float8 end;
end
$$
--> statement-breakpoint
-- A number that is whole and has 64 bits.
create function number_whole(x float8) returns float8 language sql immutable parallel safe as $$
  select case when x = trunc(x) and abs(x) < 9223372036854775808 then x end
$$
--> statement-breakpoint
create function text_boolean(t text) returns boolean language sql immutable parallel safe as $$
  select case
    when lower(t) in ('true', 'yes', 'on', 't', 'y', '1') then true
    when lower(t) in ('false', 'no', 'off', 'f', 'n', '0') then false
  end
$$
--> statement-breakpoint
-- 1, 1.5, 1000000, 1e21, 1e-7
create function number_text(x float8) returns text language plpgsql immutable parallel safe strict as $$
declare
  t text := x::text;
begin
  if t !~ 'e' then
    return t;
  elsif abs(x) < 1e21 and abs(x) >= 1e-6 then
    return t::numeric::text;
  end if;
  return regexp_replace(t, 'e\+?(-?)0*', 'e\1');
end
$$
--> statement-breakpoint
create function number_add(a float8, b float8) returns float8 language plpgsql immutable parallel safe strict as $$
declare
  r float8;
begin
  if a = 'NaN' or b = 'NaN' then
    return 'NaN';
  elsif abs(a) > 8e307 or abs(b) > 8e307 then
    if abs(a / 2 + b / 2) > 8.98e307 then
      return null;
    end if;
  end if;
  r := a + b;
  return case when abs(r) < 1e-150 then 0 else r end;
end
$$
--> statement-breakpoint
create function number_multiply(a float8, b float8) returns float8 language plpgsql immutable parallel safe strict as $$
begin
  if a = 'NaN' or b = 'NaN' then
    return 'NaN';
  elsif abs(a) > 1 and abs(b) > 1.797e308 / abs(a) then
    return null;
  elsif a = 0 or b = 0 or (abs(a) < 1 and abs(b) < 1e-150 / abs(a)) then
    return 0;
  end if;
  return a * b;
end
$$
--> statement-breakpoint
-- By nothing it is null.
create function number_divide(a float8, b float8) returns float8 language plpgsql immutable parallel safe strict as $$
begin
  if a = 'NaN' or b = 'NaN' then
    return 'NaN';
  elsif b = 0 or (abs(b) < 1 and abs(a) > 1.797e308 * abs(b)) then
    return null;
  elsif abs(b) > 1 and abs(a) < 1e-150 * abs(b) then
    return 0;
  end if;
  return a / b;
end
$$
--> statement-breakpoint
-- What is left of `a`, with its sign.
create function number_modulo(a float8, b float8) returns float8 language sql immutable parallel safe strict as $$
  select case when b <> 0 and a <> 'NaN' and b <> 'NaN' then number_add(mod(a::text::numeric, b::text::numeric)::float8, 0) end
$$
--> statement-breakpoint
create function number_power(a float8, b float8) returns float8 language plpgsql immutable parallel safe strict as $$
declare
  magnitude float8;
begin
  if a = 'NaN' or b = 'NaN' then
    return 'NaN';
  elsif b = 0 then
    return 1;
  elsif a = 0 then
    return case when b > 0 then 0 end;
  elsif a < 0 and b <> trunc(b) then
    return null;
  end if;
  magnitude := number_multiply(b, ln(abs(a)));
  if magnitude is null then
    return case when (b > 0) <> (abs(a) > 1) then 0 end;
  elsif magnitude > 709.78 then
    return null;
  elsif magnitude < -345 then
    return 0;
  end if;
  return power(a, b);
end
$$
--> statement-breakpoint
create function number_root(x float8) returns float8 language sql immutable parallel safe as $$
  select case when x >= 0 then sqrt(x) end
$$
--> statement-breakpoint
-- To so many digits behind the point, where halves go to what is even; before it, where they are negative.
create function number_round(x float8, digits float8) returns float8 language plpgsql immutable parallel safe strict as $$
declare
  step float8;
begin
  if abs(digits) > 300 then
    return case when digits > 0 then x else 0 end;
  end if;
  step := power(10::float8, abs(trunc(digits)));
  if digits < 0 then
    return case when abs(x) < step / 10 then 0 else number_multiply(sign(x) * floor(abs(x) / step + 0.5), step) end;
  end if;
  -- so large a number has no digits there
  return case when abs(x) > 4503599627370496 / step then x else round(x * step) / step end;
end
$$
--> statement-breakpoint
-- Sums are taken of numbers times 2 ^ -560, which no count of events can bring out of range; NaN is a sum that no number can hold.
create function number_unscaled(scaled float8) returns float8 language sql immutable parallel safe as $$
  select case when scaled is null then null when abs(scaled) <= 4.76e139 then scaled * power(2::float8, 560) else 'NaN' end
$$
--> statement-breakpoint
-- A JSON value as an instant: ISO 8601 text (in `zone` unless it names one) or seconds or milliseconds since 1970; anything
-- else is null.
create or replace function property_instant(v jsonb, zone text) returns timestamptz language plpgsql stable parallel safe as $$
declare
  t text := v #>> '{}';
  day int4;
begin
  if octet_length(t) > 64 then
    return null;
  end if;
  t := btrim(t);
  if t ~ '^\d{9,10}(\.\d+)?$' then
    return to_timestamp(t::float8);
  elsif t ~ '^\d{13}$' then
    return to_timestamp(t::float8 / 1000);
  elsif t !~* '^\d{4}-(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])([t ]([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?\s*(z|[-+](0\d|1[0-5])(:?[0-5]\d)?)?)?$'
    or t ~ '^0000' then
    return null;
  end if;
  day := substring(split_part(t, '-', 3) from '^\d+');
  if day > 28 and day > extract(day from make_date(left(t, 4)::int4, split_part(t, '-', 2)::int4, 1) + interval '1 month - 1 day') then
    return null;
  elsif t ~* '[t ].*(z|[-+]\d{2}(:?\d{2})?)$' then
    return t::timestamptz;
  end if;
  return t::timestamp at time zone zone;
end
$$
--> statement-breakpoint
-- Seconds since 1970.
create function number_instant(x float8) returns timestamptz language sql immutable parallel safe as $$
  select case when x between -62135596800 and 253402300799 then to_timestamp(x) end
$$
--> statement-breakpoint
-- So many units later: the same time of day in the zone for days and longer ones.
create function instant_add(at timestamptz, n float8, unit text, zone text) returns timestamptz
language plpgsql stable parallel safe strict as $$
declare
  days int4 := case unit when 'day' then 1 when 'week' then 7 end;
  months int4 := case unit when 'month' then 1 when 'quarter' then 3 when 'year' then 12 end;
  local timestamp;
begin
  if abs(n) > 4e11 then
    return null;
  elsif days is null and months is null then
    return number_instant(extract(epoch from at)::float8 + trunc(n) * case unit when 'second' then 1 when 'minute' then 60 else 3600 end);
  elsif abs(n) * coalesce(days, months * 28) > 1.6e6 then
    return null;
  end if;
  local := (at at time zone zone) + make_interval(days => coalesce(trunc(n)::int4 * days, 0), months => coalesce(trunc(n)::int4 * months, 0));
  return case when extract(year from local) between 1 and 9999 then local at time zone zone end;
end
$$
--> statement-breakpoint
-- Counted from 1, or from the end where it is negative; there is nothing at 0.
create function text_part(t text, start float8, count float8) returns text language plpgsql immutable parallel safe strict as $$
declare
  first int4 := greatest(least(trunc(start), 1e9), -1e9);
  size int4 := greatest(least(trunc(count), 1e9), 0);
begin
  if first = 0 then
    return '';
  elsif first < 0 then
    first := first + length(t) + 1;
  end if;
  return substring(t from first for size);
end
$$
--> statement-breakpoint
-- The first characters; all but so many where it is negative.
create function text_left(t text, count float8) returns text language sql immutable parallel safe as $$
  select left(t, greatest(least(trunc(count), 1e9), -1e9)::int4)
$$
--> statement-breakpoint
-- Null where the text would be longer than a million bytes.
create function text_replace(t text, part text, by text) returns text language plpgsql immutable parallel safe strict as $$
declare
  longer int8 := octet_length(by) - octet_length(part);
begin
  if part = '' then
    return t;
  elsif longer > 0 and octet_length(t) + octet_length(t)::int8 / octet_length(part) * longer > 1000000 then
    if octet_length(t) + (octet_length(t) - octet_length(replace(t, part, '')))::int8 / octet_length(part) * longer > 1000000 then
      return null;
    end if;
  end if;
  return replace(t, part, by);
end
$$
--> statement-breakpoint
-- What is missing is an empty text. Null where the text would be longer than a million bytes.
create function text_concat(variadic parts text[]) returns text language plpgsql immutable parallel safe as $$
declare
  part text;
  size int8 := 0;
begin
  foreach part in array parts loop
    size := size + coalesce(octet_length(part), 0);
  end loop;
  return case when size <= 1000000 then array_to_string(parts, '') end;
end
$$
--> statement-breakpoint
create or replace function histogram_bin(x float8, low float8, high float8, bins int4) returns text language sql immutable parallel safe as $$
  select case
    when x is null or high / 2 - low / 2 > 8e307 then null
    when high = low then '[' || low || ',' || (low + 0.01) || ']'
    else (
      select '[' || (low + i * width) || ',' || case when i = bins - 1 then high + 0.01 else low + (i + 1) * width end || ']'
        from (select (high - low) / bins as width) w,
             lateral (select least(floor((x - low) / width), bins - 1) as i) n)
  end
$$
--> statement-breakpoint
-- The text of what stands at a path of JSON text: keys, or places from 1 or from the end where they are negative; null
-- where there is nothing, and for a text that is no JSON. That is found out in a transaction of its own, which parallel
-- workers cannot begin.
create or replace function json_text(p_json text, variadic p_path text[]) returns text language plpgsql immutable parallel unsafe as $$
declare
  found jsonb;
  step text;
begin
  found := p_json;
  foreach step in array p_path loop
    if jsonb_typeof(found) <> 'array' then
      found := found -> step;
    elsif step ~ '^-?[1-9]\d{0,8}$' then
      found := found -> (step::int4 - case when step::int4 > 0 then 1 else 0 end);
    else
      return null;
    end if;
  end loop;
  return found #>> '{}';
exception when others then
  return null;
end
$$
