-- Parts of addresses, which may have no scheme; what is not there is empty (docs/hogql-values.md).
-- Behind the scheme and its slashes.
create function url_rest(t text) returns text language sql immutable parallel safe as $$
  select regexp_replace(t, '^(?://|.[A-Za-z0-9.+-]{0,12}://)', '')
$$
--> statement-breakpoint
-- The host where it has a dot and no character that no address has.
create function url_host(t text) returns text language plpgsql immutable parallel safe strict as $$
declare
  authority text := substring(t from '^(?://|.[A-Za-z0-9.+-]{0,12}://)?([^:/?#]*)');
begin
  if strpos(authority, '.') = 0 or right(authority, 1) = '.' or authority ~ '[ \t<>%{}|\\^~\[\];=&]' then
    return '';
  end if;
  return substring(authority from '[^@]*$');
end
$$
--> statement-breakpoint
create function url_without_www(host text) returns text language sql immutable parallel safe as $$
  select case when host like 'www._%' then substr(host, 5) else host end
$$
--> statement-breakpoint
create function url_protocol(t text) returns text language sql immutable parallel safe as $$
  select case when t is not null then coalesce(substring(t from '^([A-Za-z][A-Za-z0-9+.-]*):...'), '') end
$$
--> statement-breakpoint
create function url_top_level_domain(t text) returns text language sql immutable parallel safe as $$
  select case when t is not null then coalesce(substring(url_host(t) from '\.([^.0-9][^.]*)$'), '') end
$$
--> statement-breakpoint
-- The label that a registrar gave away: the one before `com`, or before `co.uk` and the like.
create function url_registered(host text) returns text language sql immutable parallel safe as $$
  select case
    when host ~ '^[^.]*(?:\.[^.]*)?$' then host
    when host ~ '\.(?:com|co|net|org|edu|gov|ac|mil|gob|gouv|ne|or|go)\.[a-z]{2}$' then substring(host from '[^.]*\.[^.]*\.[^.]*$')
    else substring(host from '[^.]*\.[^.]*$')
  end
$$
--> statement-breakpoint
create function url_port(t text, otherwise float8) returns float8 language sql immutable parallel safe as $$
  select case
    when t is null then null
    when url_host(t) = '' or length(digits) > 9 or digits::float8 > 65535 then otherwise
    when digits = '' then 0
    else coalesce(digits::float8, otherwise)
  end
  from (select substring(url_rest(t) from '^[^:/?#]*:([0-9]*)(?:/|$)') as digits) as parts
$$
--> statement-breakpoint
create function url_path_full(t text) returns text language sql immutable parallel safe as $$
  select case when t is not null then
    coalesce(case when t ~ '^[^/]*//' then substring(t from '^[^/]*//[^/]*(/.*)$') else substring(t from '^[^/]*(/.*)$') end, '')
  end
$$
--> statement-breakpoint
create function url_path(t text) returns text language sql immutable parallel safe as $$
  select substring(url_path_full(t) from '^[^?#]*')
$$
--> statement-breakpoint
create function url_query(t text) returns text language sql immutable parallel safe as $$
  select case when t is not null then coalesce(substring(t from '^[^?]*\?([^#]*)'), '') end
$$
--> statement-breakpoint
create function url_fragment(t text) returns text language sql immutable parallel safe as $$
  select case when t is not null then coalesce(substring(t from '^[^#]*#(.*)$'), '') end
$$
--> statement-breakpoint
create function url_query_and_fragment(t text) returns text language sql immutable parallel safe as $$
  select case when t is not null then coalesce(substring(t from '^[^?]*\?(.*)$'), substring(t from '^[^#]*(#.*)$'), '') end
$$
--> statement-breakpoint
-- Behind the first `?` or `#`.
create function url_parameters_text(t text) returns text language sql immutable parallel safe as $$
  select substring(t from '^[^?#]*[?#](.*)$')
$$
--> statement-breakpoint
-- Where `name=` begins among the parameters, from 1; 0 where it does not.
create function url_parameter_index(t text, name text) returns int4 language plpgsql immutable parallel safe strict as $$
declare
  index int4 := length(substring(t from '^[^?#]*[?#]')) + 1;
  next int4;
begin
  loop
    next := strpos(substr(t, index), name || '=');
    if next is null or next = 0 then
      return 0;
    end if;
    index := index + next - 1;
    if substr(t, index - 1, 1) in ('?', '#', '&') then
      return index;
    end if;
    index := index + length(name) + 1;
  end loop;
end
$$
--> statement-breakpoint
create function url_parameter(t text, name text) returns text language plpgsql immutable parallel safe strict as $$
declare
  index int4 := url_parameter_index(t, name);
begin
  return case when index = 0 then '' else substring(substr(t, index + length(name) + 1) from '^[^&#]*') end;
end
$$
--> statement-breakpoint
create function url_cut_parameter(t text, name text) returns text language plpgsql immutable parallel safe strict as $$
declare
  index int4 := url_parameter_index(t, name);
  rest text;
begin
  if index = 0 then
    return t;
  end if;
  rest := substring(substr(t, index + length(name) + 1) from '[&#].*$');
  if left(rest, 1) = '&' then
    return left(t, index - 1) || substr(rest, 2);
  end if;
  return left(t, case when substr(t, index - 1, 1) = '&' then index - 2 else index - 1 end) || coalesce(rest, '');
end
$$
--> statement-breakpoint
create function url_cut_parameter(t text, names jsonb) returns text language plpgsql immutable parallel safe strict as $$
declare
  name text;
begin
  for name in select jsonb_array_elements_text(names) loop
    t := url_cut_parameter(t, name);
  end loop;
  return t;
end
$$
--> statement-breakpoint
-- Each with its value; the last one counts only where it has a value.
create function url_parameters(t text) returns jsonb language sql immutable parallel safe as $$
  select case when t is not null then
    text_tokens(coalesce(url_parameters_text(t), ''), '(?:[^=&#?]*\?)*([^=&#?]*(?:=[^&#]*|(?=[&#])))(?:[&#]|$)', 0)
  end
$$
--> statement-breakpoint
create function url_parameter_names(t text) returns jsonb language sql immutable parallel safe as $$
  select case when t is not null then
    text_tokens(coalesce(url_parameters_text(t), ''), '(?:[^=&#?]*\?)*([^=&#?]*)(?:=[^&#]*|(?=[&#]))(?:[&#]|$)', 0)
  end
$$
--> statement-breakpoint
create function url_cut_query(t text) returns text language sql immutable parallel safe as $$
  select regexp_replace(t, '\?[^#]*', '')
$$
--> statement-breakpoint
create function url_cut_fragment(t text) returns text language sql immutable parallel safe as $$
  select regexp_replace(t, '#.*$', '')
$$
--> statement-breakpoint
create function url_cut_query_and_fragment(t text) returns text language sql immutable parallel safe as $$
  select case when strpos(t, '?') > 0 then regexp_replace(t, '\?.*$', '') else regexp_replace(t, '#.*$', '') end
$$
--> statement-breakpoint
create function url_cut_www(t text) returns text language sql immutable parallel safe as $$
  select regexp_replace(t, '^((?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^:/?#]*@)?)www\.(?=.)', '\1')
$$
--> statement-breakpoint
create function url_netloc(t text) returns text language sql immutable parallel safe as $$
  select case when strpos(authority, '@') > 0 then authority else substring(authority from '^[^;=&~%]*') end
  from (select substring(url_rest(t) from '^[^/?# \t<>{}|\\^\[\]]*') as authority) as parts
$$
--> statement-breakpoint
-- The bytes of everything but letters, digits and `-_.~` as numbers.
create function url_encode(t text, blank_is_plus boolean) returns text language sql immutable parallel safe as $$
  select case
    when t !~ '[^A-Za-z0-9_.~-]' then t
    when octet_length(t) <= 333000 then (
      select string_agg(case
        when found[1] ~ '^[A-Za-z0-9_.~-]' then found[1]
        when blank_is_plus then replace(regexp_replace(hex(found[1]), '(..)', '%\1', 'g'), '%20', '+')
        else regexp_replace(hex(found[1]), '(..)', '%\1', 'g')
      end, '' order by n)
      from regexp_matches(t, '[A-Za-z0-9_.~-]+|[^A-Za-z0-9_.~-]+', 'g') with ordinality as m(found, n)
    )
  end
$$
--> statement-breakpoint
-- Null where the bytes are no text.
create function url_decode(t text, plus_is_blank boolean) returns text language sql immutable parallel safe as $$
  select case when strpos(plain, '%') = 0 then plain else (
    select bytes_text(string_agg(case
      when found[1] ~ '^%[0-9A-Fa-f]{2}$' then decode(substr(found[1], 2), 'hex')
      else convert_to(found[1], 'UTF8')
    end, ''::bytea order by n))
    from regexp_matches(plain, '%[0-9A-Fa-f]{2}|%|[^%]+', 'g') with ordinality as m(found, n)
  ) end
  from (select case when plus_is_blank then replace(t, '+', ' ') else t end as plain) as given
$$
--> statement-breakpoint
-- The address up to each `/`, `?` and `#` behind the host; of the path alone without what stands before it.
create function url_hierarchy(t text, of_path boolean) returns jsonb language plpgsql immutable parallel safe strict as $$
declare
  host text := substring(t from '^[b-y1-8]+://(?=.)[^/?#]*');
  item text;
  whole text;
  result text[] := '{}';
begin
  if t = '' then
    return '[]';
  elsif host is null then
    return case when of_path then '[]'::jsonb else jsonb_build_array(t) end;
  elsif octet_length(t) > 10000 then
    return null;
  end if;
  whole := host || substr(t, length(host) + 1, 1);
  if not of_path then
    result := array[whole];
  end if;
  for item in
    select m.part[1] from regexp_matches(substr(t, length(whole) + 1), '[/?#]*[^/?#]+[/?#]?', 'g') with ordinality as m(part, n) order by n
  loop
    whole := whole || item;
    result := result || case when of_path then substr(whole, length(host) + 1) else whole end;
  end loop;
  return to_jsonb(result);
end
$$
