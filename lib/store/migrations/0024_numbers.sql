-- Numbers of HogQL are float8 as IEEE has them, where Postgres ends a statement: what is too large is infinite, what is none is
-- NaN. Both can be told from null (docs/hogql-values.md 1). Sums of numbers smaller than 1e-150 would lose them (0015), so those are 0.
create or replace function number_add(a float8, b float8) returns float8 language plpgsql immutable parallel safe strict as $$
declare
  r float8;
begin
  if abs(a) > 8e307 or abs(b) > 8e307 then
    if abs(a) < 'Infinity' and abs(b) < 'Infinity' and abs(a / 2 + b / 2) > 8.98e307 then
      return sign(a) * 'Infinity';
    end if;
  end if;
  r := a + b;
  return case when abs(r) < 1e-150 then 0 else r end;
end
$$
--> statement-breakpoint
create or replace function number_multiply(a float8, b float8) returns float8 language plpgsql immutable parallel safe strict as $$
begin
  if abs(a) >= 'Infinity' or abs(b) >= 'Infinity' then
    return a * b;
  elsif abs(a) > 1 and abs(b) > 1.797e308 / abs(a) then
    return sign(a) * sign(b) * 'Infinity';
  elsif a = 0 or b = 0 or (abs(a) < 1 and abs(b) < 1e-150 / abs(a)) then
    return 0;
  end if;
  return a * b;
end
$$
--> statement-breakpoint
-- By nothing it is infinite, or NaN of nothing.
create or replace function number_divide(a float8, b float8) returns float8 language plpgsql immutable parallel safe strict as $$
begin
  if a = 'NaN' or b = 'NaN' or (a = 0 and b = 0) or (abs(a) = 'Infinity' and abs(b) = 'Infinity') then
    return 'NaN'::float8;
  elsif abs(b) = 'Infinity' then
    return 0;
  elsif b = 0 then
    return sign(a) * 'Infinity';
  elsif abs(a) = 'Infinity' or (abs(b) < 1 and abs(a) > 1.797e308 * abs(b)) then
    return sign(a) * sign(b) * 'Infinity';
  elsif abs(b) > 1 and abs(a) < 1e-150 * abs(b) then
    return 0;
  end if;
  return a / b;
end
$$
--> statement-breakpoint
-- What is left of `a`, with its sign; by nothing it is null.
create or replace function number_modulo(a float8, b float8) returns float8 language plpgsql immutable parallel safe strict as $$
begin
  if b = 0 then
    return null;
  elsif abs(a) >= 'Infinity' or b = 'NaN' then
    return 'NaN'::float8;
  elsif abs(b) = 'Infinity' then
    return a;
  elsif a = trunc(a) and b = trunc(b) and abs(a) < 9e18 and abs(b) < 9e18 then
    return a::int8 % b::int8;
  end if;
  return number_add(a, -number_multiply(trunc(number_divide(a, b)), b));
end
$$
--> statement-breakpoint
create function number_positive_modulo(a float8, b float8) returns float8 language sql immutable parallel safe strict as $$
  select case when r < 0 then r + abs(b) else r end from (select number_modulo(a, b) as r) m
$$
--> statement-breakpoint
-- Of the whole parts of both, cut to a whole number; by nothing, and of what has more than 64 bits, it is null.
create function number_int_divide(a float8, b float8) returns float8 language sql immutable parallel safe strict as $$
  select case when abs(a) < 9e18 and abs(b) < 9e18 and abs(b) >= 1 then (trunc(a)::int8 / trunc(b)::int8)::float8 end
$$
--> statement-breakpoint
create function number_int_divide_or_zero(a float8, b float8) returns float8 language sql immutable parallel safe strict as $$
  select coalesce(number_int_divide(a, b), 0)
$$
--> statement-breakpoint
create function number_modulo_or_zero(a float8, b float8) returns float8 language sql immutable parallel safe strict as $$
  select coalesce(number_modulo(a, b), 0)
$$
--> statement-breakpoint
create function number_greater(a float8, b float8) returns float8 language sql immutable parallel safe strict as $$
  select greatest(a, b)
$$
--> statement-breakpoint
create function number_less(a float8, b float8) returns float8 language sql immutable parallel safe strict as $$
  select least(a, b)
$$
--> statement-breakpoint
create function number_if_not_finite(x float8, otherwise float8) returns float8 language sql immutable parallel safe as $$
  select case when abs(x) >= 'Infinity' then otherwise else x end
$$
--> statement-breakpoint
create function number_gcd(a float8, b float8) returns float8 language sql immutable parallel safe strict as $$
  select case when abs(a) < 9e18 and abs(b) < 9e18 then gcd(trunc(a)::int8, trunc(b)::int8)::float8 end
$$
--> statement-breakpoint
create function number_lcm(a float8, b float8) returns float8 language sql immutable parallel safe strict as $$
  select case when abs(a) < 9e18 and abs(b) < 9e18 then lcm(trunc(a)::int8::numeric, trunc(b)::int8::numeric)::float8 end
$$
--> statement-breakpoint
create or replace function number_power(a float8, b float8) returns float8 language plpgsql immutable parallel safe strict as $$
declare
  magnitude float8;
begin
  if b = 0 or a = 1 then
    return 1;
  elsif a = 'NaN' or b = 'NaN' or (a < 0 and a > '-Infinity' and b <> trunc(b)) then
    return 'NaN'::float8;
  elsif a = 0 then
    return case when b > 0 then 0 else 'Infinity'::float8 end;
  elsif abs(a) = 'Infinity' or abs(b) = 'Infinity' then
    return power(a, b);
  end if;
  magnitude := number_multiply(b, ln(abs(a)));
  if magnitude > 709.78 then
    return case when a < 0 and number_modulo(b, 2) <> 0 then '-Infinity'::float8 else 'Infinity'::float8 end;
  elsif magnitude < -345 then
    return 0;
  end if;
  return power(a, b);
end
$$
--> statement-breakpoint
create or replace function number_root(x float8) returns float8 language sql immutable parallel safe strict as $$
  select case when x >= 0 then sqrt(x) else 'NaN'::float8 end
$$
--> statement-breakpoint
create function number_exp(x float8) returns float8 language sql immutable parallel safe strict as $$
  select case when x > 709.78 and x <> 'NaN' then 'Infinity'::float8 when x < -345 then 0 else exp(x) end
$$
--> statement-breakpoint
create function number_ln(x float8) returns float8 language sql immutable parallel safe strict as $$
  select case when x > 0 then ln(x) when x = 0 then '-Infinity'::float8 else 'NaN'::float8 end
$$
--> statement-breakpoint
create function number_log10(x float8) returns float8 language sql immutable parallel safe strict as $$
  select case when x > 0 then log(x) when x = 0 then '-Infinity'::float8 else 'NaN'::float8 end
$$
--> statement-breakpoint
-- Whole where the number is a power of two.
create function number_log2(x float8) returns float8 language sql immutable parallel safe strict as $$
  select case when abs(r) < 500 and power(2::float8, round(r)) = x then round(r) else r end
    from (select number_ln(x) / ln(2::float8) as r) l
$$
--> statement-breakpoint
-- ln(1 + x) that keeps the digits of a small x.
create function number_log1p(x float8) returns float8 language sql immutable parallel safe strict as $$
  select case when abs(x) >= 1e-5 then number_ln(1 + x) else x - x * x / 2 + x * x * x / 3 end
$$
--> statement-breakpoint
-- Sines and the like of what they take; NaN of anything else.
create function number_angle(fn text, x float8) returns float8 language plpgsql immutable parallel safe strict as $$
begin
  if x = 'NaN' then
    return 'NaN'::float8;
  end if;
  case fn
    when 'sin' then return case when abs(x) < 'Infinity' then sin(x) else 'NaN'::float8 end;
    when 'cos' then return case when abs(x) < 'Infinity' then cos(x) else 'NaN'::float8 end;
    when 'tan' then return case when abs(x) < 'Infinity' then tan(x) else 'NaN'::float8 end;
    when 'asin' then return case when abs(x) <= 1 then asin(x) else 'NaN'::float8 end;
    when 'acos' then return case when abs(x) <= 1 then acos(x) else 'NaN'::float8 end;
    when 'atan' then return atan(x);
    when 'sinh' then return case when abs(x) < 709 then sinh(x) else sign(x) * 'Infinity' end;
    when 'cosh' then return case when abs(x) < 709 then cosh(x) else 'Infinity'::float8 end;
    when 'tanh' then return tanh(x);
    when 'asinh' then return asinh(x);
    when 'acosh' then return case when x >= 1 then acosh(x) else 'NaN'::float8 end;
    when 'atanh' then return case when abs(x) < 1 then atanh(x) when abs(x) = 1 then sign(x) * 'Infinity' else 'NaN'::float8 end;
  end case;
end
$$
--> statement-breakpoint
create function number_hypot(a float8, b float8) returns float8 language sql immutable parallel safe strict as $$
  select case
    when greatest(abs(a), abs(b)) between 1e-70 and 1e150 then sqrt(a * a + case when abs(b) < 1e-150 then 0 else b * b end)
    when abs(a) = 'Infinity' or abs(b) = 'Infinity' then 'Infinity'::float8
    else greatest(abs(a), abs(b))
  end
$$
--> statement-breakpoint
-- To so many digits behind the point, or before it where they are negative; halves go to what is even.
create or replace function number_round(x float8, digits float8) returns float8 language plpgsql immutable parallel safe strict as $$
declare
  step float8;
begin
  if abs(digits) > 300 then
    return case when digits > 0 or abs(x) >= 'Infinity' then x else 0 end;
  end if;
  step := power(10::float8, abs(trunc(digits)));
  if digits < 0 then
    return case when abs(x) >= 'Infinity' then x when abs(x) < step / 10 then 0 else number_multiply(round(x / step), step) end;
  end if;
  -- so large a number has no digits there
  return case when abs(x) > 4503599627370496 / step then x else round(x * step) / step end;
end
$$
--> statement-breakpoint
-- Of whole numbers halves go away from 0.
create function number_round_whole(x float8, digits float8) returns float8 language plpgsql immutable parallel safe strict as $$
declare
  step float8;
begin
  if digits >= 0 or abs(x) >= 'Infinity' then
    return x;
  elsif digits < -18 then
    return 0;
  end if;
  step := power(10::float8, abs(trunc(digits)));
  return sign(x) * floor(abs(x) / step + 0.5) * step;
end
$$
--> statement-breakpoint
-- `how`: -1 down, 1 up, 0 toward 0.
create function number_cut(x float8, digits float8, how int4) returns float8 language plpgsql immutable parallel safe strict as $$
declare
  step float8;
  scaled float8;
begin
  if abs(digits) > 300 or abs(x) >= 'Infinity' then
    return case when digits > 0 or abs(x) >= 'Infinity' then x else 0 end;
  end if;
  step := power(10::float8, abs(trunc(digits)));
  if digits >= 0 and abs(x) > 4503599627370496 / step then
    return x;
  end if;
  scaled := case when digits < 0 then case when abs(x) < 1e-150 * step then 0 else x / step end else x * step end;
  scaled := case how when -1 then floor(scaled) when 1 then ceil(scaled) else trunc(scaled) end;
  return case when digits < 0 then number_multiply(scaled, step) else scaled / step end;
end
$$
--> statement-breakpoint
create function number_factorial(n float8) returns float8 language sql immutable parallel safe strict as $$
  select case when n < 2 then 1 when n <= 20 then factorial(trunc(n)::int8)::float8 end
$$
--> statement-breakpoint
-- The bucket from 1 that a number lies in; 0 below, one more than there are above.
create function number_bucket(x float8, low float8, high float8, buckets float8) returns float8 language sql immutable parallel safe strict as $$
  select case
    when x = 'NaN' or abs(low) >= 'Infinity' or abs(high) >= 'Infinity' or buckets < 1 or buckets > 1e9 then null
    when x < low then 0
    when x >= high then trunc(buckets) + 1
    else width_bucket(x, low, high, trunc(buckets)::int4)::float8
  end
$$
--> statement-breakpoint
-- Of the 64 bits of whole numbers.
create function number_bits(fn text, a float8, b float8) returns float8 language plpgsql immutable parallel safe strict as $$
declare
  x int8;
  y int8;
begin
  if abs(a) >= 9e18 or abs(b) >= 9e18 then
    return null;
  end if;
  x := trunc(a);
  y := trunc(b);
  case fn
    when 'and' then return x & y;
    when 'or' then return x | y;
    when 'xor' then return x # y;
    when 'not' then return ~x;
    when 'count' then return bit_count(x::bit(64));
    when 'left' then return case when y between 0 and 63 then x << y::int4 else 0 end;
    when 'right' then return case when y between 0 and 63 then x >> y::int4 else 0 end;
    when 'test' then return case when y between 0 and 63 then (x >> y::int4) & 1 else 0 end;
  end case;
end
$$
--> statement-breakpoint
-- Text that is nothing but a number, `nan` and `inf` among them; null for any other.
create function text_float(t text) returns float8 language plpgsql immutable parallel safe strict as $$
begin
  if t ~* '^[-+]?(inf|infinity)$' then
    return case when left(t, 1) = '-' then '-Infinity'::float8 else 'Infinity'::float8 end;
  elsif t ~* '^[-+]?nan$' then
    return 'NaN'::float8;
  elsif octet_length(t) > 400 or t !~ '^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,4})?$' then
    return null;
  elsif octet_length(t) <= 100 and t !~ '[eE]' then
    return text_number(t);
  elsif substring(t from '[eE](.*)$')::int4 > 700 then
    return case when t !~ '^[^eE]*[1-9]' then 0 when left(t, 1) = '-' then '-Infinity'::float8 else 'Infinity'::float8 end;
  elsif substring(t from '[eE](.*)$')::int4 < -900 then
    return 0;
  elsif abs(t::numeric) > 1.7976931348623157e308 then
    return case when left(t, 1) = '-' then '-Infinity'::float8 else 'Infinity'::float8 end;
  end if;
  return text_number(t);
end
$$
--> statement-breakpoint
create or replace function text_whole(t text) returns float8 language plpgsql immutable parallel safe strict as $$
begin
  if t !~ '^[-+]?0*\d{1,19}$' or octet_length(t) > 100 then
    return null;
  end if;
  return case when t::numeric between -9223372036854775808 and 9223372036854775807 then t::float8 end;
end
$$
--> statement-breakpoint
create or replace function text_boolean(t text) returns boolean language sql immutable parallel safe as $$
  select case
    when lower(t) in ('true', 'yes', 'on', 't', 'y', '1', 'enable', 'enabled') then true
    when lower(t) in ('false', 'no', 'off', 'f', 'n', '0', 'disable', 'disabled') then false
  end
$$
--> statement-breakpoint
-- 1, 1.5, 1000000, 1e21, 1e-7, inf, nan
create or replace function number_text(x float8) returns text language plpgsql immutable parallel safe strict as $$
declare
  t text := x::text;
begin
  if abs(x) >= 'Infinity' then
    return case when x = 'NaN' then 'nan' when x > 0 then 'inf' else '-inf' end;
  elsif t !~ 'e' then
    return t;
  elsif abs(x) < 1e21 and abs(x) >= 1e-6 then
    return t::numeric::text;
  end if;
  return regexp_replace(t, 'e\+?(-?)0*', 'e\1');
end
$$
--> statement-breakpoint
-- To so many digits behind the point, further ones cut; null where there is no room for the number.
create function text_decimal(t text, digits float8) returns float8 language plpgsql immutable parallel safe strict as $$
begin
  if octet_length(t) > 100 or t !~ '^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,2})?$' or digits not between 0 and 18 then
    return null;
  end if;
  return case when abs(t::numeric) < power(10::numeric, 18 - trunc(digits)::int4) then trunc(t::numeric, trunc(digits)::int4)::float8 end;
end
$$
--> statement-breakpoint
create function uuid_text(t text) returns text language sql immutable parallel safe strict as $$
  select case when t ~* '^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$' then t::uuid::text end
$$
--> statement-breakpoint
-- Sums that no number can hold are NaN, those of infinite numbers infinite.
create or replace function number_unscaled(scaled float8) returns float8 language sql immutable parallel safe as $$
  select case
    when scaled is null then null
    when abs(scaled) <= 4.76e139 then scaled * power(2::float8, 560)
    when abs(scaled) = 'Infinity' then scaled
    else 'NaN'::float8
  end
$$
--> statement-breakpoint
-- Whole where the number is the cube of a whole one: libraries differ in the last digit.
create function number_cube_root(x float8) returns float8 language sql immutable parallel safe strict as $$
  select case when abs(r) < 1e5 and round(r) * round(r) * round(r) = x then round(r) else r end from (select cbrt(x) as r) c
$$
