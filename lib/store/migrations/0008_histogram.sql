-- The text of the bin that a number lies in; null for none. Bins have one width, the last ends a little after `high`.
create function histogram_bin(x float8, low float8, high float8, bins int4) returns text language sql immutable parallel safe as $$
  select case
    when x is null then null
    when high = low then '[' || low || ',' || (low + 0.01) || ']'
    else (
      select '[' || (low + i * width) || ',' || case when i = bins - 1 then high + 0.01 else low + (i + 1) * width end || ']'
        from (select (high - low) / bins as width) w,
             lateral (select least(floor((x - low) / width), bins - 1) as i) n)
  end
$$
