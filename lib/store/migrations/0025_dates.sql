-- Dates of HogQL (docs/hogql-values.md 5). What is no date is null.
--
-- Parts that lie within one day and one year become an instant; null if there is no such day or time.
create function instant_of_parts(year float8, month float8, day float8, hour float8, minute float8, second float8, zone text)
returns timestamptz language plpgsql stable parallel safe strict as $$
begin
  if not (year between 1 and 9999 and month between 1 and 12 and day between 1 and 31 and hour between 0 and 23
    and minute between 0 and 59 and second >= 0 and second < 60) then
    return null;
  elsif trunc(day) > extract(day from make_date(trunc(year)::int4, trunc(month)::int4, 1) + interval '1 month - 1 day') then
    return null;
  end if;
  return make_timestamp(trunc(year)::int4, trunc(month)::int4, trunc(day)::int4, trunc(hour)::int4, trunc(minute)::int4, second)
    at time zone zone;
end
$$
--> statement-breakpoint
create function month_of_name(name text) returns float8 language sql immutable parallel safe strict as $$
  select ((nullif(strpos('janfebmaraprmayjunjulaugsepoctnovdec', left(lower(name), 3)), 0) + 2) / 3.0)::float8
$$
--> statement-breakpoint
-- The text of a date in one of many forms, in the zone unless it names an offset; `us`: the month of 01/02/2020 comes first.
-- lib/hogql/date-texts.ts reads the constants of texts in the same way.
create function text_instant(p_text text, zone text, us boolean) returns timestamptz
language plpgsql stable parallel safe strict as $$
declare
  t text := lower(btrim(p_text));
  d text[];
  h text[];
  hour int4 := 0;
  shift int4 := 0;
begin
  if octet_length(t) > 64 then
    return null;
  elsif t ~ '^\d{9,10}(\.\d+)?$' then
    return number_instant(t::float8);
  elsif t ~ '^(\d{13}|\d{16})$' then
    return number_instant(t::float8 / case length(t) when 13 then 1000 else 1000000 end);
  end if;
  d := regexp_match(t, '^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)(.*)$');
  if d is null then
    t := regexp_replace(t, '^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?,?\s+', '');
    d := coalesce(
      regexp_match(t, '^(\d{4})(\d\d)(\d\d)(?!\d)(.*)$'),
      regexp_match(regexp_replace(t, '^(\d{8})(\d\d)(\d\d)(\d\d)$', '\1 \2:\3:\4'), '^(\d{4})(\d\d)(\d\d)( .*)$'));
  end if;
  if d is null then
    h := regexp_match(t, '^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)(.*)$');
    d := case
      when h is null then null
      when us = (h[1]::int4 <= 12) and (us or h[2]::int4 > 12) then array[h[3], h[1], h[2], h[4]]
      when not us and h[2]::int4 > 12 then array[h[3], h[1], h[2], h[4]]
      else array[h[3], h[2], h[1], h[4]]
    end;
  end if;
  if d is null then
    h := regexp_match(t, '^(\d{1,2})[- ]?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?[- ]+(\d{4})(?!\d)(.*)$');
    if h is not null then
      d := array[h[3], month_of_name(h[2])::text, h[1], h[4]];
    else
      h := regexp_match(t, '^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})(?!\d)(.*)$');
      d := array[h[3], month_of_name(h[1])::text, h[2], h[4]];
    end if;
  end if;
  if d[4] is null then
    return null;
  elsif btrim(d[4]) = '' then
    return instant_of_parts(d[1]::float8, d[2]::float8, d[3]::float8, 0, 0, 0, zone);
  end if;
  h := regexp_match(d[4], '^(?:[t,]|\s)+(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?)?\s*(am|pm)?\s*(z|utc|gmt|[-+]\d{1,2}(?::?\d{2})?)?$');
  if h is null or (h[2] is null and h[5] is null) then
    return null;
  end if;
  hour := h[1];
  if h[5] is not null then
    if hour not between 1 and 12 then
      return null;
    end if;
    hour := hour % 12 + case h[5] when 'pm' then 12 else 0 end;
  end if;
  if h[6] ~ '^[-+]' then
    shift := (left(lpad(regexp_replace(h[6], '[-+:]', '', 'g'), case when length(h[6]) < 4 then 2 else 4 end, '0'), 2))::int4 * 60
      + coalesce(substring(h[6] from '^[-+]\d{1,2}:?(\d{2})$')::int4, 0);
    if shift >= 960 then
      return null;
    end if;
    shift := case left(h[6], 1) when '-' then shift else -shift end;
  end if;
  return instant_of_parts(d[1]::float8, d[2]::float8, d[3]::float8, hour, coalesce(h[2], '0')::float8,
    coalesce(h[3], '0')::float8, case when h[6] is null then zone else 'UTC' end)
    + make_interval(mins => shift, secs => rpad(coalesce(h[4], ''), 6, '0')::float8 / 1000000);
end
$$
--> statement-breakpoint
-- 2020-01-15 and nothing else.
create function text_date(t text, zone text) returns timestamptz language sql stable parallel safe strict as $$
  select instant_of_parts(d[1]::float8, d[2]::float8, d[3]::float8, 0, 0, 0, zone)
    from (select coalesce(
      regexp_match(t, '^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$'),
      regexp_match(t, '^(\d{4})(\d\d)(\d\d)$')) as d) m
$$
--> statement-breakpoint
-- The text of a date that has the format of formatDateTime, and nothing behind it.
create function text_instant_of_format(p_text text, format text, zone text) returns timestamptz
language plpgsql stable parallel safe strict as $$
declare
  t text := p_text;
  item text;
  found text;
  year float8 := 1970;
  month float8 := 1;
  day float8 := 1;
  hour float8 := 0;
  minute float8 := 0;
  second float8 := 0;
  fraction float8 := 0;
  half text;
  day_of_year int4;
  shift int4;
begin
  if octet_length(t) > 200 or octet_length(format) > 200 then
    return null;
  end if;
  format := replace(replace(replace(replace(replace(format, '%F', '%Y-%m-%d'), '%T', '%H:%i:%S'), '%R', '%H:%i'), '%D', '%m/%d/%y'), '%r', '%h:%i %p');
  for item in select m[1] from regexp_matches(format, '%.|[^%]', 'g') m loop
    found := case
      when item in ('%Y') then substring(t from '^\d{4}')
      when item in ('%m', '%d', '%c', '%H', '%k', '%h', '%I', '%l', '%i', '%S', '%s', '%y', '%V', '%g') then substring(t from '^\d{1,2}')
      when item = '%e' then substring(t from '^ ?\d{1,2}')
      when item = '%j' then substring(t from '^\d{1,3}')
      when item = '%f' then substring(t from '^\d{1,6}')
      when item in ('%p') then substring(t from '^[AaPp][Mm]')
      when item in ('%b', '%M', '%a', '%W') then substring(t from '^[A-Za-z]+')
      when item in ('%u', '%w', '%Q') then substring(t from '^\d')
      when item = '%z' then substring(t from '^[-+]\d\d:?\d\d')
      when item = '%n' then substring(t from '^\n')
      when item = '%t' then substring(t from '^\t')
      when item = '%%' then substring(t from '^%')
      when left(item, 1) <> '%' and starts_with(t, item) then item
    end;
    if found is null then
      return null;
    end if;
    t := substr(t, length(found) + 1);
    case item
      when '%Y' then year := found;
      when '%y' then year := found::float8 + case when found::float8 < 70 then 2000 else 1900 end;
      when '%m', '%c' then month := found;
      when '%d', '%e' then day := found;
      when '%H', '%k', '%h', '%I', '%l' then hour := found;
      when '%i' then minute := found;
      when '%S', '%s' then second := found;
      when '%f' then fraction := rpad(found, 6, '0')::float8 / 1000000;
      when '%p' then half := lower(found);
      when '%j' then day_of_year := found;
      when '%b', '%M' then
        month := month_of_name(found);
        if month is null or month <> trunc(month) or (item = '%M' and length(found) < 3) then
          return null;
        end if;
      when '%z' then
        shift := substring(found from 2 for 2)::int4 * 60 + right(found, 2)::int4;
        shift := case left(found, 1) when '-' then shift else -shift end;
      else null;
    end case;
  end loop;
  if t <> '' or (half is not null and hour not between 1 and 12) then
    return null;
  elsif half is not null then
    hour := hour::int4 % 12 + case half when 'pm' then 12 else 0 end;
  end if;
  if day_of_year is not null then
    return case when day_of_year between 1 and 365 + extract(day from make_date(trunc(year)::int4, 3, 1) - interval '1 day')::int4 - 28 then
      instant_of_parts(year, 1, 1, hour, minute, second, 'UTC') at time zone 'UTC' at time zone zone
        + make_interval(days => day_of_year - 1) end;
  end if;
  return instant_of_parts(year, month, day, hour, minute, second, case when shift is null then zone else 'UTC' end)
    + make_interval(mins => coalesce(shift, 0), secs => fraction);
end
$$
--> statement-breakpoint
-- So many units later: the same time of day in the zone for days and longer ones.
create or replace function instant_add(at timestamptz, n float8, unit text, zone text) returns timestamptz
language plpgsql stable parallel safe strict as $$
declare
  days int4 := case unit when 'day' then 1 when 'week' then 7 end;
  months int4 := case unit when 'month' then 1 when 'quarter' then 3 when 'year' then 12 end;
  seconds float8 := case unit when 'hour' then 3600 when 'minute' then 60 when 'millisecond' then 0.001 when 'microsecond' then 0.000001 else 1 end;
  local timestamp;
begin
  if abs(n) > 1e17 or abs(n) * seconds > 4e11 then
    return null;
  elsif days is null and months is null then
    return number_instant(extract(epoch from at)::float8 + trunc(n) * seconds);
  elsif abs(n) * coalesce(days, months * 28) > 1.6e6 then
    return null;
  end if;
  local := (at at time zone zone) + make_interval(days => coalesce(trunc(n)::int4 * days, 0), months => coalesce(trunc(n)::int4 * months, 0));
  return case when extract(year from local) between 1 and 9999 then local at time zone zone end;
end
$$
--> statement-breakpoint
-- How many whole units lie between; negative if `b` comes first.
create function instant_age(unit text, a timestamptz, b timestamptz, zone text) returns float8
language plpgsql stable parallel safe strict as $$
declare
  seconds float8 := case unit
    when 'hour' then 3600 when 'minute' then 60 when 'second' then 1 when 'millisecond' then 0.001 when 'microsecond' then 0.000001 end;
  x timestamp := a at time zone zone;
  y timestamp := b at time zone zone;
  n int4;
  rest_x interval;
  rest_y interval;
begin
  if seconds is not null then
    return trunc((extract(epoch from b) - extract(epoch from a)) / seconds::numeric);
  elsif unit in ('day', 'week') then
    n := y::date - x::date;
    rest_x := x - x::date;
    rest_y := y - y::date;
  else
    n := (extract(year from y) - extract(year from x)) * 12 + extract(month from y) - extract(month from x);
    rest_x := x - date_trunc('month', x);
    rest_y := y - date_trunc('month', y);
  end if;
  n := case when n > 0 and rest_y < rest_x then n - 1 when n < 0 and rest_y > rest_x then n + 1 else n end;
  return n / case unit when 'week' then 7 when 'quarter' then 3 when 'year' then 12 else 1 end;
end
$$
--> statement-breakpoint
-- The start of the stretch of so many units that an instant lies in. Months are counted from 1900, years from 0, weeks from
-- the first Monday of 1970, days from 1970, hours from midnight, minutes from midnight where the zone's offset is no whole hour.
create function instant_start(at timestamptz, n float8, unit text, zone text) returns timestamptz
language plpgsql stable parallel safe strict as $$
declare
  local timestamp := at at time zone zone;
  size int8;
  count int8;
begin
  if not n between 1 and 1e6 then
    return null;
  end if;
  size := trunc(n);
  if unit = 'second' and size % 60 = 0 then
    size := size / 60;
    unit := 'minute';
  end if;
  case unit
    when 'second' then
      return to_timestamp(floor(extract(epoch from at) / size) * size);
    when 'minute' then
      if (extract(epoch from local) - extract(epoch from at))::int8 % 3600 = 0 then
        return to_timestamp(floor(extract(epoch from at) / (size * 60)) * size * 60);
      end if;
      count := floor(extract(epoch from local - local::date) / (size * 60));
      return (local::date + make_interval(mins => (count * size)::int4)) at time zone zone;
    when 'hour' then
      if size = 1 then
        return date_trunc('hour', at, zone);
      end if;
      count := floor(extract(epoch from local - local::date) / (size * 3600));
      return (local::date + make_interval(hours => (count * size)::int4)) at time zone zone;
    when 'day' then
      return (date '1970-01-01' + (floor((local::date - date '1970-01-01') / size::numeric) * size)::int4)::timestamp at time zone zone;
    when 'week' then
      return (date '1970-01-05' + (floor((local::date - date '1970-01-05') / (size * 7)::numeric) * size * 7)::int4)::timestamp at time zone zone;
    when 'year' then
      count := extract(year from local)::int8 / size * size;
      return case when count >= 1 then make_timestamp(count::int4, 1, 1, 0, 0, 0) at time zone zone end;
    else
      size := case unit when 'quarter' then size * 3 else size end;
      count := floor(((extract(year from local) - 1900) * 12 + extract(month from local) - 1) / size) * size;
      return (timestamp '1900-01-01' + make_interval(months => count::int4)) at time zone zone;
  end case;
end
$$
--> statement-breakpoint
-- Year and number of the week, as MySQL counts it: 1 in `mode` is a week that begins on Monday, 2 one that is never 0, 4 a
-- first week that begins in the year (from Monday) or that has four days of it (from Sunday).
create function week_of_date(d date, mode int4) returns float8 language plpgsql immutable parallel safe strict as $$
declare
  monday boolean := mode & 1 > 0;
  never_zero boolean := mode & 2 > 0;
  whole boolean := (mode & 4 > 0) = monday;
  year int4 := extract(year from d);
  first date := make_date(year, 1, 1);
  weekday int4 := extract(isodow from first)::int4 - 1;
  days int4;
begin
  if not monday then
    weekday := (weekday + 1) % 7;
  end if;
  if extract(month from d) = 1 and extract(day from d) <= 7 - weekday and (whole and weekday <> 0 or not whole and weekday >= 4) then
    if not never_zero then
      return year * 100;
    end if;
    year := year - 1;
    first := make_date(year, 1, 1);
    weekday := extract(isodow from first)::int4 - 1;
    if not monday then
      weekday := (weekday + 1) % 7;
    end if;
  end if;
  days := d - first + weekday - case when whole and weekday <> 0 or not whole and weekday >= 4 then 7 else 0 end;
  if never_zero and days >= 52 * 7 then
    weekday := (weekday + (make_date(year + 1, 1, 1) - make_date(year, 1, 1))) % 7;
    if whole and weekday = 0 or not whole and weekday < 4 then
      return (year + 1) * 100 + 1;
    end if;
  end if;
  return year * 100 + days / 7 + 1;
end
$$
--> statement-breakpoint
-- Seconds from UTC as +hhmm.
create function offset_text(seconds numeric) returns text language sql immutable parallel safe strict as $$
  select case when seconds < 0 then '-' else '+' end
    || lpad(trunc(abs(seconds) / 3600)::text, 2, '0') || lpad((trunc(abs(seconds) / 60)::int4 % 60)::text, 2, '0')
$$
--> statement-breakpoint
-- A JSON value as an instant: a text that is a date (in `zone` unless it names one), or seconds or milliseconds since 1970;
-- anything else is null.
create or replace function property_instant(v jsonb, zone text) returns timestamptz language sql stable parallel safe as $$
  select text_instant(v #>> '{}', zone, false)
$$
