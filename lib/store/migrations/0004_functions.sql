-- A JSON value as a number: a number, or text that is nothing but one; anything else is null.
create or replace function property_number(v jsonb) returns float8 language sql immutable parallel safe as $$
  select case jsonb_typeof(v)
    when 'number' then v::float8
    when 'string' then case when v #>> '{}' ~ '^\s*[-+]?(\d{1,250}\.?\d{0,250}|\.\d{1,250})([eE][-+]?\d{1,2})?\s*$'
      and length(v #>> '{}') < 250 then (v #>> '{}')::float8 end
  end
$$
--> statement-breakpoint
-- A JSON value as an instant: ISO 8601 text (in `zone` unless it names one) or seconds since 1970; anything else is null.
create or replace function property_instant(v jsonb, zone text) returns timestamptz language plpgsql stable parallel safe as $$
declare
  t text := trim(v #>> '{}');
begin
  if t ~ '^\d{9,10}(\.\d+)?$' then
    return to_timestamp(t::float8);
  elsif t ~* '^\d{4}-\d{1,2}-\d{1,2}[t ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(z|[-+]\d{2}(:?\d{2})?)$' then
    return t::timestamptz;
  elsif t ~* '^\d{4}-\d{1,2}-\d{1,2}([t ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?$' then
    return t::timestamp at time zone zone;
  end if;
  return null;
exception when datetime_field_overflow or invalid_datetime_format then
  return null;
end
$$
