-- Functions of texts (docs/hogql-values.md). Case: of ASCII letters alone, and of all letters.
create function text_lower(t text) returns text language sql immutable parallel safe as $$
  select lower(t collate "C")
$$
--> statement-breakpoint
create function text_upper(t text) returns text language sql immutable parallel safe as $$
  select upper(t collate "C")
$$
--> statement-breakpoint
create function text_lower_all(t text) returns text language sql immutable parallel safe as $$
  select lower(t collate "und-x-icu")
$$
--> statement-breakpoint
create function text_upper_all(t text) returns text language sql immutable parallel safe as $$
  select upper(t collate "und-x-icu")
$$
--> statement-breakpoint
create function text_initcap(t text) returns text language sql immutable parallel safe as $$
  select initcap(t collate "C")
$$
--> statement-breakpoint
-- A backslash stands for itself unless `%`, `_` or a backslash follows.
create function like_pattern(p text) returns text language sql immutable parallel safe as $$
  select case when strpos(p, '\') = 0 then p else (
    select coalesce(string_agg(case found[1] when '\' then '\\' else found[1] end, '' order by n), '')
    from regexp_matches(p, '\\[%_\\]|\\|[^\\]+', 'g') with ordinality as m(found, n)
  ) end
$$
--> statement-breakpoint
create function text_ilike(t text, p text) returns boolean language sql immutable parallel safe as $$
  select t ilike p collate "und-x-icu"
$$
--> statement-breakpoint
-- Counted from 1, or from the end where it is negative; there is nothing at 0. A negative count is what is left out at the end.
create or replace function text_part(t text, start float8, count float8) returns text language plpgsql immutable parallel safe strict as $$
declare
  first int4 := greatest(least(trunc(start), 1e9), -1e9);
  size int4 := greatest(least(trunc(count), 1e9), -1e9);
begin
  if first = 0 then
    return '';
  elsif first < 0 then
    first := first + length(t) + 1;
  end if;
  if size < 0 then
    size := greatest(size + length(t) - first + 1, 0);
  end if;
  return substring(t from first for size);
end
$$
--> statement-breakpoint
create function text_right(t text, count float8) returns text language sql immutable parallel safe as $$
  select right(t, greatest(least(trunc(count), 1e9), -1e9)::int4)
$$
--> statement-breakpoint
-- From 1; 0 where it is not. It is looked for from the index on.
create function text_position(t text, part text, start float8) returns float8 language sql immutable parallel safe strict as $$
  select case
    when start > length(t) + 1 or start < 0 then 0
    when part = '' then greatest(trunc(start), 1)
    else coalesce(nullif(strpos(substr(t, greatest(start, 1)::int4), part), 0) + greatest(trunc(start), 1) - 1, 0)
  end
$$
--> statement-breakpoint
create function text_count(t text, part text, start float8) returns float8 language sql immutable parallel safe strict as $$
  select case
    when part = '' or start > length(t) or start < 0 then 0
    else (octet_length(rest) - octet_length(replace(rest, part, '')))::float8 / octet_length(part)
  end
  from (select substr(t, greatest(start, 1)::int4) as rest) as part_of_it
$$
--> statement-breakpoint
create function text_replace_one(t text, part text, by text) returns text language sql immutable parallel safe strict as $$
  select case
    when part = '' or strpos(t, part) = 0 then t
    when octet_length(t) + octet_length(by) > 1000000 then null
    else left(t, strpos(t, part) - 1) || by || substr(t, strpos(t, part) + length(part))
  end
$$
--> statement-breakpoint
-- Null where the text would be longer than a million bytes.
create function text_repeat(t text, count float8) returns text language sql immutable parallel safe as $$
  select case
    when count < 1 then ''
    when octet_length(t) * count <= 1000000 then repeat(t, trunc(least(count, 1000000))::int4)
    when t = '' then ''
  end
$$
--> statement-breakpoint
-- Cut where it is longer.
create function text_pad(t text, size float8, fill text, at_end boolean) returns text language sql immutable parallel safe strict as $$
  select case
    when size < 1 then ''
    when size * octet_length(chars) > 1000000 then null
    when at_end then rpad(t, size::int4, chars)
    else lpad(t, size::int4, chars)
  end
  from (select coalesce(nullif(fill, ''), ' ') as chars) as filled
$$
--> statement-breakpoint
-- Null where a part is, or where the text would be longer than a million bytes.
create function text_join(separator text, variadic parts text[]) returns text language sql immutable parallel safe strict as $$
  select case
    when array_position(parts, null) is null
      and octet_length(array_to_string(parts, '')) + octet_length(separator)::int8 * cardinality(parts) <= 1000000
    then array_to_string(parts, separator)
  end
$$
--> statement-breakpoint
-- `{}` is the next argument, `{0}` the first one, doubled braces are braces.
create function text_format(format text, variadic args text[]) returns text language plpgsql immutable parallel safe strict as $$
declare
  item text;
  next int4 := 1;
  result text[] := '{}';
begin
  if array_position(args, null) is not null then
    return null;
  end if;
  for item in select m.part[1] from regexp_matches(format, '\{\{|\}\}|\{\d{0,3}\}|[^{}]+', 'g') with ordinality as m(part, n) order by n loop
    if item in ('{{', '}}') then
      result := result || left(item, 1);
    elsif item = '{}' then
      result := result || coalesce(args[next], '');
      next := next + 1;
    elsif item ~ '^\{\d+\}$' then
      result := result || coalesce(args[btrim(item, '{}')::int4 + 1], '');
    else
      result := result || item;
    end if;
  end loop;
  return text_join('', variadic result);
end
$$
--> statement-breakpoint
-- The text of bytes; null for bytes that are none.
create function bytes_text(b bytea) returns text language plpgsql immutable parallel safe strict as $$
begin
  return convert_from(b, 'UTF8');
exception when character_not_in_repertoire or untranslatable_character or invalid_text_representation then
  return null;
end
$$
--> statement-breakpoint
create function text_base64(t text) returns text language sql immutable parallel safe as $$
  select translate(encode(convert_to(t, 'UTF8'), 'base64'), E'\n', '')
$$
--> statement-breakpoint
create function base64_text(t text) returns text language sql immutable parallel safe as $$
  select case
    when t ~ '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$' then bytes_text(decode(t, 'base64'))
  end
$$
--> statement-breakpoint
create function hex(t text) returns text language sql immutable parallel safe as $$
  select upper(encode(convert_to(t, 'UTF8'), 'hex'))
$$
--> statement-breakpoint
create function hex_text(t text) returns text language sql immutable parallel safe as $$
  select case when t ~ '^[0-9A-Fa-f]*$' then bytes_text(decode(case when length(t) % 2 = 1 then '0' || t else t end, 'hex')) end
$$
--> statement-breakpoint
-- Whole bytes of a whole number, without those that are nothing.
create function hex(x float8) returns text language sql immutable parallel safe as $$
  select case when x = trunc(x) and x >= 0 and x < 9223372036854775808 then
    case when length(to_hex(x::int8)) % 2 = 1 then '0' else '' end || upper(to_hex(x::int8))
  end
$$
--> statement-breakpoint
-- Of the first byte; 0 where there is none.
create function text_first_byte(t text) returns float8 language sql immutable parallel safe as $$
  select case when t = '' then 0 else get_byte(convert_to(left(t, 1), 'UTF8'), 0) end::float8
$$
--> statement-breakpoint
-- Texts as a JSON array of at most a hundred thousand.
create function texts_json(parts text[]) returns jsonb language sql immutable parallel safe as $$
  select case when cardinality(parts) <= 100000 then to_jsonb(parts) end
$$
--> statement-breakpoint
-- At most so many parts where the number is greater than 0.
create function text_split(separator text, t text, count float8) returns jsonb language plpgsql immutable parallel safe strict as $$
declare
  parts text[] := case when t = '' and separator <> '' then array[''] else string_to_array(t, nullif(separator, '')) end;
begin
  return texts_json(case when count >= 1 then parts[:least(count, 1000000)::int4] else parts end);
end
$$
--> statement-breakpoint
-- The parts that a pattern matches, at most so many where the number is greater than 0.
create function text_tokens(t text, pattern text, count float8) returns jsonb language plpgsql immutable parallel safe strict as $$
declare
  item text[];
  parts text[] := '{}';
begin
  for item in select regexp_matches(t, pattern, 'g') loop
    parts := parts || item[1];
    exit when cardinality(parts) >= count and count >= 1;
    if cardinality(parts) > 100000 then
      return null;
    end if;
  end loop;
  return to_jsonb(parts);
end
$$
--> statement-breakpoint
-- The part with the index from 1, or from the end where it is negative; empty outside.
create function text_split_part(t text, separator text, index float8) returns text language sql immutable parallel safe strict as $$
  select coalesce(parts[case when index < 0 then cardinality(parts) + 1 + greatest(trunc(index), -1e9)::int4 else least(trunc(index), 1e9)::int4 end], '')
  from (select string_to_array(t, nullif(separator, '')) as parts) as split
$$
--> statement-breakpoint
create function text_ngrams(t text, size float8) returns jsonb language sql immutable parallel safe strict as $$
  select case when size >= 1 and length(t) * least(size, 1e6) <= 1000000 then texts_json(array(
    select substr(t, i, size::int4) from generate_series(1, length(t) - size::int4 + 1) as i order by i
  )) end
$$
--> statement-breakpoint
-- Elements that are null are left out.
create function texts_join(list jsonb, separator text) returns text language sql immutable parallel safe strict as $$
  select case when octet_length(list::text) + octet_length(separator)::int8 * jsonb_array_length(list) <= 2000000 then (
    select coalesce(string_agg(
      case when jsonb_typeof(item) = 'number' then number_text((item #>> '{}')::float8) else item #>> '{}' end,
      separator order by n
    ), '')
    from jsonb_array_elements(list) with ordinality as items(item, n)
    where item <> 'null'
  ) end
$$
--> statement-breakpoint
-- JSON as it is written without blanks, a slash behind a backslash.
create function json_compact(j jsonb) returns text language sql immutable parallel safe as $$
  select coalesce(replace(regexp_replace(j::text, '("(?:[^"\\]|\\.)*")|([:,]) ', '\1\2', 'g'), '/', '\/'), 'null')
$$
--> statement-breakpoint
create function text_append_absent(t text, ending text) returns text language sql immutable parallel safe as $$
  select case when t = '' or right(t, 1) = ending then t else t || ending end
$$
--> statement-breakpoint
create function text_escape_xml(t text) returns text language sql immutable parallel safe as $$
  select case when octet_length(t) <= 200000 then
    replace(replace(replace(replace(replace(t, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&apos;')
  end
$$
--> statement-breakpoint
create function text_unescape_xml(t text) returns text language sql immutable parallel safe as $$
  select case when strpos(t, '&') = 0 then t else (
    select string_agg(case
      when item ~ '^&#\d{1,7};$' and substr(item, 3, length(item) - 3)::int4 between 1 and 1114111
        and substr(item, 3, length(item) - 3)::int4 not between 55296 and 57343 then chr(substr(item, 3, length(item) - 3)::int4)
      when item ~ '^&#[xX][0-9a-fA-F]{1,5};$' and lower(item) !~ '#x0*(d[89a-f]..)?;' then chr(('x' || lpad(substr(item, 4, length(item) - 4), 8, '0'))::bit(32)::int4)
      when item = '&amp;' then '&'
      when item = '&lt;' then '<'
      when item = '&gt;' then '>'
      when item = '&quot;' then '"'
      when item = '&apos;' then ''''
      else item
    end, '' order by n)
    from regexp_matches(t, '&[#A-Za-z0-9]+;|[^&]+|&', 'g') with ordinality as m(found, n), unnest(found) as item
  ) end
$$
--> statement-breakpoint
-- The characters that have a meaning in a pattern behind a backslash.
create function text_escape_pattern(t text) returns text language sql immutable parallel safe as $$
  select case when octet_length(t) <= 500000 then regexp_replace(t, '([\\|()^$.\[\]?*+{:-])', '\\\1', 'g') end
$$
--> statement-breakpoint
-- Where each of the texts of the array is in the text, from 1; 0 where it is not.
create function text_positions(t text, parts jsonb) returns jsonb language sql immutable parallel safe strict as $$
  select coalesce(jsonb_agg(strpos(t, part) order by n), '[]')
  from jsonb_array_elements_text(parts) with ordinality as each(part, n)
$$
--> statement-breakpoint
create function text_first_position(t text, parts jsonb) returns float8 language sql immutable parallel safe strict as $$
  select coalesce(min(nullif(strpos(t, part), 0)), 0)::float8 from jsonb_array_elements_text(parts) as each(part)
$$
--> statement-breakpoint
-- The index from 1 of the first of the texts that is in the text.
create function text_first_index(t text, parts jsonb) returns float8 language sql immutable parallel safe strict as $$
  select coalesce(min(n), 0)::float8 from jsonb_array_elements_text(parts) with ordinality as each(part, n) where strpos(t, part) > 0
$$
--> statement-breakpoint
-- A word: ASCII characters that are no letters or digits part them. Null for what cannot be a word.
create function text_has_token(t text, token text) returns boolean language sql immutable parallel safe as $$
  select case when token ~ '^[^\u0001-/:-@[-`{-\u007f]+$' and length(token) <= 1000 then
    t ~ ('(?:^|[\u0001-/:-@[-`{-\u007f])' || token || '(?:$|[\u0001-/:-@[-`{-\u007f])')
  end
$$
--> statement-breakpoint
-- All characters are there in their order, whatever is between them.
create function text_has_subsequence(t text, part text) returns boolean language sql immutable parallel safe as $$
  select t like '%' || regexp_replace(regexp_replace(part, '(.)', '\1%', 'g'), '([\\_]|%(?=%))', '\\\1', 'g')
$$
--> statement-breakpoint
-- A pattern that is data: of the signs that mean the same to every engine. Another one ends the statement.
create function text_matches(t text, pattern text) returns boolean language plpgsql immutable parallel safe strict as $$
begin
  if length(pattern) > 1000 or pattern ~ '[\\[\]{}\u0001-\u001f]|\(\?|^\*' then
    raise exception 'the pattern % cannot be data', left(pattern, 100) using errcode = '2201B';
  end if;
  return t ~ pattern;
end
$$
--> statement-breakpoint
-- The numbers of the first version in the text, 0 where there is none.
create function text_version(t text) returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_agg(case when length(ltrim(digits, '0')) <= 18 then digits::float8 else 0 end order by n), '[0]')
  from unnest(string_to_array(substring(t from '[0-9]+(?:\.[0-9]+)+'), '.')) with ordinality as parts(digits, n)
$$
--> statement-breakpoint
-- Texts with what patterns match replaced; null where one would be longer than a million bytes.
create function regex_replace(t text, pattern text, by text, flags text) returns text language plpgsql immutable parallel safe strict as $$
declare
  result text;
begin
  if (octet_length(t) + 1)::int8 * (octet_length(by) + 1) > 50000000 then
    return null;
  end if;
  result := regexp_replace(t, pattern, by, flags);
  return case when octet_length(result) <= 1000000 then result end;
end
$$
--> statement-breakpoint
-- A group of the first match, or what was matched where the pattern has none; empty where nothing is.
create function regex_group(t text, pattern text, index int4) returns text language sql immutable parallel safe as $$
  select case when t is not null then coalesce((regexp_match(t, pattern))[index], '') end
$$
--> statement-breakpoint
-- The groups of all matches, the first of which is the whole match, up to the first that is empty. At most a hundred thousand.
create function regex_matches(t text, pattern text) returns jsonb language plpgsql immutable parallel safe strict as $$
declare
  item text[];
  result jsonb[] := '{}';
begin
  for item in select regexp_matches(t, pattern, 'g') loop
    exit when item[1] = '';
    result := result || to_jsonb(array_replace(item, null, ''));
    if cardinality(result) > 100000 then
      return null;
    end if;
  end loop;
  return to_jsonb(result);
end
$$
--> statement-breakpoint
-- The same where the pattern is looked for in what is left as if nothing came before it: `^` and `\b` can tell.
create function regex_matches_anew(t text, pattern text) returns jsonb language plpgsql immutable parallel safe strict as $$
declare
  found text[];
  result jsonb[] := '{}';
begin
  if octet_length(t) > 20000 then
    return null;
  end if;
  while t <> '' loop
    found := regexp_match(t, pattern);
    exit when found is null or found[1] = '';
    result := result || to_jsonb(array_replace(found, null, ''));
    t := substr(t, regexp_instr(t, pattern, 1, 1, 1));
  end loop;
  return to_jsonb(result);
end
$$
--> statement-breakpoint
-- One group of each match; the whole match where the index is 0.
create function regex_groups(matches jsonb, index int4) returns jsonb language sql immutable parallel safe strict as $$
  select coalesce(jsonb_agg(groups -> index order by n), '[]') from jsonb_array_elements(matches) with ordinality as m(groups, n)
$$
--> statement-breakpoint
create function regex_rows(matches jsonb) returns jsonb language sql immutable parallel safe strict as $$
  select coalesce(jsonb_agg(groups - 0 order by n), '[]') from jsonb_array_elements(matches) with ordinality as m(groups, n)
$$
--> statement-breakpoint
create function regex_columns(matches jsonb, count int4) returns jsonb language sql immutable parallel safe strict as $$
  select coalesce(jsonb_agg(regex_groups(matches, i) order by i), '[]') from generate_series(1, count) as i
$$
--> statement-breakpoint
create function regex_first(t text, pattern text) returns jsonb language sql immutable parallel safe as $$
  select case when t is not null then coalesce(to_jsonb(array_replace(regexp_match(t, pattern), null, '')), '[]') end
$$
--> statement-breakpoint
create function regex_split(t text, pattern text, count float8) returns jsonb language sql immutable parallel safe strict as $$
  select texts_json(case when count >= 1 then parts[:least(count, 1000000)::int4] else parts end)
  from (select regexp_split_to_array(t, pattern) as parts) as split
$$
--> statement-breakpoint
create function regex_split_anew(t text, pattern text, count float8) returns jsonb language plpgsql immutable parallel safe strict as $$
declare
  result text[] := '{}';
begin
  if octet_length(t) > 20000 then
    return null;
  end if;
  while regexp_instr(t, pattern) > 0 loop
    result := result || left(t, regexp_instr(t, pattern) - 1);
    t := substr(t, regexp_instr(t, pattern, 1, 1, 1));
  end loop;
  result := result || t;
  return to_jsonb(case when count >= 1 then result[:least(count, 1000000)::int4] else result end);
end
$$
