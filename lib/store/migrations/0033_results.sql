-- Text of JSON as the database writes it -> without the blanks behind commas and colons; any other text as it is.
create function json_compacted(t text) returns text immutable strict parallel safe language plpgsql as $$
begin
  if left(t, 1) not in ('{', '[') or t !~ '[,:] ' or t <> (t::jsonb)::text then
    return t;
  end if;
  return regexp_replace(t, '("(?:\\.|[^"\\])*")|([,:]) ', '\1\2', 'g');
exception when others then
  return t;
end $$;
